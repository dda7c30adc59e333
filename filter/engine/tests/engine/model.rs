//! What is learnt from the answers of model services.

use tenantry_engine::config::SpanKind;
use tenantry_engine::trace::model::{Facts, MAX_TEXT, Observer};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const JSON: &str = "application/json";
const LINES: &str = "application/x-ndjson";
const EVENTS: &str = "text/event-stream; charset=utf-8";

/// What an answer tells, however it is split.
fn facts(kind: SpanKind, content_type: &str, body: impl AsRef<[u8]>) -> Facts {
    let body = body.as_ref();
    let read = |size: usize| {
        let mut observer = Observer::for_span(kind, content_type.as_bytes()).expect("such answers can be read");
        body.chunks(size).for_each(|chunk| observer.push(chunk));
        observer.finish()
    };
    let whole = read(usize::MAX);
    for size in [1, 2, 3, 7, 64] {
        assert_eq!(read(size), whole, "in chunks of {size}: {}", body.escape_ascii());
    }
    whole
}

fn llm(content_type: &str, body: impl AsRef<[u8]>) -> Facts {
    facts(SpanKind::Llm, content_type, body)
}

fn text(value: &str) -> Option<Box<str>> {
    Some(value.into())
}

/// A model call's usual facts.
fn call(model: &str, prompt: u64, completion: u64, finish: &str) -> Facts {
    Facts {
        response_model: text(model),
        prompt_tokens: Some(prompt),
        completion_tokens: Some(completion),
        total_tokens: Some(prompt + completion),
        finish_reason: text(finish),
        ..Facts::default()
    }
}

