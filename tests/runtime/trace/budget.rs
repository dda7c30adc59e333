//! What a span costs in host calls.

use super::{start, traced};
use crate::policy::search;
use serde_json::Value;
use std::collections::BTreeMap;
use tenantry_tests::host::{Proxy, Request};

/// Host calls of the third of three equal requests, when metrics are defined and randomness is at hand.
fn calls(config: &Value, request: &Request) -> BTreeMap<&'static str, u32> {
    let mut vm = start(&Proxy::default(), config);
    vm.request(request);
    vm.request(request);
    vm.request(request).calls
}

fn more(config: &Value, request: &Request) -> BTreeMap<&'static str, i64> {
    let without = calls(&crate::policy::gateway(), request);
    let mut more: BTreeMap<_, i64> = calls(config, request).into_iter().map(|(name, n)| (name, n.into())).collect();
    for (name, calls) in without {
        *more.entry(name).or_default() -= i64::from(calls);
    }
    more.retain(|_, calls| *calls != 0);
    more
}

/// Two looks at the clock, the answer's status, and the header that carries the trace on.
#[test]
fn a_request_with_a_span() {
    let expected = BTreeMap::from([
        ("proxy_get_current_time_nanoseconds", 2),
        ("proxy_get_header_map_value", 1),
        ("proxy_replace_header_map_value", 1),
    ]);
    assert_eq!(more(&traced("grpc", |_| ()), &search("tenant_a")), expected);
    assert_eq!(more(&traced("http", |_| ()), &search("tenant_a")), expected);
}

/// Without a span there is only the header, and the clock for what might have become one.
#[test]
fn a_request_without_a_span() {
    let config = traced("grpc", |config| {
        config["trace"]["export"]["sampling"] = 0.into();
        config["trace"]["export"]["keep"] = serde_json::json!({});
    });
    let expected = BTreeMap::from([("proxy_get_current_time_nanoseconds", 1), ("proxy_replace_header_map_value", 1)]);
    assert_eq!(more(&config, &search("tenant_a")), expected);
}

/// A rate needs the clock too, and looks at it no second time.
#[test]
fn a_request_with_a_rate() {
    let more = more(&traced("grpc", |_| ()), &search("slow"));
    assert_eq!(more["proxy_get_current_time_nanoseconds"], 1);
}

/// In enrich mode Envoy's tracer reports, and the filter makes no call for it but those that publish.
#[test]
fn enriching() {
    let config = traced("grpc", |config| {
        config["trace"].as_object_mut().expect("a map").remove("export");
        config["properties"] = serde_json::json!(["tenant", "session", "metadata"]);
    });
    let request = search("tenant_a").header("x-session-id", "s");
    assert_eq!(more(&config, &request), BTreeMap::from([("proxy_set_property", 3)]));
}

/// Randomness comes in blocks, and memory does not grow with requests.
#[test]
fn stays_flat() {
    let proxy = Proxy::default();
    let mut vm = start(&proxy, &traced("grpc", |_| ()));
    let mut fetched = 0;
    let mut pages = 0;
    for at in 0..2000 {
        let outcome = vm.request(&search("tenant_a"));
        fetched += outcome.calls.get("random_get").copied().unwrap_or_default();
        for call in vm.sent() {
            vm.answer(&call, tenantry_tests::host::Answer::Grpc(0));
        }
        if at == 100 {
            pages = vm.pages();
        }
    }
    assert!((40..60).contains(&fetched), "{fetched} blocks for 2000 requests");
    assert_eq!(vm.pages(), pages);
    assert_eq!(proxy.metric("tenantry_spans_sent_total"), 2000);
}
