//! Filter state and metrics.

use crate::policy::{gateway, gateway_with, get, search};
use serde_json::json;
use tenantry_tests::host::{Module, Proxy, Vm};

#[test]
fn published_as_asked_for() {
    let all = json!(["decision", "tenant", "tier", "release", "why"]);
    let mut vm = crate::policy::start(&gateway_with(|config| config["properties"] = all));
    let outcome = vm.request(&search("tenant_a").header("x-canary-user", "true"));
    let property = |name: &str| outcome.properties.get(name).map(String::as_str);
    assert_eq!(property("tenantry.decision"), Some("allow"));
    assert_eq!(property("tenantry.tenant"), Some("tenant_a"));
    assert_eq!(property("tenantry.tier"), Some("gold"));
    assert_eq!(property("tenantry.release"), Some("canary"));
    assert_eq!(property("tenantry.why"), Some("header:tenant_a known:us/gold home route:0 release:canary@header"));

    let refused = vm.request(&search("nobody"));
    assert_eq!(refused.properties["tenantry.decision"], "refuse:tenant-unknown");
    assert!(!refused.properties.contains_key("tenantry.tenant"), "an unknown id is not published");
}

#[test]
fn counts_by_decision_and_tenant() {
    let proxy = Proxy::default();
    let mut vm = Vm::start(&Module::built(), &proxy, gateway().to_string()).expect("good");
    for request in [search("tenant_a"), search("tenant_a"), search("tenant_b"), search("nobody"), get("/health")] {
        vm.request(&request);
    }
    assert_eq!(proxy.requests("allow", "tenant_a"), 2);
    assert_eq!(proxy.requests("forward", "tenant_b"), 1);
    assert_eq!(proxy.requests("tenant-unknown", "none"), 1);
    assert_eq!(proxy.requests("allow", "none"), 1);
    assert!(proxy.metrics().keys().all(|name| !name.contains("nobody")), "what a client sends is no label");
}

/// Tenants beyond the bound share one label.
#[test]
fn labels_are_bounded() {
    let proxy = Proxy::default();
    let config = gateway_with(|config| {
        config["metricTenants"] = 2.into();
        for tenant in 0..20 {
            config["tenants"]["inline"][format!("t{tenant}")] = json!({"cluster": "us", "tier": "gold"});
        }
    });
    let mut vm = Vm::start(&Module::built(), &proxy, config.to_string()).expect("good");
    for tenant in 0..20 {
        vm.request(&search(&format!("t{tenant}")));
    }
    assert_eq!([proxy.requests("allow", "t0"), proxy.requests("allow", "t1")], [1, 1]);
    assert_eq!(proxy.requests("allow", "other"), 18);
    // An update of the configuration does not start again.
    vm.configure(config.to_string()).expect("good");
    vm.request(&search("t5"));
    assert_eq!(proxy.requests("allow", "other"), 19);
}