#[test]
fn ollama_streams_lines() {
    let chat = r#"{"model":"qwen3:8b","created_at":"2026-11-22T11:00:00.1Z","message":{"role":"assistant","content":"Hi \"eval_count\":9"},"done":false}
{"model":"qwen3:8b","created_at":"2026-11-22T11:00:00.2Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"model":"x","usage":{"prompt_tokens":1}}}}]},"done":false}
{"model":"qwen3:8b","created_at":"2026-11-22T11:00:00.3Z","message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"total_duration":4883583458,"load_duration":1334875,"prompt_eval_count":26,"prompt_eval_duration":342546000,"eval_count":282,"eval_duration":4535599000}
"#;
    assert_eq!(llm(LINES, chat), call("qwen3:8b", 26, 282, "stop"));
    let generate = r#"{"model":"llama3.2","created_at":"2026-11-22T11:00:00Z","response":"The","done":false}
{"model":"llama3.2","created_at":"2026-11-22T11:00:01Z","response":"","done":true,"done_reason":"length","context":[1,2,3],"prompt_eval_count":11,"eval_count":18}"#;
    assert_eq!(llm(LINES, generate), call("llama3.2", 11, 18, "length"));
    // Lines are told apart without a content type that says so, and without line feeds.
    for content_type in [JSON, "", "text/plain", "application/octet-stream"] {
        assert_eq!(llm(content_type, generate), call("llama3.2", 11, 18, "length"), "{content_type}");
    }
    assert_eq!(llm(JSON, generate.replace('\n', "")), call("llama3.2", 11, 18, "length"));
    assert_eq!(llm(LINES, generate.replace('\n', "\r\n")), call("llama3.2", 11, 18, "length"));
}

#[test]
fn ollama_answers_at_once() {
    let body = r#"{"model":"llama3.2","response":"{\n \"eval_count\": 1}","done":true,"done_reason":"stop",
        "context":[1,2],"prompt_eval_count":26,"eval_count":290}"#;
    assert_eq!(llm("application/json; charset=utf-8", body), call("llama3.2", 26, 290, "stop"));
}

#[test]
fn ollama_embeds() {
    let body = r#"{"model":"all-minilm","embeddings":[[0.010071029,-0.0017594862],[0.050070096,7.5e-3]],"total_duration":14143917,"prompt_eval_count":8}"#;
    let expected =
        Facts { response_model: text("all-minilm"), prompt_tokens: Some(8), embeddings: Some(2), ..Facts::default() };
    assert_eq!(facts(SpanKind::Embedding, JSON, body), expected);
    assert_eq!(facts(SpanKind::Embedding, JSON, r#"{"embedding":[0.5,0.25]}"#).embeddings, Some(1));
}

#[test]
fn openai_streams_events() {
    let stream = r#"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"data: {\"usage\":{\"prompt_tokens\":7}}\n\n"},"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

data: {"id":"chatcmpl-1","model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":16,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}

data: [DONE]

"#;
    let expected = Facts { cached_prompt_tokens: Some(16), ..call("gpt-4o-mini", 19, 10, "stop") };
    assert_eq!(llm(EVENTS, stream), expected);
    for ending in ["\r\n", "\r"] {
        assert_eq!(llm(EVENTS, stream.replace('\n', ending)), expected, "{ending:?}");
    }
    assert_eq!(llm(EVENTS, format!("\u{feff}{stream}")), expected);
    for content_type in ["", "text/plain", JSON] {
        assert_eq!(llm(content_type, stream), expected, "{content_type}");
        assert_eq!(llm(content_type, format!(": keep-alive\n\n{stream}")), expected, "{content_type}");
    }
}

#[test]
fn events_are_parsed_as_the_standard_says() {
    let expected = call("m", 1, 2, "stop");
    for stream in [
        // A document over several lines of data, among comments and other fields.
        ": comment\nevent: x\ndata: {\"model\": \"m\",\nid: 1\ndata:\"usage\": {\"prompt_tokens\": 1,\n: {\ndata\ndata: \"completion_tokens\": 2\ndata:}, \"choices\": [{\"finish_reason\": \"stop\"}]}\n\n",
        // Fields that only look like data, and an event without an end.
        "data2: {\"model\":\"x\"}\n\ndat: {\"model\":\"x\"}\n\n data: {\"model\":\"x\"}\n\ndata:{\"model\":\"m\",\"done_reason\":\"stop\",\"prompt_eval_count\":1,\"eval_count\":2}",
        // A broken event leaves the others alone.
        "data: {\"model\": \"m\", oops\ndata: \"eval_count\": 9}\n\ndata: {\"usage\": {\n\ndata: {\"prompt_eval_count\":1,\"eval_count\":2,\"done_reason\":\"stop\"}\n\n",
    ] {
        assert_eq!(llm(EVENTS, stream), expected, "{stream}");
    }
}

#[test]
fn vllm_counts_as_it_goes() {
    let stream = r#"data: {"id":"cmpl-1","model":"/models/qwen","choices":[{"index":0,"text":"a","finish_reason":null,"stop_reason":null}],"usage":{"prompt_tokens":5,"total_tokens":6,"completion_tokens":1}}

data: {"id":"cmpl-1","model":"/models/qwen","choices":[{"index":0,"text":"b","finish_reason":"length","stop_reason":null}],"usage":{"prompt_tokens":5,"total_tokens":7,"completion_tokens":2,"prompt_tokens_details":null}}

data: [DONE]
"#;
    assert_eq!(llm(EVENTS, stream), call("/models/qwen", 5, 2, "length"));
    let cut = stream.find("\"completion_tokens\":2").expect("it is there");
    let expected = Facts {
        completion_tokens: Some(1),
        total_tokens: Some(7),
        finish_reason: text("length"),
        ..call("/models/qwen", 5, 1, "")
    };
    assert_eq!(llm(EVENTS, &stream[..cut]), expected);
}

#[test]
fn openai_answers_at_once() {
    let body = r#"{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o-mini","choices":[
        {"index":0,"message":{"role":"assistant","content":"Hello","finish_reason":"x"},"finish_reason":"tool_calls"}],
        "usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":0}}}"#;
    let expected = Facts { cached_prompt_tokens: Some(0), ..call("gpt-4o-mini", 19, 10, "tool_calls") };
    assert_eq!(llm(JSON, body), expected);
    assert_eq!(llm("application/vnd.example+json", body), expected);
    let embeddings = r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,-2]},{"object":"embedding","index":1,"embedding":"zczMPQ=="}],"model":"text-embedding-3-small","usage":{"prompt_tokens":8,"total_tokens":8}}"#;
    let expected = Facts {
        response_model: text("text-embedding-3-small"),
        prompt_tokens: Some(8),
        total_tokens: Some(8),
        embeddings: Some(2),
        ..Facts::default()
    };
    assert_eq!(facts(SpanKind::Embedding, JSON, embeddings), expected);
    let models = r#"{"object":"list","data":[{"id":"llama3.2","object":"model","owned_by":"library"}]}"#;
    assert_eq!(facts(SpanKind::Embedding, JSON, models), Facts::default());
}

