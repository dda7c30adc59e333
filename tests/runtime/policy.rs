//! The policy of these tests, and requests against it.

use serde_json::{Value, json};
use tenantry_tests::host::{Module, Request, Vm};

/// `pluginConfig` of the gateway of cluster `us`: little of everything, no property, no rate but `standard`'s.
pub fn gateway() -> Value {
    json!({
        "version": 1, "policy": "cogniverse", "role": "gateway", "cluster": "us",
        "header": "x-tenant-id", "ids": "org-colon",
        "hosts": ["api.cogniverse.com"],
        "exempt": ["/health"],
        "elsewhere": "forward",
        "clusters": {"us": {"endpoint": "us.example.com"}, "eu": {"endpoint": "eu.example.com:8443"}},
        "tiers": {"standard": {"millirate": 2000, "burst": 5}, "gold": {}},
        "routes": [
            {"path": "/search", "service": "runtime"},
            {"path": "/dashboard", "service": "dashboard"},
            {"path": "/admin", "service": "runtime", "tenants": ["acme:production"]},
        ],
        "releases": {"runtime": [
            {"name": "stable", "weight": 9500, "sticky": false},
            {"name": "canary", "weight": 500, "sticky": true, "header": ["x-canary-user", "true"]},
        ]},
        "tenants": {"inline": {
            "tenant_a": {"cluster": "us", "tier": "gold"},
            "tenant_b": {"cluster": "eu", "tier": "gold"},
            "slow": {"cluster": "us", "tier": "standard"},
            "acme:production": {"cluster": "us", "tier": "gold"},
            "closed": {"cluster": "us", "tier": "gold", "suspended": true},
        }},
        "stamps": {"cluster": true, "tier": true, "track": true},
    })
}

/// The gateway after a change.
pub fn gateway_with(change: impl FnOnce(&mut Value)) -> Value {
    let mut config = gateway();
    change(&mut config);
    config
}

/// The built module in force with a configuration.
///
/// # Panics
/// When the module refuses it.
pub fn start(config: &Value) -> Vm {
    Vm::new(&Module::built(), config.to_string()).expect("a good configuration")
}

/// `GET PATH` of the served host.
pub fn get(path: &str) -> Request {
    Request::new("GET", "api.cogniverse.com", path).header("user-agent", "curl/8").header("accept", "*/*")
}

/// `GET /search` by a tenant.
pub fn search(tenant: &str) -> Request {
    get("/search").header("x-tenant-id", tenant)
}
