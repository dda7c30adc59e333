//! Calls of model services through the built module in real Envoys: streams pass at once, and their spans tell what
//! the answers say.

mod server;
mod sidecar;

use serde_json::json;
use server::Answer;
use sidecar::{Sidecar, told};
use tenantry_tests::envoy::{LATEST, VERSIONS};

const LINES: &str = "application/x-ndjson";
const EVENTS: &str = "text/event-stream; charset=utf-8";
const JSON: &str = "application/json";

const ASKED: &str =
    r#"{"model":"llama3.2","messages":[{"role":"user","content":"Why is the sky blue?"}],"stream":true}"#;

/// Ollama's stream, cut where no line ends.
fn chat() -> Answer {
    let pieces = [
        "{\"model\":\"llama3.2\",\"message\":{\"role\":\"assistant\",\"content\":\"Be\"},\"done\":false}\n",
        "{\"model\":\"llama3.2\",\"message\":{\"role\":\"assistant\",\"content\":\"cause\"},\"do",
        "ne\":false}\n{\"model\":\"llama3.2\",\"message\":{\"content\":\"\"},\"done_reason\":\"stop\",\"done\":true,\"prompt_eval_co",
        "unt\":26,\"eval_count\":29",
        "8}\n",
    ];
    Answer::new(LINES, &pieces)
}

#[test]
fn streams_pass_at_once_and_their_tokens_arrive() {
    for version in VERSIONS {
        let sidecar = Sidecar::start(version, "model", "");
        let expected = json!({
            "llm.model_name": "llama3.2", "llm.finish_reason": "stop", "llm.token_count.prompt": 26,
            "llm.token_count.completion": 298, "llm.token_count.total": 324,
        });
        assert_eq!(told(&sidecar.call("/api/chat", ASKED, chat())), expected, "Envoy {version}");

        let events = [
            ": ping\r\n\r\n",
            "data: {\"model\":\"gpt-oss\",\"choices\":[{\"delta\":{\"content\":\"Be\"},\"finish_reason\":null}],\"usage\":null}\r\n\r\n",
            "data: {\"model\":\"gpt-oss\",\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}],\"usage\":null}\r",
            "\n\r\nda",
            "ta: {\"model\":\"gpt-oss\",\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":5,\"total_tokens\":17,\"prompt_tokens_details\":{\"cached_tokens\":8}}}\r\n\r\n",
            "data: [DONE]\r\n\r\n",
        ];
        let expected = json!({
            "llm.model_name": "gpt-oss", "llm.finish_reason": "length", "llm.token_count.prompt": 12,
            "llm.token_count.completion": 5, "llm.token_count.total": 17, "llm.token_count.prompt_details.cache_read": 8,
        });
        let span = sidecar.call("/v1/chat/completions", ASKED, Answer::new(EVENTS, &events));
        assert_eq!(told(&span), expected, "Envoy {version}");
    }
}

#[test]
fn the_last_of_running_counts_counts() {
    let sidecar = Sidecar::start(LATEST, "model", "");
    let chunk = |tokens: u32, finish: &str| {
        format!(
            "data: {{\"id\":\"cmpl-1\",\"model\":\"/models/qwen\",\"choices\":[{{\"text\":\"x\",\"finish_reason\":{finish}}}],\"usage\":{{\"prompt_tokens\":7,\"total_tokens\":{},\"completion_tokens\":{tokens}}}}}\n\n",
            tokens + 7
        )
    };
    let pieces: Vec<String> = (1..=40).map(|n| chunk(n, if n < 40 { "null" } else { "\"stop\"" })).collect();
    let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
    let expected = json!({
        "llm.model_name": "/models/qwen", "llm.finish_reason": "stop", "llm.token_count.prompt": 7,
        "llm.token_count.completion": 40, "llm.token_count.total": 47,
    });
    assert_eq!(told(&sidecar.call("/v1/completions", ASKED, Answer::new(EVENTS, &pieces))), expected);

    // The client has heard enough: what was said by then stays.
    let received = sidecar.read("/v1/completions", ASKED, Answer::new(EVENTS, &pieces), 10);
    assert_eq!(received, pieces[..10].concat().as_bytes());
    let told = told(&sidecar.span());
    assert!(told["llm.token_count.completion"].as_u64().is_some_and(|tokens| (10..=11).contains(&tokens)), "{told}");
    assert_eq!(told["llm.finish_reason"], json!(null));
}

