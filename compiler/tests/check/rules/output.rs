//! Every rule of `check/output`, on its own example.

use crate::harness::{codes, example};
use insta::assert_snapshot;

#[test]
fn reserved_cluster() {
    assert_snapshot!(example("TN0300"), @"
    error[TN0300]: a cluster cannot be called `filter`
      --> policy.yaml:15:3
       |
    15 |   filter: {endpoint: filter.example.com}
       |   ^^^^^^ the output keeps the filter module in a directory of this name
       |
       = help: give the cluster another name
    ");
}

#[test]
fn every_directory_beside_the_clusters_is_reserved() {
    for name in ["front-door", "move"] {
        let clusters = format!("clusters: {{{name}: {{endpoint: us.example.com}}}}\n");
        assert_eq!(codes(&format!("{clusters}tenants:\n  acme: {{cluster: {name}}}\n")), ["TN0300"], "{name}");
    }
}

#[test]
fn control_plane_namespace() {
    assert_snapshot!(example("TN0301"), @"
    error[TN0301]: the services would live in `istio-system`
     --> policy.yaml:3:35
      |
    3 | metadata: {name: shop, namespace: istio-system}
      |                                   ^^^^^^^^^^^^ what is denied here is denied in the whole mesh
      |
      = help: give the services a namespace of their own
    ");
}

#[test]
fn filter_refuses() {
    assert_snapshot!(example("TN0302"), @"
    error[TN0302]: the gateway's filter would refuse its configuration: exempt[1]: `/health` is listed twice
      --> policy.yaml:28:21
       |
    28 |   exempt: [/health, /health]
       |                     ^^^^^^^
       |
       = help: change the part of the policy that this comes from
    ");
}

#[test]
fn the_filter_is_asked_about_every_part() {
    assert_eq!(codes("ingress:\n  hosts: [api.example.com, api.example.com]\n"), ["TN0302"]);
    assert_eq!(codes("routes:\n  - {path: /, to: web}\n  - {path: /, to: web}\n"), ["TN0250", "TN0302"]);
}

#[test]
fn the_filter_has_the_last_word() {
    let twice = "tenancy:\n  exempt: [/health, /health] # tenantry: allow(TN0302) it will do\n";
    assert_eq!(codes(twice), ["TN0302", "TN0293"]);
}

#[test]
fn other_errors_come_first() {
    let both = "tenancy:\n  exempt: [/health, /health]\nservices:\n  web: {port: 15021, callers: [ingress]}\n";
    assert_eq!(codes(both), ["TN0263"]);
}
