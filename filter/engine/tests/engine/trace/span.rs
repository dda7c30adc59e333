//! What a span tells, as OpenTelemetry's own types read it.

use super::fixture::{CALLER, END, GATEWAY, PARENT, START, sidecar, stamped, tracing};
use super::judge::{attributes, span};
use crate::fixture::{Sent, get};
use opentelemetry_proto::tonic::trace::v1::Status;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use tenantry_engine::Config;
use tenantry_engine::code::Code;
use tenantry_engine::config::{Body, Keep, OverLimit, Trace};
use tenantry_engine::trace::Wants;

fn search() -> Sent {
    get("/search?q=secret").tenant("tenant_a")
}

fn shown(request: &Sent, config: &Config, status: u16) -> Vec<String> {
    let shown = attributes(&span(&request.span(config, status).bytes));
    shown.into_iter().map(|(key, value)| format!("{key} = {value}")).collect()
}

#[test]
fn a_full_request() {
    let config = tracing(|_| {});
    let request = search()
        .header(":scheme", "http")
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-for", "203.0.113.7, 192.0.2.1")
        .header("user-agent", "curl/8.5.0")
        .header("content-length", "42")
        .header("authorization", "Bearer secret")
        .header("cookie", "session=secret")
        .header("x-request-id", "2cb8b8a4-3f4b-4b51-9d3f-6e0a1c2b3d4e")
        .header("x-session-id", "chat-1")
        .header("x-user", "ada")
        .header("x-canary-user", "true")
        .header("traceparent", PARENT)
        .replace(":authority", "api.cogniverse.com:8443");
    let span = span(&request.span(&config, 200).bytes);
    assert_eq!(span.trace_id, (1..=16).collect::<Vec<u8>>());
    assert_eq!(span.span_id, (17..=24).collect::<Vec<u8>>());
    assert_eq!((span.parent_span_id.as_slice(), span.trace_state.as_str()), ([].as_slice(), ""));
    assert_eq!((span.name.as_str(), span.kind()), ("GET /search", SpanKind::Server));
    assert_eq!((span.start_time_unix_nano, span.end_time_unix_nano), (START, END));
    assert_eq!(span.flags, 0x101);
    assert_eq!(span.status, Some(Status { code: 1, message: String::new() }));
    assert!(span.events.is_empty() && span.links.is_empty() && span.dropped_attributes_count == 0);
    let metadata = concat!(
        r#"{"cluster":"us","tier":"standard","release":"canary","service":"runtime","#,
        r#""request_id":"2cb8b8a4-3f4b-4b51-9d3f-6e0a1c2b3d4e","decision":"allow"}"#
    );
    let expected = [
        "client.address = 192.0.2.1",
        "http.request.body.size = #42",
        "http.request.method = GET",
        "http.response.status_code = #200",
        "http.route = /search",
        &format!("metadata = {metadata}"),
        "openinference.span.kind = CHAIN",
        "server.address = api.cogniverse.com",
        "server.port = #8443",
        "session.id = tenant_a/chat-1",
        "tenant.id = tenant_a",
        &format!("tenantry.client.traceparent = {PARENT}"),
        "tenantry.cluster = us",
        "tenantry.decision = allow",
        "tenantry.release = canary",
        "tenantry.request_id = 2cb8b8a4-3f4b-4b51-9d3f-6e0a1c2b3d4e",
        "tenantry.service = runtime",
        "tenantry.tier = standard",
        "url.path = /search",
        "url.scheme = https",
        "user.id = ada",
        "user_agent.original = curl/8.5.0",
    ];
    assert_eq!(shown(&request, &config, 200), expected);
    assert!(!String::from_utf8_lossy(&request.span(&config, 200).bytes).contains("secret"));
}

#[test]
fn statuses() {
    let config = tracing(|_| {});
    let status = |request: Sent, status: Option<u16>| {
        let ended = request.open(&config).end(status, END).expect("it is exported");
        let span = span(&ended.bytes);
        let error = attributes(&span).remove("error.type");
        let Status { code, message } = span.status.unwrap_or_default();
        (code, message, error.unwrap_or_default())
    };
    let of = |code: i32, message: &str, error: &str| (code, message.to_owned(), error.to_owned());
    assert_eq!(status(search(), Some(204)), of(1, "", ""));
    assert_eq!(status(search(), Some(304)), of(1, "", ""));
    assert_eq!(status(search(), Some(404)), of(0, "", ""));
    assert_eq!(status(search(), Some(500)), of(2, "HTTP 500", "500"));
    assert_eq!(status(search(), Some(503)), of(2, "HTTP 503", "503"));
    assert_eq!(status(search(), None), of(2, "no answer", "no-answer"));
    assert_eq!(status(search(), Some(0)), of(2, "no answer", "no-answer"));
    assert_eq!(status(get("/search"), Some(400)), of(2, "tenant-missing", "tenant-missing"));
    assert_eq!(status(search().replace(":path", "/nowhere"), Some(404)), of(2, "route-unknown", "route-unknown"));
    assert_eq!(status(get("/search").tenant("tenant_b"), Some(200)), of(1, "", ""));
}

