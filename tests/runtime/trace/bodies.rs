//! Answers of models, read as they pass.

use super::{int, only, spans, start, text, traced, wait};
use crate::policy::search;
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::json;
use tenantry_tests::host::{End, Outcome, Proxy, Request, Response};

const ASKED: &str = r#"{"model": "llama3.2", "messages": [{"role": "user", "content": "hi"}], "stream": true}"#;
const ANSWER: [&str; 3] = [
    "{\"model\":\"llama3.2\",\"message\":{\"role\":\"assistant\",\"content\":\"hel\"},\"done\":false}\n",
    "{\"model\":\"llama3.2\",\"message\":{\"role\":\"assistant\",\"content\":\"lo\"},\"done\":false}\n",
    "{\"model\":\"llama3.2\",\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":26,\"eval_count\":298}\n",
];

fn chat() -> Request {
    Request::new("POST", "api.cogniverse.com", "/search/api/chat")
        .header("x-tenant-id", "tenant_a")
        .header("content-type", "application/json")
        .body([&ASKED[..20], &ASKED[20..]], End::WithLastChunk)
}

fn ndjson(body: &str, size: usize) -> Response {
    Response::new(200).header("content-type", "application/x-ndjson").body(body.as_bytes().chunks(size))
}

fn call(change: impl FnOnce(&mut serde_json::Value), request: &Request) -> (Span, Outcome) {
    let proxy = Proxy::default();
    let config = traced("grpc", |config| {
        config["trace"]["kind"] = "LLM".into();
        change(config);
    });
    let mut vm = start(&proxy, &config);
    let outcome = vm.request(request);
    assert!(outcome.trap.is_none() && outcome.delivered, "{outcome:?}");
    wait(&mut vm, &proxy, 1000);
    (spans(&only(&mut vm)).remove(0), outcome)
}

/// However the stream is cut, the tokens are those of its last line.
#[test]
fn streams() {
    let body = ANSWER.concat();
    for size in [1, 7, 64, 1000] {
        let (span, outcome) = call(|_| (), &chat().answered(ndjson(&body, size)));
        assert_eq!(text(&span.attributes, "llm.model_name"), Some("llama3.2"));
        assert_eq!(int(&span.attributes, "llm.token_count.prompt"), Some(26), "chunks of {size}");
        assert_eq!(int(&span.attributes, "llm.token_count.completion"), Some(298));
        assert_eq!(text(&span.attributes, "output.value"), None, "no body in a span");
        assert!(outcome.forwarded == ASKED.as_bytes());
    }
}

/// The body is bound to the tenant and read for the span, each byte once.
#[test]
fn bound_bodies_are_read_once() {
    let body = json!({"pointers": ["/tenant_id"], "limit": 2000, "overLimit": "refuse"});
    let request = chat().answered(ndjson(&ANSWER.concat(), 1000));
    let (span, outcome) = call(|config| config["body"] = body, &request);
    assert_eq!(int(&span.attributes, "llm.token_count.prompt"), Some(26));
    // Two chunks of the request and one of the answer.
    assert_eq!(outcome.calls["proxy_get_buffer_bytes"], 3);
}

#[test]
fn broken_answers_harm_nothing() {
    for body in ["", "{", "\u{0}\u{0}", "data: [DONE]\n\n", "[[[[[[", "{\"eval_count\": -1e999}\n"] {
        let (span, _) = call(|_| (), &chat().answered(ndjson(body, 3)));
        assert_eq!(int(&span.attributes, "http.response.status_code"), Some(200), "{body:?}");
        assert_eq!(int(&span.attributes, "llm.token_count.completion"), None);
    }
}

/// Nobody reads bodies where no span shows anything of them.
#[test]
fn others_pass_unread() {
    let request = chat().answered(ndjson(&ANSWER.concat(), 100));
    let (_, outcome) = call(|config| config["trace"]["kind"] = "CHAIN".into(), &request);
    assert_eq!(outcome.calls.get("proxy_get_buffer_bytes"), None);
    assert_eq!(outcome.calls["proxy_get_header_map_pairs"], 1);
}

#[test]
fn recorded_headers_of_the_answer() {
    let response = Response::new(207).header("x-kept", "yes").header("x-other", "no");
    let (span, outcome) = call(
        |config| {
            config["trace"]["kind"] = "CHAIN".into();
            config["trace"]["export"]["record"] = json!({"responseHeaders": ["x-kept"]});
        },
        &search("tenant_a").answered(response),
    );
    let keys: Vec<_> = span.attributes.iter().map(|attribute| &*attribute.key).collect();
    assert!(keys.contains(&"http.response.header.x-kept") && !keys.contains(&"http.response.header.x-other"));
    assert_eq!(int(&span.attributes, "http.response.status_code"), Some(207));
    assert_eq!(outcome.calls.get("proxy_get_property"), None, "the status is among the headers");
}
