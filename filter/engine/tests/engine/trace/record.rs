//! What spans hold because the policy says so, and what model services tell.

use super::fixture::{END, sidecar, stamped, tracing};
use super::judge::{attributes, span};
use crate::fixture::{Sent, get};
use std::collections::BTreeMap;
use tenantry_engine::Config;
use tenantry_engine::code::Code;
use tenantry_engine::config::{Record, SpanKind};
use tenantry_engine::trace::{OpenSpan, Wants};

const JSON: (&[u8], &[u8]) = (b"content-type", b"application/json");
const ALL: Wants = Wants { response_headers: true, request_body: true, response_body: true };

fn record() -> Record {
    Record {
        query: true,
        request_headers: vec!["x-a".to_owned(), "x-secret".to_owned(), "authorization".to_owned(), "x-none".to_owned()],
        response_headers: vec!["x-cache".to_owned(), "set-cookie".to_owned()],
        bodies: Some(64),
        redact: vec!["x-secret".to_owned(), "token".to_owned()],
    }
}

/// The gateway that records all of this.
pub fn recording() -> Config {
    tracing(|trace| trace.export.as_mut().expect("the fixture exports").record = record())
}

/// The sidecar of a service with spans of this kind.
pub fn model(kind: SpanKind) -> Config {
    sidecar(|trace| trace.kind = kind)
}

pub fn posted() -> Sent {
    get("/search?q=cats&token=hush#x").replace(":method", "POST").tenant("tenant_a").body("application/json")
}

pub fn ended(open: OpenSpan) -> BTreeMap<String, String> {
    attributes(&span(&open.end(Some(200), END).expect("it is exported").bytes))
}

#[test]
fn queries_and_headers_without_secrets() {
    let request = posted()
        .header("x-a", "1")
        .raw(b"X-A", b"2\xff")
        .header("x-secret", "hush")
        .header("authorization", "Bearer hush");
    let config = recording();
    let mut open = request.open(&config);
    assert_eq!(open.wants(), ALL);
    open.response_headers(&[JSON, (b"x-cache", b"hit"), (b"Set-Cookie", b"hush=1"), (b"set-cookie", b"hush=2")]);
    let bytes = open.end(Some(200), END).expect("it is exported").bytes;
    assert!(!String::from_utf8_lossy(&bytes).contains("hush"));
    let shown = attributes(&span(&bytes));
    assert_eq!(shown["url.query"], "q=cats&token=__REDACTED__");
    assert_eq!(shown["url.path"], "/search");
    assert_eq!(shown["http.request.header.x-a"], "[1, 2\u{fffd}]");
    assert_eq!(shown["http.request.header.x-secret"], "[__REDACTED__]");
    assert_eq!(shown["http.request.header.authorization"], "[__REDACTED__]");
    assert_eq!(shown["http.response.header.x-cache"], "[hit]");
    assert_eq!(shown["http.response.header.set-cookie"], "[__REDACTED__, __REDACTED__]");
    assert!(!shown.contains_key("http.request.header.x-none"));
}

