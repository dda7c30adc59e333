//! A workload's sidecar.

use crate::policy::{gateway_with, get, search, start};
use serde_json::{Value, json};
use tenantry_tests::host::Request;

const GATEWAY: &str = "spiffe://cluster.local/ns/istio-ingress/sa/gateway";
const CALLER: &str = "spiffe://cluster.local/ns/default/sa/runtime";

fn workload() -> Value {
    gateway_with(|config| {
        config["role"] = "workload".into();
        config["workload"] = json!({"gateways": [GATEWAY], "callers": [CALLER]});
        config["stamps"] = json!({"cluster": true, "tier": true, "track": true});
    })
}

fn stamped() -> Request {
    search("tenant_a")
        .header("x-tenantry-cluster", "us")
        .header("x-tenantry-tier", "gold")
        .header("x-tenantry-track", "stable")
}

#[test]
fn takes_what_the_gateway_stamped() {
    let outcome = start(&workload()).request(&stamped().peer(GATEWAY));
    assert!(outcome.passed(), "{:?}", outcome.code());
    assert_eq!(outcome.headers.one("x-tenantry-tier"), Some("gold"));
    assert_eq!(outcome.calls["proxy_get_property"], 1);
}

#[test]
fn takes_allowed_callers_without_a_stamp() {
    assert!(start(&workload()).request(&get("/search").peer(CALLER)).passed());
}

#[test]
fn refuses_everybody_else() {
    let mut vm = start(&workload());
    for request in [stamped(), stamped().peer(""), stamped().peer("spiffe://cluster.local/ns/default/sa/other")] {
        assert_eq!(vm.request(&request).code().as_deref(), Some("caller-forbidden"));
    }
}

#[test]
fn refuses_what_the_gateway_did_not_stamp() {
    let mut vm = start(&workload());
    for request in [search("tenant_a"), stamped().header("x-tenantry-tier", "gold"), get("/search")] {
        assert_eq!(vm.request(&request.peer(GATEWAY)).code().as_deref(), Some("stamp-missing"));
    }
}
