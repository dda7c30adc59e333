//! Every rule of `check/tracing`, on its own example.

use crate::harness::{codes, example};
use insta::assert_snapshot;

#[test]
fn port_name() {
    assert_snapshot!(example("TN0280"), @"
    error[TN0280]: Istio reads port `otlp-grpc` as protocol `otlp`, not as gRPC
      --> policy.yaml:38:53
       |
    38 |   phoenix: {service: phoenix, grpc: 4317, portName: otlp-grpc}
       |                      -------                        ^^^^^^^^^ every export of spans fails
       |                      |
       |                      the port of this Service
       |
       = help: name the port `grpc-otlp` on the Service and here
    ");
}

#[test]
fn samples_all() {
    assert_snapshot!(example("TN0282"), @r#"
    warning[TN0282]: every request of a production mesh is traced
      --> policy.yaml:37:13
       |
     5 | mesh: {istio: "1.31", profile: production, mtls: strict}
       |                                ---------- production
    ...
    37 |   sampling: 100%
       |             ^^^^
       |
       = help: sample a share, for example `sampling: 5%`
    "#);
}

#[test]
fn samples_none() {
    assert_snapshot!(example("TN0283"), @"
    warning[TN0283]: no request is traced
      --> policy.yaml:40:13
       |
    40 |   sampling: 0%
       |             ^^
       |
       = help: raise `sampling`, or remove `tracing`
    ");
}

#[test]
fn image_moves() {
    assert_snapshot!(example("TN0284"), @r#"
    warning[TN0284]: image `arizephoenix/phoenix:latest` may change at the next restart
      --> policy.yaml:38:74
       |
    38 |   phoenix: {service: phoenix, grpc: 4317, deploy: {storage: 10Gi, image: "arizephoenix/phoenix:latest"}}
       |                                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: name a version or a digest
    "#);
}

#[test]
fn client_trace() {
    assert_snapshot!(example("TN0285"), @"
    warning[TN0285]: clients choose the trace id of their requests
      --> policy.yaml:40:21
       |
    40 |   trustClientTrace: true
       |                     ^^^^
       |
       = help: remove `trustClientTrace`
    ");
}

#[test]
fn project_shared() {
    assert_snapshot!(example("TN0286"), @"
    warning[TN0286]: tenants share this project
      --> policy.yaml:40:12
       |
    40 |   project: shop
       |            ^^^^
       |
       = help: put `{tenant}` into it, for example `shop-{tenant}`
    ");
}

#[test]
fn project_slash() {
    assert_snapshot!(example("TN0287"), @r#"
    warning[TN0287]: Phoenix cannot look up a project with `/` in its name
      --> policy.yaml:40:12
       |
    40 |   project: "shop/{tenant}"
       |            ^^^^^^^^^^^^^^^
       |
       = help: use `shop-{tenant}`
    "#);
}

#[test]
fn port_unnamed() {
    assert_snapshot!(example("TN0288"), @"
    warning[TN0288]: nothing says that Istio reads port 4317 as gRPC
      --> policy.yaml:38:37
       |
    38 |   phoenix: {service: phoenix, grpc: 4317}
       |                                     ^^^^
       |
       = help: add `portName` with the port's name on the Service, or `deploy` to let Tenantry deploy Phoenix
    ");
}

#[test]
fn istio_reads_the_protocol_before_the_hyphen() {
    let port = |name: &str| codes(&format!("tracing:\n  mode: enrich\n  phoenix: {{portName: {name}}}\n"));
    assert_eq!(port("grpc"), [""; 0]);
    assert_eq!(port("grpc-otlp"), [""; 0]);
    assert_eq!(port("grpcotlp"), ["TN0280"]);
    assert_eq!(port("tcp-grpc"), ["TN0280"]);
}

#[test]
fn what_tenantry_deploys_it_names_right() {
    assert_eq!(codes("tracing:\n  mode: enrich\n  phoenix: {deploy: {storage: 1Gi}}\n"), [""; 0]);
}