#[test]
fn a_refusal_names_its_code_and_knows_no_more_than_the_filter() {
    let config = tracing(|_| {});
    let span_of = |request: &Sent, status| request.span(&config, status);
    let missing = span_of(&get("/search"), 400);
    assert_eq!(missing.tenant, None);
    let read = span(&missing.bytes);
    assert_eq!(read.name, "GET gateway", "no route, so the service");
    let shown = attributes(&read);
    assert_eq!(shown["tenantry.decision"], "refuse:tenant-missing");
    assert_eq!(shown["tenantry.code"], "tenant-missing");
    assert_eq!(shown["metadata"], r#"{"decision":"refuse:tenant-missing","code":"tenant-missing"}"#);
    assert!(!shown.contains_key("tenant.id") && !shown.contains_key("http.route"));
    // Nobody vouches for the id, so its spans go to nobody's project.
    assert_eq!(span_of(&get("/search").tenant("nobody"), 403).tenant, None);
    let suspended = span_of(&get("/search").tenant("closed"), 403);
    assert_eq!(suspended.tenant.as_deref(), Some("closed"));
    let session = get("/search").header("x-session-id", "chat-1");
    assert!(!attributes(&span(&span_of(&session, 400).bytes)).contains_key("session.id"), "sessions are a tenant's");
    let forward = attributes(&span(&span_of(&get("/search").tenant("tenant_b"), 200).bytes));
    assert_eq!(forward["tenantry.decision"], "forward:eu");
}

#[test]
fn a_body_can_still_refuse_a_request() {
    let mut config = super::fixture::tracing_gateway(|config| {
        let pointers = vec!["/tenant_id".to_owned()];
        config.body = Some(Body { pointers, limit: 100, over_limit: OverLimit::Refuse });
    });
    let request = search().body("application/json");
    let mut open = request.open(&config);
    open.refused(Code::TenantMismatch);
    open.refused(Code::BodyTooLarge);
    let read = span(&open.end(Some(403), END).expect("it is exported").bytes);
    let shown = attributes(&read);
    assert_eq!(shown["tenantry.decision"], "refuse:tenant-mismatch");
    assert!(shown["metadata"].ends_with(r#""decision":"refuse:tenant-mismatch","code":"tenant-mismatch"}"#));
    assert_eq!(read.status, Some(Status { code: 2, message: "tenant-mismatch".to_owned() }));
    assert_eq!(attributes(&span(&request.span(&config, 200).bytes))["tenantry.decision"], "allow");
    // Once a verdict holds, it holds.
    config = tracing(|_| {});
    let mut open = search().open(&config);
    open.refused(Code::TenantMismatch);
    let read = span(&open.end(Some(200), END).expect("it is exported").bytes);
    assert_eq!(attributes(&read)["tenantry.decision"], "allow");
}

#[test]
fn methods_that_http_does_not_know() {
    let config = tracing(|_| {});
    let request = search().replace(":method", "BREW");
    let read = span(&request.span(&config, 200).bytes);
    assert_eq!(read.name, "HTTP /search");
    let shown = attributes(&read);
    assert_eq!(
        (shown["http.request.method"].as_str(), shown["http.request.method_original"].as_str()),
        ("_OTHER", "BREW")
    );
    let nameless = attributes(&span(&search().replace(":method", "").span(&config, 400).bytes));
    assert_eq!(nameless["http.request.method_original"], "");
}

#[test]
fn what_cannot_be_told_apart_is_left_out() {
    let config = tracing(|_| {});
    let shown = |request: Sent| attributes(&span(&request.span(&config, 200).bytes));
    let twice = search()
        .header("x-session-id", "a")
        .header("x-session-id", "b")
        .header("x-user", "a")
        .header("x-user", "b")
        .header("content-length", "1")
        .header("content-length", "2");
    let odd = search()
        .raw(b"x-session-id", b"a\xffb")
        .header("x-user", &"u".repeat(1025))
        .header("content-length", "0x10")
        .replace(":authority", "api.cogniverse.com:99999999999999999999");
    for request in [twice, odd, search().header("x-session-id", " ").header("content-length", "+1")] {
        let shown = shown(request);
        for key in ["session.id", "user.id", "http.request.body.size", "server.port"] {
            assert!(!shown.contains_key(key), "{key} in {shown:?}");
        }
    }
}

#[test]
fn strings_are_text_and_bounded() {
    let config = tracing(|_| {});
    let agent = |value: &[u8]| {
        let request = search().raw(b"user-agent", value);
        attributes(&span(&request.span(&config, 200).bytes)).remove("user_agent.original").expect("it is there")
    };
    assert_eq!(agent(b"a\xffb\xc3"), "a\u{fffd}b\u{fffd}");
    assert_eq!(agent(b"a\0b"), "a\u{fffd}b");
    assert_eq!(agent(&[b'x'; 4096]), "x".repeat(1024));
    assert_eq!(agent("é".repeat(600).as_bytes()), "é".repeat(512));
    assert_eq!(agent(format!("x{}", "é".repeat(600)).as_bytes()), format!("x{}", "é".repeat(511)));
    assert_eq!(agent(&[0xff; 2000]), "\u{fffd}".repeat(341));
    let id = search().header("x-request-id", "a\"b\\c\u{7}d");
    let shown = attributes(&span(&id.span(&config, 200).bytes));
    let metadata: serde_json::Value = serde_json::from_str(&shown["metadata"]).expect("it is JSON");
    assert_eq!(metadata["request_id"], "a\"b\\c\u{7}d");
}

#[test]
fn a_sidecars_span_hangs_below_the_gateways() {
    let config = sidecar(|_| {});
    let request = stamped().header("traceparent", PARENT).peer(GATEWAY);
    let ended = request.span(&config, 200);
    let read = span(&ended.bytes);
    assert_eq!(read.parent_span_id, 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes());
    assert_eq!((read.flags, read.name.as_str()), (0x301, "GET runtime"));
    let shown = attributes(&read);
    assert_eq!((ended.tenant.as_deref(), shown["tenantry.service"].as_str()), (Some("tenant_a"), "runtime"));
    assert!(!shown.contains_key("tenantry.client.traceparent"));
    let call = get("/x").tenant("acme:production").header("traceparent", PARENT).peer(CALLER);
    assert_eq!(call.span(&config, 200).tenant.as_deref(), Some("acme:production"));
}

#[test]
fn unsampled_spans_are_kept_at_the_gateway_where_the_policy_says_so() {
    let rare = |keep: Keep| {
        move |trace: &mut Trace| {
            let export = trace.export.as_mut().expect("the fixture exports");
            (export.sampling, export.keep, export.trust_client_trace) = (0, keep, true);
        }
    };
    let ends = |config: &Config, request: &Sent, status: u16| {
        let span = request.begin(config).expect("it is traced").span;
        span.map(|span| span.end(Some(status), END).is_some())
    };
    let none = tracing(rare(Keep::default()));
    assert_eq!(ends(&none, &search(), 503), None);
    assert_eq!(ends(&none, &get("/search"), 400), None);
    let refused = tracing(rare(Keep { refused: true, errors: false }));
    assert_eq!(ends(&refused, &search(), 503), None);
    assert_eq!(ends(&refused, &get("/search"), 400), Some(true));
    let errors = tracing(rare(Keep { refused: false, errors: true }));
    assert_eq!(ends(&errors, &search(), 503), Some(true));
    assert_eq!(ends(&errors, &search(), 0), Some(true));
    assert_eq!(ends(&errors, &search(), 200), Some(false));
    assert_eq!(ends(&errors, &get("/search"), 400), Some(false));
    // Downstream nobody records anything, so upstream it is as good as a root.
    let unsampled = search().header("traceparent", &PARENT.replace("-01", "-00"));
    let kept = span(&unsampled.span(&errors, 503).bytes);
    assert_eq!((kept.parent_span_id.len(), kept.flags), (0, 0x100));
    assert_eq!(kept.trace_id, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes());
    // What a sidecar exported of such a trace would have no parent.
    let sidecar = sidecar(rare(Keep { refused: true, errors: true }));
    assert_eq!(ends(&sidecar, &stamped().peer(GATEWAY), 503), None);
}

#[test]
fn clocks_that_go_back_make_no_span_that_ends_before_it_starts() {
    let ended = search().open(&tracing(|_| {})).end(Some(200), START - 5).expect("it is exported");
    assert_eq!(span(&ended.bytes).end_time_unix_nano, START);
}

#[test]
fn a_plain_span_wants_to_see_nothing_more() {
    assert_eq!(search().open(&tracing(|_| {})).wants(), Wants::default());
}
