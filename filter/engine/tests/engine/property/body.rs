//! The streaming reader agrees with a reader of whole documents.

use crate::fixture::gateway;
use proptest::collection::vec;
use proptest::prelude::*;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use tenantry_engine::Config;
use tenantry_engine::body::{Binder, BodyKind, Progress};
use tenantry_engine::code::Code;
use tenantry_engine::config::{Body, OverLimit};

const TENANT: &str = "acme";
const POINTERS: [&str; 4] = ["/id", "/a/id", "/a/1/id", "/b/0"];

/// A document with its repeated keys, as `serde_json` reads it.
#[derive(Clone, Debug)]
enum Document {
    Object(Vec<(String, Document)>),
    Array(Vec<Document>),
    String(String),
    Other,
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Document;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Document::Object(entries))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Document, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = seq.next_element()? {
                    elements.push(element);
                }
                Ok(Document::Array(elements))
            }
            fn visit_str<E>(self, string: &str) -> Result<Document, E> {
                Ok(Document::String(string.to_owned()))
            }
            fn visit_bool<E>(self, _: bool) -> Result<Document, E> {
                Ok(Document::Other)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Document, E> {
                Ok(Document::Other)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Document, E> {
                Ok(Document::Other)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Document, E> {
                Ok(Document::Other)
            }
            fn visit_unit<E>(self) -> Result<Document, E> {
                Ok(Document::Other)
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// What should come of the document: the first thing wrong, in its own order.
fn expected(document: &Document, live: &[Vec<&str>]) -> Result<(), Code> {
    if live.iter().any(Vec::is_empty) {
        match document {
            Document::String(value) if value == TENANT => {}
            Document::String(_) => return Err(Code::TenantMismatch),
            _ => return Err(Code::BodyMalformed),
        }
    }
    let inside = |matches: &dyn Fn(&str) -> bool| -> Vec<Vec<&str>> {
        let matching = live.iter().filter(|pointer| pointer.first().is_some_and(|token| matches(token)));
        matching.map(|pointer| pointer[1..].to_vec()).collect()
    };
    match document {
        Document::Object(entries) => entries
            .iter()
            .try_for_each(|(key, value)| expected(value, &inside(&|token| token.eq_ignore_ascii_case(key)))),
        Document::Array(elements) => elements
            .iter()
            .enumerate()
            .try_for_each(|(index, value)| expected(value, &inside(&|token| token == index.to_string()))),
        Document::String(_) | Document::Other => Ok(()),
    }
}

/// The document as text, with white space and escapes as `seed` says.
fn text(document: &Document, seed: &mut u32, out: &mut String) {
    let blank = |seed: &mut u32, out: &mut String| {
        *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        out.push_str(["", "", " ", "\n\t"][(*seed >> 30) as usize]);
    };
    let string = |text: &str, seed: &mut u32, out: &mut String| {
        out.push('"');
        for char in text.chars() {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if matches!(char, '"' | '\\') || char < ' ' || *seed >> 29 == 0 {
                char.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04X}")));
            } else {
                out.push(char);
            }
        }
        out.push('"');
    };
    blank(seed, out);
    match document {
        Document::Object(entries) => {
            out.push('{');
            for (n, (key, value)) in entries.iter().enumerate() {
                out.push_str(if n > 0 { "," } else { "" });
                blank(seed, out);
                string(key, seed, out);
                blank(seed, out);
                out.push(':');
                text(value, seed, out);
            }
            out.push('}');
        }
        Document::Array(elements) => {
            out.push('[');
            for (n, value) in elements.iter().enumerate() {
                out.push_str(if n > 0 { "," } else { "" });
                text(value, seed, out);
            }
            out.push(']');
        }
        Document::String(value) => string(value, seed, out),
        Document::Other => {
            out.push_str(["0", "-1.5e+3", "true", "false", "null", "10", "0.25", "7E2"][(*seed >> 29) as usize])
        }
    }
    blank(seed, out);
}

fn document() -> impl Strategy<Value = Document> {
    let string = prop_oneof![Just(TENANT.to_owned()), Just("other".to_owned()), "\\PC{0,4}"];
    let leaf = prop_oneof![3 => string.prop_map(Document::String), 1 => Just(Document::Other)];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let key = prop_oneof![4 => prop::sample::select(vec!["id", "a", "b", "1", "0", "ID"]).prop_map(str::to_owned), 1 => "\\PC{0,3}"];
        prop_oneof![vec((key, inner.clone()), 0..5).prop_map(Document::Object), vec(inner, 0..4).prop_map(Document::Array)]
    })
}

fn config() -> Config {
    let pointers = POINTERS.map(str::to_owned).to_vec();
    gateway(|config| config.body = Some(Body { pointers, limit: 1 << 20, over_limit: OverLimit::Refuse }))
}

fn outcome<'a>(config: &Config, kind: BodyKind, chunks: impl Iterator<Item = &'a [u8]>) -> Result<(), Code> {
    let mut binder = Binder::new(config, TENANT, kind).unwrap();
    for chunk in chunks {
        match binder.push(chunk) {
            Progress::More => {}
            Progress::Pass => return Ok(()),
            Progress::Refuse(code) => return Err(code),
        }
    }
    binder.finish()
}