#[test]
fn long_answers_pass_whole() {
    let vector = format!("[{}]", vec!["-0.017594862"; 768].join(","));
    let vectors = format!(
        "{{\"model\":\"all-minilm\",\"embeddings\":[{}],\"prompt_eval_count\":512}}",
        vec![vector; 100].join(",")
    );
    let pieces: Vec<&str> =
        vectors.as_bytes().chunks(300_000).map(|piece| std::str::from_utf8(piece).expect("ASCII")).collect();
    let sidecar = Sidecar::start(LATEST, "embedder", "");
    let asked = format!("{{\"input\":[{}\"\"],\"model\":\"all-minilm\"}}", "\"On cats.\",".repeat(20_000));
    let expected = json!({ "embedding.model_name": "all-minilm", "llm.token_count.prompt": 512, "embeddings": 100 });
    assert_eq!(told(&sidecar.call("/api/embed", &asked, Answer::new(JSON, &pieces))), expected);

    let sidecar = Sidecar::start(LATEST, "index", "");
    let answer = Answer::new(
        JSON,
        &["{\"root\":{\"fields\":{\"totalCount\":83},\"chil", "dren\":[{\"id\":\"a\"},{\"id\":\"b\"}]}}"],
    );
    let expected = json!({ "hits": 2, "total_hits": 83 });
    assert_eq!(told(&sidecar.call("/search/", "{\"yql\":\"select * from doc\"}", answer)), expected);
}

#[test]
fn what_cannot_be_read_passes_and_tells_nothing() {
    let sidecar = Sidecar::start(LATEST, "model", "");
    let asked = json!({ "llm.model_name": "llama3.2" });
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut zipped, &chat().pieces.concat()).expect("memory takes it");
    let zipped = zipped.finish().expect("memory takes it");
    let pieces = zipped.chunks(50).map(<[u8]>::to_vec).collect();
    let compressed = Answer { content_type: LINES, headers: "content-encoding: gzip\r\n", pieces };
    assert_eq!(told(&sidecar.call("/api/chat", ASKED, compressed)), asked);
    for pieces in
        [&["<html>", "{\"eval_count\":1}"][..], &["{\"eval_count\":-", "1,\"eval_count\":1e999}"], &["\u{0}\u{1}", "["]]
    {
        assert_eq!(told(&sidecar.call("/api/chat", ASKED, Answer::new(JSON, pieces))), asked, "{pieces:?}");
    }
    // A broken line in between.
    let broken = ["{\"eval_count\":1", "2}\n{\"eval_count\":13,,}\n\u{0}{\n", "{\"done_reason\":\"stop\"}\n"];
    let expected =
        json!({ "llm.model_name": "llama3.2", "llm.finish_reason": "stop", "llm.token_count.completion": 13 });
    assert_eq!(told(&sidecar.call("/api/chat", ASKED, Answer::new(LINES, &broken))), expected);
}

#[test]
fn recorded_bodies_pass_at_once_too_and_show_no_secret() {
    let sidecar = Sidecar::start(LATEST, "model", "  record: {bodies: 2Ki, redact: [content]}\n");
    let span = sidecar.call("/api/chat", ASKED, chat());
    let told = told(&span);
    assert_eq!(
        told["input.value"],
        json!(r#"{"model":"llama3.2","messages":[{"role":"user","content":"__REDACTED__"}],"stream":true}"#)
    );
    assert_eq!(
        (&told["input.mime_type"], &told["output.mime_type"]),
        (&json!("application/json"), &json!("text/plain"))
    );
    let output = told["output.value"].as_str().expect("the answer was recorded");
    assert_eq!(output.matches("\"content\":\"__REDACTED__\"").count(), 3, "{output}");
    assert_eq!(output.lines().count(), 3, "{output}");
    assert_eq!(told["llm.token_count.total"], json!(324));
}