#[test]
fn bodies_without_secrets_and_within_their_limit() {
    let config = recording();
    let mut open = posted().open(&config);
    open.request_body(br#"{"q": "cats", "to"#);
    open.request_body(br#"ken": "hush"}"#);
    open.response_headers(&[JSON]);
    open.response_body(format!(r#"{{"hits": ["{}"]}}"#, "é".repeat(100)).as_bytes());
    assert_eq!(open.wants(), Wants { request_body: true, ..Wants::default() }, "the answer is over its limit");
    let shown = ended(open);
    assert_eq!(shown["input.value"], r#"{"q": "cats", "token": "__REDACTED__"}"#);
    assert_eq!(shown["input.mime_type"], "application/json");
    let output = &shown["output.value"];
    assert!(output.starts_with(r#"{"hits": ["éé"#) && (63..=64).contains(&output.len()), "{output}");
    assert_eq!(shown["output.mime_type"], "text/plain", "what is cut is no JSON any more");
}

#[test]
fn bodies_that_cannot_be_read_are_not_asked_for() {
    let config = recording();
    let wants = |request: Sent| request.open(&config).wants();
    let coded = posted().header("content-encoding", "gzip");
    assert_eq!(wants(coded), Wants { request_body: false, ..ALL });
    assert_eq!(wants(posted().header("content-encoding", "identity")), ALL);
    assert_eq!(wants(get("/search").tenant("tenant_a").body("image/png")), Wants { request_body: false, ..ALL });
    let mut open = posted().open(&config);
    open.response_headers(&[JSON, (b"content-encoding", b"gzip")]);
    assert_eq!(open.wants(), Wants { request_body: true, ..Wants::default() });
    open.response_body(b"{}");
    assert!(!ended(open).contains_key("output.value"));
}

#[test]
fn nothing_is_read_of_what_is_refused_or_not_sampled() {
    assert_eq!(get("/search").body("application/json").open(&recording()).wants(), Wants::default());
    let config = super::fixture::tracing_gateway(|config| {
        let pointers = vec!["/tenant_id".to_owned()];
        let over_limit = tenantry_engine::config::OverLimit::Refuse;
        config.body = Some(tenantry_engine::config::Body { pointers, limit: 100, over_limit });
        config.trace.as_mut().and_then(|trace| trace.export.as_mut()).expect("the fixture exports").record = record();
    });
    let mut open = posted().open(&config);
    open.request_body(br#"{"tenant_id": "tenant_b"}"#);
    open.refused(Code::TenantMismatch);
    assert_eq!(open.wants(), Wants::default());
    let shown = attributes(&span(&open.end(Some(403), END).expect("it is exported").bytes));
    assert!(!shown.contains_key("input.value"), "it is another tenant's");
    let unsampled = tracing(|trace| {
        let export = trace.export.as_mut().expect("the fixture exports");
        (export.record, export.sampling, export.keep.errors) = (record(), 0, true);
    });
    assert_eq!(posted().open(&unsampled).wants(), Wants { response_headers: true, ..Wants::default() });
}

#[test]
fn a_model_call() {
    let config = model(SpanKind::Llm);
    let request = stamped().replace(":path", "/v1/chat/completions").body("application/json");
    let request = request.header("traceparent", super::fixture::PARENT).peer(super::fixture::GATEWAY);
    let mut open = request.open(&config);
    assert_eq!(open.wants(), ALL);
    open.request_body(br#"{"model": "asked", "messages": []}"#);
    open.response_headers(&[JSON]);
    open.response_body(
        br#"{"object": "chat.completion", "model": "qwen3", "choices": [{"index": 0, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 12, "completion_tokens": 30, "total_tokens": 42,
                      "prompt_tokens_details": {"cached_tokens": 8}}}"#,
    );
    let shown = ended(open);
    for (key, value) in [
        ("openinference.span.kind", "LLM"),
        ("llm.model_name", "qwen3"),
        ("llm.token_count.prompt", "#12"),
        ("llm.token_count.completion", "#30"),
        ("llm.token_count.total", "#42"),
        ("llm.token_count.prompt_details.cache_read", "#8"),
        ("llm.finish_reason", "stop"),
    ] {
        assert_eq!(shown[key], value, "{key}");
    }
    // Without an answer there is still what was asked for.
    let mut open = request.open(&config);
    open.request_body(br#"{"model": "asked", "messages": []}"#);
    let unanswered = open.end(None, END).expect("it is exported");
    assert_eq!(attributes(&span(&unanswered.bytes))["llm.model_name"], "asked");
}

#[test]
fn a_search_and_an_embedding() {
    let answered = |kind, body: &[u8]| {
        let mut open = stamped().peer(super::fixture::GATEWAY).open(&model(kind));
        open.response_headers(&[JSON]);
        open.response_body(body);
        ended(open)
    };
    let search =
        br#"{"root": {"id": "toplevel", "fields": {"totalCount": 70}, "children": [{"id": "a"}, {"id": "b"}]}}"#;
    let shown = answered(SpanKind::Retriever, search);
    let metadata: serde_json::Value = serde_json::from_str(&shown["metadata"]).expect("it is JSON");
    assert_eq!((&metadata["hits"], &metadata["total_hits"]), (&2.into(), &70.into()));
    let vectors = br#"{"model": "nomic", "embeddings": [[0.1], [0.2]], "prompt_eval_count": 9}"#;
    let shown = answered(SpanKind::Embedding, vectors);
    assert_eq!((shown["embedding.model_name"].as_str(), shown["llm.token_count.prompt"].as_str()), ("nomic", "#9"));
    assert!(shown["metadata"].contains(r#""embeddings":2"#), "{}", shown["metadata"]);
}