fn whole(config: &Config, body: &[u8]) -> Result<(), Code> {
    outcome(config, BodyKind::Json, std::iter::once(body))
}

fn live() -> Vec<Vec<&'static str>> {
    POINTERS.iter().map(|pointer| pointer[1..].split('/').collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn it_agrees_on_documents(document in document(), mut seed: u32) {
        let mut body = String::new();
        text(&document, &mut seed, &mut body);
        serde_json::from_str::<Document>(&body).expect("the document is well-formed");
        prop_assert_eq!(whole(&config(), body.as_bytes()), expected(&document, &live()), "{}", body);
    }

    #[test]
    fn it_agrees_on_damaged_documents(
        document in document(),
        mut seed: u32,
        edits in vec((any::<prop::sample::Index>(), prop::sample::select(br#"{}[]",:\u0a1.e-t "#.to_vec())), 1..4),
    ) {
        let mut body = String::new();
        text(&document, &mut seed, &mut body);
        let mut body = body.into_bytes();
        for (at, byte) in edits {
            let at = at.index(body.len());
            body[at] = byte;
        }
        let seen = whole(&config(), &body);
        match serde_json::from_slice::<Document>(&body) {
            Ok(document) => prop_assert_eq!(seen, expected(&document, &live()), "{}", body.escape_ascii()),
            // A number with a huge exponent is JSON, though not everybody can hold it.
            Err(error) if error.to_string().contains("out of range") => {}
            Err(_) => prop_assert!(seen.is_err(), "{}", body.escape_ascii()),
        }
    }

    #[test]
    fn chunks_make_no_difference(body in prop_oneof![vec(any::<u8>(), 0..60), "[{}\\[\\]\",:id a\\\\0-9]{0,60}".prop_map(String::into_bytes)], cuts in vec(1..9usize, 1..60)) {
        let config = config();
        for kind in [BodyKind::Json, BodyKind::Other] {
            let mut rest = body.as_slice();
            let mut chunks: Vec<&[u8]> = cuts.iter().map(|&cut| rest.split_off(..cut.min(rest.len())).unwrap_or_default()).collect();
            chunks.push(rest);
            prop_assert_eq!(outcome(&config, kind, chunks.into_iter()), outcome(&config, kind, std::iter::once(body.as_slice())));
        }
    }

    #[test]
    fn chunks_of_documents_make_no_difference(document in document(), mut seed: u32, size in 1..9usize) {
        let mut body = String::new();
        text(&document, &mut seed, &mut body);
        let config = config();
        prop_assert_eq!(outcome(&config, BodyKind::Json, body.as_bytes().chunks(size)), whole(&config, body.as_bytes()));
    }
}
