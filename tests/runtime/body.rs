//! Binding of JSON bodies.

use crate::policy::{gateway_with, search, start};
use serde_json::{Value, json};
use tenantry_tests::host::{End, Module, Outcome, Proxy, Request, Vm};

fn config(over_limit: &str) -> Value {
    gateway_with(|config| {
        config["body"] =
            json!({"pointers": ["/tenant_id", "/context/tenant_id"], "limit": 200, "overLimit": over_limit});
    })
}

fn post(body: &[&[u8]], end: End) -> Request {
    search("tenant_a").header("content-type", "application/json").body(body, end)
}

fn send(body: &str) -> Outcome {
    start(&config("refuse")).request(&post(&[body.as_bytes()], End::WithLastChunk))
}

#[track_caller]
fn refused(outcome: &Outcome, status: u32, code: &str) {
    assert_eq!((outcome.status(), outcome.code().as_deref()), (status, Some(code)));
    assert!(outcome.forwarded.is_empty() && !outcome.completed, "nothing of the body goes on");
}

const AGREES: &[&str] = &[
    r#"{"tenant_id": "tenant_a"}"#,
    r#"{"query": "x", "context": {"tenant_id": "tenant_a"}, "tenant_id": "tenant_a"}"#,
    r#"{"tenant_id": "\u0074enant_a"}"#,
    r#"{"query": {"tenant_id": "tenant_b"}}"#,
    r#"{"tenant_id": "tenant_a", "tenant_id": "tenant_a"}"#,
    "{}",
];

const DISAGREES: &[&str] = &[
    r#"{"tenant_id": "tenant_b"}"#,
    r#"{"tenant_id": "tenant_a", "tenant_id": "tenant_b"}"#,
    r#"{"tenant_id": "tenant_b", "tenant_id": "tenant_a"}"#,
    r#"{"\u0074enant_id": "tenant_b"}"#,
    r#"{"context": {"tenant_id": "tenant_b"}}"#,
    r#"{"tenant_id": "tenant_a", "context": {"x": [1, {"y": 2}], "tenant_id": "tenant_b"}}"#,
];

/// Every way to cut a body in two, and byte by byte, with every kind of end.
#[test]
fn however_it_comes() {
    let mut vm = start(&config("refuse"));
    for (bodies, passes) in [(AGREES, true), (DISAGREES, false)] {
        for body in bodies.iter().map(|body| body.as_bytes()) {
            for end in [End::WithLastChunk, End::Alone, End::Trailers] {
                let mut cuts: Vec<Vec<&[u8]>> = (0..=body.len()).map(|at| vec![&body[..at], &body[at..]]).collect();
                cuts.push(body.chunks(1).collect());
                for chunks in cuts {
                    let outcome = vm.request(&post(&chunks, end));
                    if passes {
                        assert!(
                            outcome.passed() && outcome.forwarded == body,
                            "{chunks:?} {end:?} {:?}",
                            outcome.code()
                        );
                    } else {
                        refused(&outcome, 403, "tenant-mismatch");
                    }
                }
            }
        }
    }
}

