//! Filter state and metrics.

use crate::policy::{gateway, gateway_with, get, search};
use serde_json::{Value, json};
use tenantry_tests::host::{End, Module, Proxy, Vm};

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

/// What Envoy's tracer puts into its spans.
#[test]
fn for_traces() {
    let config = gateway_with(|config| {
        config["properties"] = json!(["tenant", "cluster", "code", "session", "user", "metadata", "decision"]);
        config["trace"] =
            json!({"service": "gateway", "kind": "CHAIN", "session": "x-session-id", "user": "x-user-id"});
        config["body"] = json!({"pointers": ["/tenant_id"], "limit": 100, "overLimit": "refuse"});
    });
    let mut vm = crate::policy::start(&config);
    let request = search("tenant_a").header("x-session-id", "chat-1").header("x-user-id", "ann");
    let request = request.header("x-request-id", "5e0b6c64").header("x-canary-user", "true");
    let json = |text: &str| -> Value { serde_json::from_str(text).expect("metadata is JSON") };
    let allowed = json!({
        "cluster": "us", "tier": "gold", "release": "canary", "service": "runtime", "request_id": "5e0b6c64",
        "decision": "allow",
    });

    let outcome = vm.request(&request);
    assert_eq!(outcome.properties["tenantry.session"], "tenant_a/chat-1");
    assert_eq!(outcome.properties["tenantry.user"], "ann");
    assert_eq!(outcome.properties["tenantry.cluster"], "us");
    assert_eq!(json(&outcome.properties["tenantry.metadata"]), allowed);
    assert!(!outcome.properties.contains_key("tenantry.code"));
    assert_eq!(outcome.headers.one("traceparent"), None, "the trace is Envoy's");

    // A session without a tenant could be anybody's.
    let outcome = vm.request(&search("nobody").header("x-session-id", "chat-1"));
    assert_eq!(outcome.properties["tenantry.code"], "tenant-unknown");
    assert!(!outcome.properties.contains_key("tenantry.session"));
    let refused = json!({"decision": "refuse:tenant-unknown", "code": "tenant-unknown"});
    assert_eq!(json(&outcome.properties["tenantry.metadata"]), refused);

    // A body that is refused later takes back what was said.
    let body = request.header("content-type", "application/json").body([r#"{"tenant_id": "b"}"#], End::WithLastChunk);
    let outcome = vm.request(&body);
    assert_eq!(outcome.properties["tenantry.code"], "tenant-mismatch");
    assert_eq!(outcome.properties["tenantry.decision"], "refuse:tenant-mismatch");
    let mut mismatch = allowed;
    mismatch["decision"] = "refuse:tenant-mismatch".into();
    mismatch["code"] = "tenant-mismatch".into();
    assert_eq!(json(&outcome.properties["tenantry.metadata"]), mismatch);
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
