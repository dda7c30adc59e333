//! Reading model services' answers, against `serde_json` on whole documents, in chunks of any split, and on anything.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use tenantry_engine::config::SpanKind;
use tenantry_engine::trace::model::{Facts, Observer};

const CONTENT_TYPES: [&str; 4] = ["application/json", "application/x-ndjson", "text/event-stream", ""];
const KINDS: [SpanKind; 4] = [SpanKind::Llm, SpanKind::Embedding, SpanKind::Reranker, SpanKind::Retriever];

/// What streams are made of, for better or worse.
const PIECES: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    " ",
    "\"",
    "\\\"",
    "\\u0061",
    "\u{feff}",
    "\u{e9}",
    "data: ",
    "data:",
    "event: x\n",
    ": ping\n\n",
    "[DONE]",
    "\"model\":\"m\"",
    "\"usage\":{\"prompt_tokens\":7,\"total_tokens\":9}",
    "\"choices\":[{\"finish_reason\":\"stop\"}]",
    "\"done_reason\":\"length\"",
    "\"eval_count\":12",
    "\"eval_count\":-1",
    "\"data\":[{\"embedding\":[0.5,1]}]",
    "\"embeddings\":[[1],[2]]",
    "\"results\":[{},{}]",
    "null",
    "0",
    "12",
    "1.5e+3",
    "\"root\":{\"fields\":{\"totalCount\":3},\"children\":[{},1]}",
    "\"response\":{\"model\":\"r\"}",
    "{\"model\":\"n\"}",
    "{\"prompt_eval_count\":5}",
    "\"hits\":{\"total\":{\"value\":3},\"hits\":[{}]}",
    "\"message\":\"x\"",
];

fn read<'a>(kind: SpanKind, content_type: &str, chunks: impl IntoIterator<Item = &'a [u8]>) -> Facts {
    let mut observer = Observer::for_span(kind, content_type.as_bytes()).unwrap();
    chunks.into_iter().for_each(|chunk| observer.push(chunk));
    observer.finish()
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        20 => prop::sample::select(PIECES.to_vec()).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 1..3),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Documents with the keys of OpenAI's answers anywhere.
fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..20i64).prop_map(Value::from),
        (0..=u64::MAX).prop_map(Value::from),
        (-2.0..2.0f64).prop_map(Value::from),
        "[a-c\u{e9}\u{1f600}\"\\\\\n]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        let key = prop::sample::select(vec![
            "model",
            "usage",
            "prompt_tokens",
            "completion_tokens",
            "total_tokens",
            "prompt_tokens_details",
            "cached_tokens",
            "choices",
            "finish_reason",
            "x",
        ]);
        prop_oneof![
            3 => prop::collection::hash_map(key.prop_map(str::to_owned), inner.clone(), 0..6)
                .prop_map(|object| Value::Object(object.into_iter().collect())),
            1 => vec(inner, 0..4).prop_map(Value::Array),
        ]
    })
}

/// What the document should tell, by its paths.
fn expected(document: &Value) -> Facts {
    let count = |path: &str| document.pointer(path).and_then(Value::as_u64).filter(|&count| count <= 1_000_000_000);
    let words = |value: Option<&Value>| value.and_then(Value::as_str).filter(|words| !words.is_empty()).map(Box::from);
    let (prompt, completion) = (count("/usage/prompt_tokens"), count("/usage/completion_tokens"));
    let choices = document.get("choices").and_then(Value::as_array);
    Facts {
        response_model: words(document.get("model")),
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: count("/usage/total_tokens").or(prompt.zip(completion).map(|(one, other)| one + other)),
        cached_prompt_tokens: count("/usage/prompt_tokens_details/cached_tokens"),
        finish_reason: choices.and_then(|all| all.iter().rev().find_map(|choice| words(choice.get("finish_reason")))),
        ..Facts::default()
    }
}

fn cut<'a>(mut rest: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut chunks: Vec<&[u8]> =
        cuts.iter().map(|&cut| rest.split_off(..cut.min(rest.len())).unwrap_or_default()).collect();
    chunks.push(rest);
    chunks
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn it_agrees_on_documents(mut document in document(), pretty: bool) {
        // A bare array would tell nothing.
        if !document.is_object() {
            document = serde_json::json!({ "usage": document.clone(), "choices": [document] });
        }
        let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) }.unwrap();
        for content_type in ["application/json", ""] {
            prop_assert_eq!(read(SpanKind::Llm, content_type, [text.as_bytes()]), expected(&document), "{}", text);
        }
        let events: String = text.lines().map(|line| format!("data: {line}\r\n")).collect();
        prop_assert_eq!(read(SpanKind::Llm, "text/event-stream", [events.as_bytes()]), expected(&document), "{}", events);
    }

    #[test]
    fn chunks_make_no_difference(body in stream(), cuts in vec(0..12usize, 0..80)) {
        for kind in KINDS {
            for content_type in CONTENT_TYPES {
                let whole = read(kind, content_type, [body.as_slice()]);
                prop_assert_eq!(&read(kind, content_type, cut(&body, &cuts)), &whole, "{:?} {}", kind, content_type);
                prop_assert_eq!(&read(kind, content_type, body.chunks(1)), &whole, "{:?} {}", kind, content_type);
            }
        }
    }

    #[test]
    fn anything_may_come(content_type in vec(any::<u8>(), 0..30), body in vec(any::<u8>(), 0..200), size in 1..20usize) {
        let types = CONTENT_TYPES.map(str::as_bytes).into_iter().chain([content_type.as_slice()]);
        for (kind, content_type) in KINDS.into_iter().flat_map(|kind| types.clone().map(move |known| (kind, known))) {
            let observers = [Observer::for_span(kind, content_type), Observer::of_request(kind, content_type)];
            for mut observer in observers.into_iter().flatten() {
                body.chunks(size).for_each(|chunk| observer.push(chunk));
                drop(observer.finish());
            }
        }
    }

    /// A stream's documents do not disturb each other: those before and after a broken one are read.
    #[test]
    fn a_broken_line_spoils_nothing_else(line in "[^\n\r]{0,40}") {
        let body = format!("{{\"model\":\"m\"}}\n{line}\n{{\"eval_count\":12}}\n");
        let facts = read(SpanKind::Llm, "application/x-ndjson", [body.as_bytes()]);
        prop_assert_eq!((facts.response_model.as_deref(), facts.completion_tokens), (Some("m"), Some(12)));
    }
}
