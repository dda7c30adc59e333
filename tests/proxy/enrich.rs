//! `mode: enrich`: what Envoy's own tracer makes of requests, with what the filter publishes.

use crate::fixture::{HOST, policy, search};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use tenantry::try_::session::{Session, Setup};
use tenantry_tests::envoy::client::{Request, send};
use tenantry_tests::envoy::{LATEST, VERSIONS, binary, module};
use tenantry_tests::policy::parse;
use tenantry_tests::sink::{Received, Sink};
use tokio::runtime::Runtime;

const LIMIT: Duration = Duration::from_secs(30);
/// A trace that a client says it has begun.
const CLIENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const CLIENT_TRACE: [u8; 16] = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes();

/// Every span that the requests to the gateway of `us` led to, once so many are there.
fn spans(version: &str, tracing: &str, requests: &[Request], expected: u64) -> Vec<Received> {
    let text = format!("{}tracing:\n  phoenix: {{deploy: {{}}}}\n  mode: enrich\n{tracing}", policy(""));
    let (policy, _) = parse(&text).unwrap_or_else(|errors| panic!("{errors}"));
    let sink = Sink::start().expect("a sink");
    sink.keep_spans();
    let setup = Setup {
        envoy: binary(version),
        module: module(),
        clusters: vec!["us".to_owned()],
        workers: 1,
        phoenix: Some(sink.address()),
    };
    let runtime = Runtime::new().expect("a tokio runtime");
    let session = runtime.block_on(Session::start(&policy, &setup)).unwrap_or_else(|error| panic!("{error}"));
    let address = session.address("us").expect("the gateway runs");
    for request in requests {
        send(address, request).unwrap_or_else(|error| panic!("no answer to {request:?}: {error}"));
    }
    assert!(sink.wait(LIMIT, |ledger| ledger.total.distinct >= expected), "Envoy {version}: too few spans");
    runtime.block_on(session.stop());
    sink.read(|ledger| std::mem::take(&mut ledger.kept))
}

/// A span's attributes. Envoy's are all text.
fn attributes(span: &Received) -> BTreeMap<&str, &str> {
    let attributes = span.span.attributes.iter();
    attributes
        .map(|attribute| match attribute.value.as_ref().and_then(|value| value.value.as_ref()) {
            Some(Value::StringValue(text)) => (attribute.key.as_str(), text.as_str()),
            other => panic!("`{}` is no text: {other:?}", attribute.key),
        })
        .collect()
}

/// The attributes of the gateway's own span for a request, which has no parent.
fn root<'a>(spans: &'a [Received], key: &str, value: &str) -> BTreeMap<&'a str, &'a str> {
    let mut roots = spans.iter().filter(|span| span.span.parent_span_id.is_empty()).map(attributes);
    roots.find(|attributes| attributes.get(key) == Some(&value)).unwrap_or_else(|| panic!("no span has {key} {value}"))
}

#[test]
fn spans_say_what_the_filter_decided_and_nothing_where_it_knows_nothing() {
    for version in VERSIONS {
        let requests = [
            Request::get(HOST, "/search?token=secret").header("x-tenant-id", "alpha").header("x-session-id", "s-1"),
            Request::get(HOST, "/search"),
        ];
        // The one that goes on has a span of the gateway's and one of its way upstream.
        let spans = spans(version, "  session: {header: x-session-id}\n", &requests, 3);
        let projects: Vec<_> = spans.iter().map(|span| span.project.as_deref()).collect();
        assert_eq!(projects, [Some("proxy-tests"); 3], "Envoy {version}");

        let allowed = root(&spans, "tenantry.decision", "allow");
        for (key, value) in [
            ("openinference.span.kind", "CHAIN"),
            ("tenant.id", "alpha"),
            ("session.id", "alpha/s-1"),
            ("tenantry.cluster", "us"),
            ("tenantry.tier", "standard"),
            ("http.url", &format!("http://{HOST}/search")),
        ] {
            assert_eq!(allowed.get(key), Some(&value), "Envoy {version}");
        }
        let metadata: serde_json::Value = serde_json::from_str(allowed["metadata"]).expect("metadata is JSON");
        assert_eq!(metadata["tier"], "standard", "Envoy {version}");
        assert!(!allowed.contains_key("tenantry.code"), "Envoy {version}: {allowed:?}");

        let refused = root(&spans, "tenantry.code", "tenant-missing");
        for key in ["tenant.id", "session.id", "user.id", "tenantry.tier", "tenantry.release"] {
            assert_eq!(refused.get(key), None, "Envoy {version}: neither empty nor a dash");
        }
        for span in &spans {
            assert!(!format!("{span:?}").contains("secret"), "Envoy {version}: the query stays out of {span:?}");
        }
    }
}

#[test]
fn a_clients_trace_is_forgotten_unless_the_policy_trusts_it() {
    let trusting = (LATEST, "  trustClientTrace: true\n", true);
    for (version, trust, kept) in VERSIONS.map(|version| (version, "", false)).into_iter().chain([trusting]) {
        let spans = spans(version, trust, &[search("alpha").header("traceparent", CLIENT)], 2);
        let traces: Vec<bool> = spans.iter().map(|span| span.span.trace_id == CLIENT_TRACE).collect();
        assert_eq!(traces, [kept; 2], "Envoy {version}");
        let roots = spans.iter().filter(|span| span.span.parent_span_id.is_empty()).count();
        assert_eq!(roots, usize::from(!kept), "Envoy {version}: no parent that never comes");
    }
}

#[test]
fn health_checks_are_not_traced() {
    for version in VERSIONS {
        let health = Request::get(HOST, "/health");
        let requests = [health.clone(), health.header("traceparent", CLIENT), search("alpha")];
        let spans = spans(version, "", &requests, 2);
        assert_eq!(spans.len(), 2, "Envoy {version}: those of the search alone");
        assert!(spans.iter().all(|span| !attributes(span)["http.url"].contains("health")), "Envoy {version}");
    }
}
