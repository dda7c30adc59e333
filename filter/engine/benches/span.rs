//! What a span costs: `cargo bench -p tenantry-engine --bench span`.
//!
//! The filter's own writer against OpenTelemetry's types on `prost`, which are given every value ready and only have to
//! hold and encode it. The least of many rounds counts.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::{Span, Status};
use prost::Message;
use std::hint::black_box;
use std::time::{Duration, Instant};
use tenantry_engine::config::Trace;
use tenantry_engine::request::{Claim, Request};
use tenantry_engine::trace::queue::{Outcome, Queue};
use tenantry_engine::trace::{self, begin};
use tenantry_engine::{Config, decide};

const ROUNDS: usize = 50;
const REQUESTS: u64 = 10_000;
const NOW: u64 = 1_800_000_000_000_000_000;

const CONFIG: &str = r#"{
  "version": 1, "policy": "p", "role": "gateway", "cluster": "us", "header": "x-tenant-id", "ids": "slug",
  "hosts": ["api.example.com"], "elsewhere": "refuse", "clusters": {"us": {"endpoint": "us.example.com"}},
  "tiers": {"gold": {}}, "routes": [{"path": "/search", "service": "runtime"}, {"path": "/api", "service": "runtime"}],
  "tenants": {"inline": {"acme": {"cluster": "us", "tier": "gold"}}},
  "trace": {
    "service": "gateway", "kind": "CHAIN", "session": "x-session-id", "user": "x-user",
    "export": {
      "to": {"protocol": "grpc", "cluster": "phoenix", "authority": "phoenix:4317", "timeoutMs": 5000},
      "project": "cogniverse-{org}:{tenant}", "unassigned": "unassigned", "sampling": 10000,
      "batch": {"spans": 512, "bytes": 1048576, "everyMs": 1000},
      "buffer": {"spans": 4096, "bytes": 8388608}
    }
  }
}"#;

/// A request as a browser sends it through a load balancer.
const HEADERS: [(&[u8], &[u8]); 18] = [
    (b":authority", b"api.example.com"),
    (b":path", b"/api/v1/search?q=cats&limit=20"),
    (b":method", b"GET"),
    (b":scheme", b"https"),
    (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    (b"accept", b"application/json"),
    (b"accept-language", b"en-GB,en;q=0.5"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"authorization", b"Bearer 0123456789"),
    (b"cookie", b"session=0123456789abcdef"),
    (b"x-forwarded-for", b"192.0.2.1"),
    (b"x-forwarded-proto", b"https"),
    (b"x-envoy-external-address", b"192.0.2.1"),
    (b"x-request-id", b"2cb8b8a4-3f4b-4b51-9d3f-6e0a1c2b3d4e"),
    (b"x-tenant-id", b"acme"),
    (b"x-session-id", b"chat-0123456789"),
    (b"x-user", b"ada@example.com"),
    (b"traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
];

fn main() {
    let config = Config::parse(CONFIG.as_bytes(), None).expect("the configuration is valid");
    let request = Request { headers: black_box(&HEADERS), has_body: false, claim: Claim::Absent, peer: None };
    let whole = span(&config, &request, 0);
    let read = Span::decode(whole.bytes.as_slice()).expect("it is a span");
    println!("a span of {} bytes with {} attributes", whole.bytes.len(), read.attributes.len());

    let deciding = each(|_| drop(black_box(decide(&config, &request))));
    let own = each(|n| drop(black_box(span(&config, &request, n))));
    let prost = each(|_| drop(black_box(rebuild(&read).encode_to_vec())));
    println!("begin and end: {:.0} ns, besides {deciding:.0} ns of deciding", own - deciding);
    println!("the same span held and encoded by prost: {prost:.0} ns");

    let trace: Trace = config.trace().expect("it traces").clone();
    let export = trace.export.expect("it exports");
    let mut queue = Queue::new(&export, &trace.service, 1);
    let queued = each(|n| {
        queue.push(whole.clone(), NOW + n);
        while let Some(batch) = black_box(queue.next(NOW + n)) {
            queue.answered(batch.id, Outcome::Delivered, NOW + n);
        }
    });
    let cloning = each(|_| drop(black_box(whole.clone())));
    println!("queue, batches of {}: {:.0} ns", export.batch.spans, queued - cloning);
}

fn span(config: &Config, request: &Request<'_>, n: u64) -> trace::Span {
    let mut entropy = [7; 24];
    entropy[..8].copy_from_slice(&n.to_le_bytes());
    let decision = decide(config, request);
    let begun = begin(config, request, &decision, NOW, &entropy).expect("it is traced");
    let open = black_box(begun).span.expect("it is sampled");
    open.end(Some(200), NOW + 1_000_000).expect("it is exported")
}

/// The span from borrowed values, as code on these types would make it.
fn rebuild(span: &Span) -> Span {
    let value = |value: &Option<AnyValue>| match value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => Some(AnyValue { value: Some(Value::StringValue(text.as_str().to_owned())) }),
        other => Some(AnyValue { value: other.cloned() }),
    };
    let mut attributes = Vec::with_capacity(span.attributes.len());
    for attribute in &span.attributes {
        let key = attribute.key.as_str().to_owned();
        attributes.push(KeyValue { key, value: value(&attribute.value), ..KeyValue::default() });
    }
    Span {
        trace_id: span.trace_id.as_slice().to_vec(),
        span_id: span.span_id.as_slice().to_vec(),
        name: span.name.as_str().to_owned(),
        kind: span.kind,
        start_time_unix_nano: span.start_time_unix_nano,
        end_time_unix_nano: span.end_time_unix_nano,
        flags: span.flags,
        attributes,
        status: span.status.as_ref().map(|status| Status { code: status.code, ..Status::default() }),
        ..Span::default()
    }
}

/// Nanoseconds that `work` takes.
fn each(mut work: impl FnMut(u64)) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        (0..REQUESTS).for_each(&mut work);
        start.elapsed()
    });
    rounds.min().unwrap_or(Duration::MAX).as_secs_f64() * 1e9 / REQUESTS as f64
}