#[test]
fn wrong_types_and_no_json() {
    refused(&send(r#"{"tenant_id": ["tenant_a"]}"#), 400, "body-malformed");
    refused(&send(r#"{"tenant_id": 7}"#), 400, "body-malformed");
    refused(&send(r#"{"tenant_id": "tenant_a""#), 400, "body-malformed");
    refused(&send("tenant_id=tenant_b"), 400, "body-malformed");
    refused(&send(&"[".repeat(199)), 400, "body-malformed");
}

#[test]
fn compressed() {
    for coding in ["gzip", "br", "identity, gzip", "x"] {
        let request = post(&[b"\x1f\x8b"], End::WithLastChunk).header("content-encoding", coding);
        refused(&start(&config("refuse")).request(&request), 415, "body-encoded");
    }
    let lenient = search("tenant_a")
        .header("content-type", "application/json, text/plain")
        .header("content-encoding", "gzip")
        .body([b"\x1f\x8b"], End::WithLastChunk);
    refused(&start(&config("refuse")).request(&lenient), 415, "body-encoded");
    let plain = post(&[b"{}"], End::WithLastChunk).header("content-encoding", "identity");
    assert!(start(&config("refuse")).request(&plain).passed());
}

#[test]
fn over_the_limit() {
    let large = format!(r#"{{"padding": "{}", "tenant_id": "tenant_b"}}"#, "x".repeat(300));
    for chunk in [1, 64, 199, 200, 201, 1000] {
        let chunks: Vec<&[u8]> = large.as_bytes().chunks(chunk).collect();
        for end in [End::WithLastChunk, End::Alone, End::Trailers] {
            refused(&start(&config("refuse")).request(&post(&chunks, end)), 413, "body-too-large");
            let passed = start(&config("pass")).request(&post(&chunks, end));
            assert!(passed.passed() && passed.forwarded == large.as_bytes(), "{chunk} {end:?}");
        }
    }
    let exact = format!(r#"{{"padding": "{}"}}"#, "x".repeat(200 - 15));
    assert_eq!(exact.len(), 200);
    assert!(send(&exact).passed());
}

/// A body that is no JSON streams through; nothing is held.
#[test]
fn other_bodies_stream() {
    let upload = search("tenant_a")
        .header("content-type", "application/octet-stream")
        .body([[0x89_u8; 150], [0x50; 150], [0x4e; 150]], End::Alone);
    let outcome = start(&config("refuse")).request(&upload);
    assert!(outcome.passed());
    assert_eq!(outcome.forwarded.len(), 450);
    assert_eq!(outcome.calls["proxy_get_buffer_bytes"], 1);
}

/// A gRPC stream goes on at its first byte; JSON under its content type is read.
#[test]
fn grpc_streams_and_json_does_not_pass_for_it() {
    let grpc =
        |chunks: &[&[u8]]| search("tenant_a").header("content-type", "application/grpc").body(chunks, End::Alone);
    let stream = start(&config("refuse")).request(&grpc(&[b"\0", b"\0\0\0\x02", b"\x0a\x00"]));
    assert!(stream.passed());
    assert_eq!(stream.calls["proxy_get_buffer_bytes"], 1);
    let json = DISAGREES[0].as_bytes();
    refused(&start(&config("refuse")).request(&grpc(&[json])), 403, "tenant-mismatch");
}

/// The policy binds no body: no body is read.
#[test]
fn costs_nothing_when_off() {
    let outcome = start(&crate::policy::gateway()).request(&post(&[b"{", b"}"], End::Alone));
    assert!(outcome.passed());
    assert!(!outcome.calls.contains_key("proxy_get_buffer_bytes"));
}

/// A request is counted once, by how it ended, and its filter state says so too.
#[test]
fn is_accounted_for() {
    let proxy = Proxy::default();
    let mut config = config("refuse");
    config["properties"] = json!(["decision", "why"]);
    let mut vm = Vm::start(&Module::built(), &proxy, config.to_string()).expect("good");
    assert!(vm.request(&post(&[AGREES[0].as_bytes()], End::Alone)).passed());
    let id = "5e0b6c64-7f5b-4a87-8b3f-0d9d2a7f1c11";
    let outcome = vm.request(&post(&[DISAGREES[0].as_bytes()], End::Alone).header("x-request-id", id));
    assert_eq!(outcome.properties["tenantry.decision"], "refuse:tenant-mismatch");
    assert!(outcome.properties["tenantry.why"].ends_with("body-bound refused:tenant-mismatch"));
    assert!(String::from_utf8(outcome.reply.expect("a refusal").body).expect("UTF-8").contains(id));
    assert_eq!(proxy.requests("allow", "tenant_a"), 1);
    assert_eq!(proxy.requests("tenant-mismatch", "tenant_a"), 1);
}
