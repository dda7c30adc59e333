//! What a request costs in host calls: nothing that its policy did not ask for.

use crate::policy::{gateway, gateway_with, get, search, start};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tenantry_tests::host::Request;

/// Host calls of the second of two equal requests, when metrics are defined and memory is warm.
fn calls(config: &Value, request: &Request) -> BTreeMap<&'static str, u32> {
    let mut vm = start(config);
    vm.request(request);
    let outcome = vm.request(request);
    assert!(outcome.passed(), "{:?}", outcome.code());
    outcome.calls
}

const READ: (&str, u32) = ("proxy_get_header_map_pairs", 1);
const COUNT: (&str, u32) = ("proxy_increment_metric", 1);

/// One call that returns data, one that counts, one for each header that changes.
#[test]
fn an_allowed_request() {
    let stamps = calls(&gateway(), &search("tenant_a"));
    assert_eq!(stamps, BTreeMap::from([READ, COUNT, ("proxy_replace_header_map_value", 3)]));
    let plain = gateway_with(|config| {
        config["clusters"] = json!({"us": {"endpoint": "us.example.com"}});
        config["releases"] = json!({});
        config["stamps"] = json!({});
        config["tenants"]["inline"].as_object_mut().expect("a map").remove("tenant_b");
    });
    assert_eq!(calls(&plain, &search("tenant_a")), BTreeMap::from([READ, COUNT]));
    assert_eq!(calls(&plain, &get("/health")), BTreeMap::from([READ, COUNT]));
}

#[test]
fn a_rate_costs_three_calls() {
    let expected = BTreeMap::from([
        READ,
        COUNT,
        ("proxy_replace_header_map_value", 3),
        ("proxy_get_current_time_nanoseconds", 1),
        ("proxy_get_shared_data", 1),
        ("proxy_set_shared_data", 1),
    ]);
    assert_eq!(calls(&gateway(), &search("slow")), expected);
}

#[test]
fn a_token_costs_one_call() {
    let config = gateway_with(|config| config["token"] = json!({"claim": ["tenant_id"], "required": true}));
    let request = search("tenant_a").claims(json!({"tenant_id": "tenant_a"}));
    assert_eq!(calls(&config, &request)["proxy_get_property"], 1);
}

#[test]
fn a_property_costs_one_call() {
    let config = gateway_with(|config| config["properties"] = json!(["tenant"]));
    assert_eq!(calls(&config, &search("tenant_a"))["proxy_set_property"], 1);
}

/// The header block is read once, whatever its size, and memory does not grow with requests.
#[test]
fn stays_flat() {
    let mut vm = start(&gateway());
    let large = (0..100).fold(search("tenant_a"), |request, at| request.header(format!("x-{at}"), "v".repeat(200)));
    let first = vm.request(&large);
    assert_eq!(first.calls[READ.0], 1);
    let (pages, fuel) = (vm.pages(), vm.request(&large).fuel);
    for _ in 0..2000 {
        assert_eq!(vm.request(&large).fuel, fuel);
    }
    assert_eq!(vm.pages(), pages);
}
