//! One span for each request, however it ends.

use super::{int, only, projects, spans, start, text, traced, wait};
use crate::policy::{get, search};
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use serde_json::json;
use tenantry_tests::host::{End, Outcome, Proxy, Request, Response};

/// The span of a request, the project that it is for, and what became of the request.
fn span_under(config: &serde_json::Value, request: &Request) -> (String, Span, Outcome) {
    let proxy = Proxy::default();
    let mut vm = start(&proxy, config);
    let outcome = vm.request(request);
    assert_eq!(outcome.trap, None);
    wait(&mut vm, &proxy, 1000);
    let mut projects = projects(&only(&mut vm));
    assert_eq!(projects.len(), 1);
    let (project, mut spans) = projects.remove(0);
    assert_eq!(spans.len(), 1);
    (project, spans.remove(0), outcome)
}

fn span(request: &Request) -> (String, Span, Outcome) {
    span_under(&traced("grpc", |_| ()), request)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn status(span: &Span) -> (i32, &str) {
    span.status.as_ref().map_or((0, ""), |status| (status.code, &*status.message))
}

#[test]
fn of_a_request_that_goes_on() {
    let request = search("acme:production").header("x-session-id", "chat-1").header("x-user-id", "ann");
    let (project, span, outcome) = span(&request);
    assert_eq!(project, "cogniverse-acme:production");
    assert!(outcome.passed() && outcome.delivered);
    let attributes = &span.attributes;
    assert_eq!(text(attributes, "tenant.id"), Some("acme:production"));
    assert_eq!(text(attributes, "session.id"), Some("acme:production/chat-1"));
    assert_eq!(text(attributes, "user.id"), Some("ann"));
    assert_eq!(text(attributes, "openinference.span.kind"), Some("CHAIN"));
    assert_eq!(int(attributes, "http.response.status_code"), Some(200));
    assert_eq!(status(&span).0, StatusCode::Ok as i32);
    assert_eq!((span.name.as_str(), span.parent_span_id.is_empty()), ("GET /search", true));
    // What goes upstream is the context of this very span.
    let context = format!("00-{}-{}-01", hex(&span.trace_id), hex(&span.span_id));
    assert_eq!(outcome.headers.one("traceparent"), Some(&*context));
}

#[test]
fn of_answers_of_every_kind() {
    let code = |status_code| {
        let (_, span, _) = span(&search("tenant_a").answered(Response::new(status_code)));
        (int(&span.attributes, "http.response.status_code"), status(&span).0)
    };
    assert_eq!(code(204), (Some(204), StatusCode::Ok as i32));
    assert_eq!(code(404), (Some(404), StatusCode::Unset as i32));
    assert_eq!(code(503), (Some(503), StatusCode::Error as i32));
}

#[test]
fn of_a_request_that_nobody_answered() {
    let (project, span, _) = span(&search("tenant_a").unanswered());
    assert_eq!(project, "cogniverse-tenant_a:tenant_a");
    assert_eq!(int(&span.attributes, "http.response.status_code"), None);
    assert_eq!(status(&span).0, StatusCode::Error as i32);
}

#[test]
fn of_a_refusal() {
    let (project, span, outcome) = span(&search("nobody"));
    assert_eq!(project, "cogniverse-unassigned");
    assert_eq!(status(&span), (StatusCode::Error as i32, "tenant-unknown"));
    assert_eq!(int(&span.attributes, "http.response.status_code"), Some(403));
    assert_eq!(text(&span.attributes, "tenant.id"), None, "what the client claims is no tenant");
    assert_eq!(outcome.code().as_deref(), Some("tenant-unknown"));
    assert_eq!(outcome.calls.get("proxy_replace_header_map_value"), None, "a refused request keeps its headers");
}

#[test]
fn of_a_redirect() {
    let config = traced("grpc", |config| config["elsewhere"] = "redirect".into());
    let (project, span, outcome) = span_under(&config, &search("tenant_b"));
    assert_eq!((project.as_str(), outcome.status()), ("cogniverse-tenant_b:tenant_b", 308));
    assert_eq!(int(&span.attributes, "http.response.status_code"), Some(308));
}

#[test]
fn of_a_body_that_names_another_tenant() {
    let config = traced("grpc", |config| {
        config["body"] = json!({"pointers": ["/tenant_id"], "limit": 200, "overLimit": "refuse"});
    });
    let post = |body: &str| {
        let chunks = [&body.as_bytes()[..5], &body.as_bytes()[5..]];
        search("tenant_a").header("content-type", "application/json").body(chunks, End::Alone)
    };
    let (project, span, outcome) = span_under(&config, &post(r#"{"tenant_id": "tenant_b"}"#));
    assert_eq!(outcome.code().as_deref(), Some("tenant-mismatch"));
    assert_eq!(project, "cogniverse-tenant_a:tenant_a");
    assert_eq!(status(&span), (StatusCode::Error as i32, "tenant-mismatch"));
    assert_eq!(int(&span.attributes, "http.response.status_code"), Some(403));

    let (_, span, outcome) = span_under(&config, &post(r#"{"tenant_id": "tenant_a"}"#));
    assert!(outcome.passed());
    assert_eq!(status(&span).0, StatusCode::Ok as i32);
}

/// A client's trace is not continued: whoever chooses a trace id could choose another tenant's.
#[test]
fn starts_a_trace_of_its_own() {
    let theirs = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = search("tenant_a").header("traceparent", theirs).header("tracestate", "vendor=1");
    let (_, span, outcome) = span(&request);
    assert_ne!(hex(&span.trace_id), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(text(&span.attributes, "tenantry.client.traceparent"), Some(theirs));
    assert!(outcome.headers.one("traceparent").is_some_and(|sent| sent.contains(&hex(&span.trace_id))));
    assert!(outcome.headers.one("tracestate").is_none_or(|state| !state.contains("vendor")));
    assert!(span.parent_span_id.is_empty());
}

#[test]
fn of_exempt_paths_there_is_none() {
    let proxy = Proxy::default();
    let mut vm = start(&proxy, &traced("grpc", |_| ()));
    let outcome = vm.request(&get("/health").header("traceparent", "a client's").header("tracestate", "vendor=1"));
    assert_eq!(outcome.headers.one("traceparent"), None, "the service would continue a trace of the client's choice");
    assert_eq!(outcome.headers.one("tracestate"), None);
    wait(&mut vm, &proxy, 5000);
    assert!(vm.sent().is_empty());
}

/// Ids are never used twice, within a block of randomness and beyond it.
#[test]
fn ids_differ() {
    let proxy = Proxy::default();
    let mut vm = start(&proxy, &traced("grpc", |_| ()));
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..100 {
        vm.request(&search("tenant_a"));
        for call in vm.sent() {
            ids.extend(spans(&call).into_iter().flat_map(|span| [span.trace_id, span.span_id]));
            vm.answer(&call, tenantry_tests::host::Answer::Grpc(0));
        }
    }
    assert_eq!(ids.len(), 200);
}

/// Times are the host's, and a clock that goes back makes no negative span.
#[test]
fn has_times() {
    let (_, span, _) = span(&search("tenant_a"));
    assert!(span.start_time_unix_nano >= Proxy::default().now());
    assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
}
