//! Redaction, against `serde_json` on whole documents, in chunks of any split, and on anything.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use tenantry_engine::trace::redact::{MARK, Recorded, Redaction};

const CONTENT_TYPES: [&str; 3] = ["application/json", "application/x-ndjson", "text/event-stream"];
const NAMES: [&str; 3] = ["secret", "key", "\u{e9}t\u{e9}"];

/// Bytes that secrets are made of and nothing else is.
const SECRET: [char; 4] = ['Q', '7', 'Z', '#'];

fn record<'a>(content_type: &str, limit: usize, chunks: impl IntoIterator<Item = &'a [u8]>) -> Option<Recorded> {
    let mut recording = Redaction::new(NAMES).record(content_type.as_bytes(), limit).unwrap();
    chunks.into_iter().for_each(|chunk| recording.push(chunk));
    recording.finish()
}

/// A value made of the bytes of secrets, with any structure.
fn secret() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof!["[QZ7#]{1,6}".prop_map(Value::from), Just(Value::from(777)), Just(Value::from(-7.7))];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..3).prop_map(Value::Array),
            prop::collection::hash_map("[QZ7#]{1,3}", inner, 1..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A document with secrets under the names, in some case, and no byte of a secret anywhere else.
fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-66..66i64)
            .prop_filter("a digit of secrets", |number| !number.to_string().contains('7'))
            .prop_map(Value::from),
        "[a-c \u{e9}\u{1f600}\"\\\\\n]{0,4}".prop_map(Value::from),
        Just(Value::from("secret")),
    ];
    let name =
        prop::sample::select(vec!["secret", "SECRET", "Key", "\u{e9}t\u{e9}", "password"]).prop_map(str::to_owned);
    leaf.prop_recursive(5, 40, 5, move |inner| {
        let shown = ("[a-c\u{e9}\"]{0,3}|secrets|ke", inner.clone()).prop_map(|(key, value)| (key, value));
        let entry = prop_oneof![2 => shown, 1 => (name.clone(), secret())];
        prop_oneof![
            2 => vec(entry, 0..5).prop_map(|entries| Value::Object(entries.into_iter().collect())),
            1 => vec(inner, 0..4).prop_map(Value::Array),
        ]
    })
}

/// The document as it should be shown.
fn redacted(document: &Value) -> Value {
    let hides = |key: &str| ["secret", "key", "\u{e9}t\u{e9}", "password"].contains(&key.to_lowercase().as_str());
    match document {
        Value::Object(entries) => Value::Object(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), if hides(key) { MARK.into() } else { redacted(value) }))
                .collect(),
        ),
        Value::Array(elements) => elements.iter().map(redacted).collect(),
        scalar => scalar.clone(),
    }
}

fn cut<'a>(mut rest: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut chunks: Vec<&[u8]> =
        cuts.iter().map(|&cut| rest.split_off(..cut.min(rest.len())).unwrap_or_default()).collect();
    chunks.push(rest);
    chunks
}

fn text(document: &Value, pretty: bool) -> String {
    if pretty { serde_json::to_string_pretty(document) } else { serde_json::to_string(document) }.unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn it_agrees_on_documents(document in document(), pretty: bool) {
        let recorded = record("application/json", usize::MAX, [text(&document, pretty).as_bytes()]).unwrap();
        prop_assert!(recorded.is_json);
        prop_assert_eq!(recorded.text, text(&redacted(&document), pretty));
    }

    /// However the body is split, cut, limited, damaged or framed.
    #[test]
    fn nothing_of_a_secret_is_shown(
        documents in vec(document(), 1..4),
        pretty: bool,
        escaped: bool,
        cuts in vec(0..12usize, 0..60),
        end in any::<prop::sample::Index>(),
        limit in 0..400usize,
        damage in proptest::option::of((any::<prop::sample::Index>(), prop::sample::select(b"{}[]:,x0".to_vec()))),
    ) {
        for content_type in CONTENT_TYPES {
            let lines = documents.iter().map(|document| text(document, pretty && content_type == "application/json"));
            let body: String = match content_type {
                "text/event-stream" => lines.map(|line| format!("data: {line}\n\n")).collect(),
                _ => lines.map(|line| format!("{line}\n")).collect(),
            };
            let body = if escaped { body.replace("secret", "s\\u0065cret") } else { body };
            let mut body = body.into_bytes();
            body.truncate(end.index(body.len() + 1));
            if let Some((at, byte)) = damage
                && let structure = body.iter().enumerate().filter(|(_, byte)| b"{}[]:,".contains(byte)).map(|(at, _)| at)
                && let structure = structure.collect::<Vec<_>>()
                && !structure.is_empty()
            {
                body[structure[at.index(structure.len())]] = byte;
            }
            let recorded = record(content_type, limit, cut(&body, &cuts));
            prop_assert_eq!(&recorded, &record(content_type, limit, [body.as_slice()]));
            if let Some(Recorded { text, .. }) = recorded {
                prop_assert!(text.len() <= limit);
                prop_assert!(!text.contains(SECRET), "{} of {}", text, body.escape_ascii());
            }
        }
    }

    #[test]
    fn anything_may_come(body in vec(any::<u8>(), 0..200), cuts in vec(0..12usize, 0..60), limit in 0..300usize) {
        for content_type in CONTENT_TYPES {
            let recorded = record(content_type, limit, cut(&body, &cuts));
            prop_assert_eq!(&recorded, &record(content_type, limit, [body.as_slice()]));
            prop_assert!(recorded.is_none_or(|recorded| !recorded.text.is_empty() && recorded.text.len() <= limit));
        }
    }

    #[test]
    fn queries_show_no_secret(pairs in vec(("[a-c%+\\[\\];=]{0,4}|secret|s%65cret|KEY|a\\[key\\]|password", any::<bool>(), "[Q7Z#+]{0,6}"), 0..6)) {
        let names = ["secret", "s%65cret", "KEY", "a[key]", "password"];
        let query: Vec<String> = pairs.iter().map(|(name, equals, value)| {
            let value = if names.contains(&name.as_str()) && *equals { value.as_str() } else { "x" };
            format!("{name}={value}")
        }).collect();
        let shown = Redaction::new(NAMES).query(query.join("&").as_bytes());
        prop_assert!(!shown.contains(SECRET), "{shown}");
        prop_assert_eq!(shown.split('&').count(), query.len().max(1));
    }
}
