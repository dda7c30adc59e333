//! The declarations hold, and nothing else is written.

use super::fixture::{GATEWAY, PARENT, stamped};
use super::record::{ended, model, posted, recording};
use crate::fixture::get;
use std::collections::BTreeSet;
use tenantry_engine::config::SpanKind;
use tenantry_engine::trace::attributes::{Attribute, Kind, RESOURCE, SPAN};

fn declared() -> impl Iterator<Item = &'static Attribute> {
    RESOURCE.iter().chain(SPAN).copied()
}

#[test]
fn no_key_is_also_a_branch() {
    let keys: Vec<&str> = declared().map(|attribute| attribute.key).collect();
    for key in &keys {
        let below = format!("{key}.");
        let clashes: Vec<_> = keys.iter().filter(|other| other.starts_with(&below) || *other == &below).collect();
        assert!(clashes.is_empty(), "{key} and {clashes:?}");
        assert_eq!(keys.iter().filter(|other| *other == key).count(), 1, "{key}");
        assert!(key.bytes().all(|b| matches!(b, b'a'..=b'z' | b'_' | b'.')), "{key}");
    }
}

#[test]
fn declarations_read_as_rows_of_a_table() {
    for attribute in declared() {
        for text in [attribute.meaning, attribute.source, attribute.when] {
            let bare = text.trim_matches(['.', ' ', '\n']);
            assert!(!text.is_empty() && text == bare && !text.contains('|'), "{}: {text:?}", attribute.key);
        }
    }
}

#[test]
fn every_one_is_written_by_some_request_and_no_other() {
    let json: (&[u8], &[u8]) = (b"content-type", b"application/json");
    let full = posted()
        .header(":scheme", "https")
        .header("x-forwarded-for", "192.0.2.1")
        .header("user-agent", "curl")
        .header("content-length", "2")
        .header("x-request-id", "1")
        .header("x-session-id", "s")
        .header("x-user", "u")
        .header("x-canary-user", "true")
        .header("x-a", "1")
        .header("traceparent", PARENT)
        .replace(":authority", "api.cogniverse.com:443");
    let mut open = full.open(&recording());
    open.request_body(b"{}");
    open.response_headers(&[json, (b"x-cache", b"hit")]);
    open.response_body(b"{}");
    let mut written: BTreeSet<String> = ended(open).into_keys().collect();
    for (kind, body) in [
        (
            SpanKind::Llm,
            r#"{"model": "m", "done": true, "done_reason": "stop", "prompt_eval_count": 1, "eval_count": 2}"#,
        ),
        (SpanKind::Llm, r#"{"usage": {"prompt_tokens": 1, "prompt_tokens_details": {"cached_tokens": 1}}}"#),
        (SpanKind::Embedding, r#"{"model": "m", "embeddings": [[1]]}"#),
    ] {
        let mut open = stamped().peer(GATEWAY).open(&model(kind));
        open.response_headers(&[json]);
        open.response_body(body.as_bytes());
        written.extend(ended(open).into_keys());
    }
    written.extend(ended(get("/search").replace(":method", "BREW").open(&recording())).into_keys());

    let declared_for = |key: &String| {
        let mut declared = SPAN.iter();
        declared.find(|attribute| match attribute.kind {
            Kind::StringsByName => key.starts_with(attribute.key),
            Kind::String | Kind::Int => *key == attribute.key,
        })
    };
    let found: BTreeSet<&str> =
        written.iter().map(|key| declared_for(key).unwrap_or_else(|| panic!("{key} is not declared")).key).collect();
    let all: BTreeSet<&str> = SPAN.iter().map(|attribute| attribute.key).collect();
    assert_eq!(found, all);
}
