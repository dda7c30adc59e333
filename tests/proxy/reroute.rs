//! Headers that the filter changes are what Envoy routes on, even if it had chosen a route before.

use serde_json::{Value, json};
use tenantry_tests::envoy::VERSIONS;
use tenantry_tests::envoy::client::Request;
use tenantry_tests::envoy::gateway::{Gateway, config};

/// 201 for a stamped tier, 200 for everything else.
fn routes() -> Value {
    let stamped = json!({ "name": "x-tenantry-tier", "string_match": { "exact": "standard" } });
    json!({ "virtual_hosts": [{
        "name": "all",
        "domains": ["*"],
        "routes": [
            { "match": { "prefix": "/", "headers": [stamped] }, "direct_response": { "status": 201 } },
            { "match": { "prefix": "/" }, "direct_response": { "status": 200 } },
        ],
    }] })
}

/// A filter that looks at the route before ours changes anything, and does nothing else.
fn early() -> Value {
    json!({
        "name": "envoy.filters.http.fault",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault",
            "abort": { "http_status": 555, "percentage": { "numerator": 0 } },
        },
    })
}

#[test]
fn stamps_choose_the_route_and_forgeries_do_not() {
    let mut config = config(&["alpha"]);
    config["stamps"] = json!({"tier": true});
    config["exempt"] = json!(["/health"]);
    for version in VERSIONS {
        let gateway = Gateway::start_behind(version, &config.to_string(), vec![early()], &routes());
        let get = |path: &str| Request::get("api.example.com", path);
        assert_eq!(gateway.send(&get("/search").header("x-tenant-id", "alpha")).status, 201, "Envoy {version}");
        assert_eq!(gateway.send(&get("/health").header("x-tenantry-tier", "standard")).status, 200, "Envoy {version}");
        gateway.stop();
    }
}
