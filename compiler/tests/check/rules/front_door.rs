//! Every rule of `check/front_door`, on its own example.

use crate::harness::{codes, example};
use insta::assert_snapshot;

/// Two clusters behind a HAProxy.
const DOOR: &str = "\
clusters:
  us: {endpoint: us.example.com}
  eu: {endpoint: eu.example.com}
ingress:
  frontDoor: [haproxy]
";

#[test]
fn without_tls() {
    assert_snapshot!(example("TN0310"), @"
    error[TN0310]: the front door needs gateways that speak TLS
      --> policy.yaml:16:48
       |
    16 | ingress: {hosts: [api.example.com], frontDoor: [nginx]}
       |                                                ^^^^^^^ connects to the clusters over TLS alone
       |
       = help: add `tls: {secret: NAME}` to `ingress`, with a certificate for the served hosts
    ");
}

#[test]
fn same_port() {
    assert_snapshot!(example("TN0311"), @"
    error[TN0311]: the front door would listen on port 8443 twice
      --> policy.yaml:19:50
       |
    19 |   frontDoor: {kinds: [nginx], https: 8443, http: 8443}
       |                                      ----        ^^^^
       |                                      |
       |                                      taken by this
       |
       = help: choose another port for `http`
    ");
}

#[test]
fn health_refused() {
    assert_snapshot!(example("TN0312"), @"
    error[TN0312]: no cluster would pass the health check `/status`
      --> policy.yaml:19:41
       |
    19 |   frontDoor: {kinds: [haproxy], health: /status}
       |                                         ^^^^^^^ every gateway refuses it with 400: it has no tenant
       |
       = help: add the path to `tenancy.exempt`
    ");
}

#[test]
fn failover_unused() {
    assert_snapshot!(example("TN0313"), @"
    warning[TN0313]: nothing would send tenant `acme` to another cluster
      --> policy.yaml:31:3
       |
    31 |   acme: {cluster: us, failover: [eu]}
       |   ^^^^ has `failover`, and the policy has no front door
       |
       = help: add `frontDoor: [KIND]` to `ingress`, or leave `failover` out
    ");
}

#[test]
fn move_to_failover() {
    assert_snapshot!(example("TN0314"), @"
    note[TN0314]: tenant `acme` moves to `eu`, which is in its `failover`
      --> policy.yaml:32:3
       |
    32 |   acme: {cluster: us, failover: [eu], moveTo: eu}
       |   ^^^^
       |
       = help: when the move is done, take `eu` out of `failover`; `us` can be there instead
    ");
}

#[test]
fn nameless() {
    assert_snapshot!(example("TN0315"), @r#"
    warning[TN0315]: the front door's health checks have no served host to ask for
      --> policy.yaml:18:11
       |
    18 |   hosts: ["*"] # tenantry: allow(TN0221) the certificate has the names that clients use
       |           ^^^ names none
    19 |   frontDoor: [haproxy]
       |               ------- asks for the names in `endpoint` instead
       |
       = help: list the hosts that clients use
    "#);
}

#[test]
fn a_wildcard_names_a_host_for_health_checks() {
    let hosts = |hosts: &str, kind: &str| {
        codes(&format!("ingress:\n  hosts: [{hosts}] # tenantry: allow(TN0221) fine\n  frontDoor: [{kind}]\n"))
    };
    assert_eq!(hosts("\"*.example.com\"", "envoy"), [""; 0]);
    assert_eq!(hosts("\"*\"", "envoy"), ["TN0315"]);
    assert_eq!(hosts("\"*\"", "nginx"), [""; 0]);
}

#[test]
fn a_health_check_needs_a_route_that_takes_it() {
    let health = |route: &str| {
        let routes = format!("routes:\n  - {route}\n  - {{path: /shop, to: web}}\n");
        codes(&format!(
            "{DOOR}tenants:\n  a: {{cluster: us}}\n  b: {{cluster: eu}}\ntenancy:\n  exempt: [/up]\n{routes}"
        ))
    };
    assert_eq!(health("{path: /up, methods: [GET], to: web}"), [""; 0]);
    assert_eq!(health("{path: /up, methods: [POST], to: web}"), ["TN0215", "TN0312"]);
    assert_eq!(health("{path: /down, methods: [GET], to: web}"), ["TN0216", "TN0312"]);
    assert_eq!(codes("ingress:\n  frontDoor: {kinds: [nginx], health: /up}\n"), [""; 0]);
}

#[test]
fn failover_is_said_once_for_all_tenants() {
    let clusters = "clusters:\n  us: {endpoint: us.example.com}\n  eu: {endpoint: eu.example.com}\n";
    let tenants =
        "tenants:\n  a: {cluster: us, failover: [eu]}\n  b: {cluster: eu, failover: [us]}\n  c: {cluster: us}\n";
    assert_eq!(codes(&format!("{clusters}{tenants}")), ["TN0313"]);
    assert_eq!(codes(&format!("{DOOR}{tenants}")), [""; 0]);
}

#[test]
fn a_move_of_a_suspended_tenant_is_in_order() {
    let tenants = "tenants:\n  a: {cluster: us, moveTo: eu, status: suspended}\n  b: {cluster: us, moveTo: eu}\n";
    assert_eq!(codes(&format!("{DOOR}{tenants}")), [""; 0]);
}

#[test]
fn a_front_door_must_not_be_a_clusters_endpoint() {
    assert_eq!(codes("ingress:\n  frontDoor: [nginx]\nclusters:\n  us: {endpoint: api.example.com}\n"), ["TN0218"]);
    assert_eq!(codes("clusters:\n  us: {endpoint: api.example.com}\n"), [""; 0]);
}
