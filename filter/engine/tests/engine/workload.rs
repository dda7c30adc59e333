//! A workload's sidecar accepts what a gateway stamped.

use crate::fixture::{Sent, gateway, get};
use tenantry_engine::Config;
use tenantry_engine::config::{Role, Workload};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const GATEWAY: &str = "spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway";
const CALLER: &str = "spiffe://cluster.local/ns/default/sa/runtime";

fn workload() -> Config {
    gateway(|config| {
        config.role = Role::Workload;
        config.hosts.clear();
        config.workload = Some(Workload { gateways: vec![GATEWAY.to_owned()], callers: vec![CALLER.to_owned()] });
    })
}

fn stamped() -> Sent {
    get("/search")
        .tenant("tenant_a")
        .header("x-tenantry-cluster", "us")
        .header("x-tenantry-tier", "standard")
        .header("x-tenantry-track", "stable")
}

#[test]
fn a_stamped_request_of_a_gateway_is_accepted_as_it_is() {
    let config = workload();
    let request = stamped().peer(GATEWAY);
    assert_eq!(request.verdict(&config), "allow");
    assert_eq!(request.why(&config), "gateway-peer header:tenant_a known:us/standard home");
    request.decide(&config, |decision| {
        assert!(decision.remove.is_empty() && decision.set.is_empty() && decision.pending.charge.is_none());
    });
}

#[test]
fn strangers_are_refused_whatever_they_send() {
    let config = workload();
    assert_eq!(stamped().verdict(&config), "refuse:caller-forbidden");
    for peer in [
        "",
        "spiffe://cluster.local/ns/default/sa/other",
        "spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway2",
    ] {
        assert_eq!(stamped().peer(peer).verdict(&config), "refuse:caller-forbidden", "{peer}");
    }
}

#[test]
fn allowed_callers_need_no_stamp() {
    let config = workload();
    assert_eq!(get("/document/v1").peer(CALLER).verdict(&config), "allow");
    assert_eq!(get("/document/v1").peer(CALLER).why(&config), "mesh-peer");
}

#[test]
fn an_allowed_caller_may_name_a_tenant_and_is_never_refused_for_it() {
    let config = workload();
    let named = get("/document/v1").tenant("tenant_b").peer(CALLER);
    assert_eq!(named.why(&config), "mesh-peer header:tenant_b known:eu/standard");
    named
        .decide(&config, |decision| assert_eq!((decision.tenant, decision.tier), (Some("tenant_b"), Some("standard"))));
    assert_eq!(get("/").tenant("closed").peer(CALLER).why(&config), "mesh-peer header:closed known:us/gold");
    for request in [
        get("/").tenant("nobody"),
        get("/").tenant("a b"),
        get("/").tenant("tenant_a").tenant("tenant_b"),
        get("/").tenant("tenant_a").header("x_tenant_id", "tenant_a"),
    ] {
        assert_eq!(request.clone().peer(CALLER).verdict(&config), "allow");
        assert_eq!(request.peer(CALLER).why(&config), "mesh-peer");
    }
}

#[test]
fn every_stamp_has_to_be_there_once_and_agree_with_the_table() {
    let config = workload();
    for request in [
        stamped().replace("x-tenantry-tier", "gold"),
        stamped().replace("x-tenantry-cluster", "eu"),
        stamped().header("x-tenantry-tier", "standard"),
        stamped().header("x-tenantry-track", "canary"),
        stamped().header("x_tenant_id", "tenant_b"),
        stamped().tenant("tenant_b"),
        stamped().replace("x-tenant-id", " tenant_a"),
        stamped().replace("x-tenant-id", "tenant_a,tenant_b"),
        get("/search").tenant("tenant_a"),
        get("/search"),
    ] {
        assert_eq!(request.peer(GATEWAY).verdict(&config), "refuse:stamp-missing");
    }
    assert_eq!(stamped().replace("x-tenant-id", "nobody").peer(GATEWAY).verdict(&config), "refuse:tenant-unknown");
    assert_eq!(stamped().replace("x-tenant-id", "closed").peer(GATEWAY).verdict(&config), "refuse:tenant-suspended");
    assert_eq!(stamped().replace("x-tenant-id", "tenant_b").peer(GATEWAY).verdict(&config), "refuse:tenant-elsewhere");
}

#[test]
fn a_gateway_may_send_exempt_paths_without_a_tenant() {
    let config = workload();
    assert_eq!(get("/health").peer(GATEWAY).verdict(&config), "allow");
    assert_eq!(get("/health/..").peer(GATEWAY).verdict(&config), "refuse:path-malformed");
}