#[test]
fn openai_responses() {
    let response = r#"{"id":"resp_1","object":"response","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"model":"gpt-4.1","output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}],"usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":12},"output_tokens":87,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":123}}"#;
    let expected = Facts { cached_prompt_tokens: Some(12), ..call("gpt-4.1", 36, 87, "max_output_tokens") };
    assert_eq!(llm(JSON, response), expected);
    let stream = format!(
        "event: response.created\ndata: {{\"type\":\"response.created\",\"response\":{{\"model\":\"gpt-4.1\",\"usage\":null}}}}\n\n\
         event: response.output_text.delta\ndata: {{\"type\":\"response.output_text.delta\",\"delta\":\"Hi\"}}\n\n\
         event: response.incomplete\ndata: {{\"type\":\"response.incomplete\",\"response\":{response}}}\n\n"
    );
    assert_eq!(llm(EVENTS, stream), expected);
}

#[test]
fn anthropic_messages() {
    let stream = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"qwen3\",\"stop_reason\":null,\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}\n\n\
        event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n\
        event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":15}}\n\n";
    assert_eq!(llm(EVENTS, stream), call("qwen3", 25, 15, "end_turn"));
}

#[test]
fn documents_are_counted() {
    let hits = |hits, total_hits| Facts { hits, total_hits, ..Facts::default() };
    for (body, expected) in [
        (
            r#"{"root":{"id":"toplevel","fields":{"totalCount":83},"coverage":{"documents":1000},"children":[{"id":"a","children":[1],"fields":{"totalCount":9}},{"id":"b"}]}}"#,
            hits(Some(2), Some(83)),
        ),
        (r#"{"root":{"fields":{"totalCount":0}}}"#, hits(None, Some(0))),
        (
            r#"{"took":5,"hits":{"total":{"value":10000,"relation":"gte"},"hits":[{"_id":"1","hits":[1,2]},{"_id":"2"},{"_id":"3"}]}}"#,
            hits(Some(3), Some(10_000)),
        ),
        (r#"{"hits":{"total":7,"hits":[]}}"#, hits(Some(0), Some(7))),
        (r#"{"result":{"points":[{"id":1},{"id":2}]},"status":"ok"}"#, hits(Some(2), None)),
        (r#"{"result":[{"id":1}],"status":"ok"}"#, hits(Some(1), None)),
        (r#"{"result":{"status":"green"}}"#, hits(None, None)),
        (r#"{"query":"cats","results":[{"results":[1]},{}],"results_count":2}"#, hits(Some(2), None)),
    ] {
        assert_eq!(facts(SpanKind::Retriever, JSON, body), expected, "{body}");
    }
    let ranked = r#"{"id":"rerank-1","model":"bge-reranker","usage":{"total_tokens":56},"results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}]}"#;
    let expected =
        Facts { response_model: text("bge-reranker"), total_tokens: Some(56), hits: Some(2), ..Facts::default() };
    assert_eq!(facts(SpanKind::Reranker, JSON, ranked), expected);
}

#[test]
fn only_whole_positive_counts_count() {
    for count in ["-5", "1.5", "1e3", "1000000001", "99999999999999999999999999", "\"7\"", "null", "true", "[7]", "{}"]
    {
        let body = format!(r#"{{"prompt_eval_count":3,"prompt_eval_count":{count},"eval_count":{count}}}"#);
        assert_eq!(llm(JSON, body), Facts { prompt_tokens: Some(3), ..Facts::default() }, "{count}");
    }
    assert_eq!(llm(JSON, r#"{"eval_count":1000000000}"#).completion_tokens, Some(1_000_000_000));
    assert_eq!(llm(JSON, r#"{"eval_count":1,"eval_count":0}"#).completion_tokens, Some(0));
    for model in ["1", "null", "\"\"", "[\"m\"]", "{\"model\":\"m\"}"] {
        assert_eq!(llm(JSON, format!(r#"{{"model":{model},"done_reason":{model}}}"#)), Facts::default(), "{model}");
    }
}

#[test]
fn facts_stand_in_their_places_only() {
    for body in [
        r#"{"x":{"model":"m","usage":{"prompt_tokens":1}}}"#,
        r#"[{"model":"m"}]"#,
        r#"{"usage":[{"prompt_tokens":1}],"choices":{"finish_reason":"stop"}}"#,
        r#"{"MODEL":"m","mod\u0435l":"m","model ":"m","mode":"m"}"#,
        r#"{"a":{"b":{"c":{"d":{"model":"m","usage":{"total_tokens":1}}}}}}"#,
        r#""model""#,
        "",
    ] {
        assert_eq!(llm(JSON, body), Facts::default(), "{body}");
    }
    assert_eq!(llm(JSON, r#"{"mod\u0065l":"\u006d\ud83d\ude00"}"#).response_model, text("m\u{1f600}"));
}

#[test]
fn what_breaks_off_or_makes_no_sense_tells_what_it_told() {
    let known = Facts { response_model: text("m"), ..Facts::default() };
    for body in [
        r#"{"model":"m","eval_count":12"#,
        r#"{"model":"m","done_reason":"sto"#,
        r#"{"model":"m",,"eval_count":12}"#,
        r#"{"model":"m"} <html> {"eval_count":12}"#,
        "{\"model\":\"m\",\"x\":\"\u{1}\",\"eval_count\":12}",
    ] {
        assert_eq!(llm(JSON, body), known, "{body}");
    }
    assert_eq!(llm(JSON, b"{\"model\":\"m\",\"x\":\"\xff\",\"eval_count\":12}"), known);
    assert_eq!(llm(LINES, "{\"model\":\"m\"\n{\"x\"\n\n<>\n{\"eval_count\":12}\n").completion_tokens, Some(12));
    // Compressed, whatever the header says.
    assert_eq!(llm(JSON, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xabV\xcaM"), Facts::default());
}

#[test]
fn long_names_are_cut_between_characters() {
    let body = format!(r#"{{"model":"x{}"}}"#, "\u{e9}".repeat(MAX_TEXT));
    let model = llm(JSON, body).response_model.expect("it is there");
    assert_eq!(&*model, format!("x{}", "\u{e9}".repeat(127)));
}

#[test]
fn requests_name_the_model() {
    let read = |kind, content_type: &str, body: &str| {
        let mut observer = Observer::of_request(kind, content_type.as_bytes())?;
        body.as_bytes().chunks(3).for_each(|chunk| observer.push(chunk));
        Some((observer.is_done(), observer.finish()))
    };
    let named = Some((true, Facts { request_model: text("llama3.2"), ..Facts::default() }));
    let body = r#"{"messages":[{"model":"x"}],"model":"llama3.2","usage":{"prompt_tokens":1}}"#;
    for content_type in [JSON, "", "application/x-www-form-urlencoded"] {
        assert_eq!(read(SpanKind::Llm, content_type, body), named, "{content_type}");
    }
    assert_eq!(read(SpanKind::Embedding, JSON, body), named);
    assert_eq!(read(SpanKind::Llm, JSON, r#"{"prompt":"x"}"#), Some((false, Facts::default())));
    assert_eq!(read(SpanKind::Llm, JSON, "model=llama3.2"), Some((true, Facts::default())));
    assert_eq!(read(SpanKind::Llm, "multipart/form-data; boundary=x", body), None);
    assert_eq!(read(SpanKind::Retriever, JSON, body), None);
    assert_eq!(read(SpanKind::Chain, JSON, body), None);
}

#[test]
fn other_answers_are_not_observed() {
    for content_type in ["text/html", "application/grpc", "audio/mpeg", "application/x-protobuf", "application/jsonx"] {
        assert!(Observer::for_span(SpanKind::Llm, content_type.as_bytes()).is_none(), "{content_type}");
    }
    for kind in [SpanKind::Chain, SpanKind::Tool, SpanKind::Agent, SpanKind::Guardrail, SpanKind::Evaluator] {
        assert!(Observer::for_span(kind, JSON.as_bytes()).is_none(), "{kind:?}");
    }
}

#[test]
fn an_observer_is_small() {
    // What it has learnt are at most three texts; everything else is inside.
    assert!(size_of::<Observer>() + 3 * MAX_TEXT <= Observer::MAX_BYTES, "{}", size_of::<Observer>());
}
