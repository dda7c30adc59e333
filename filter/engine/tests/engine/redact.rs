//! What is taken out of query strings, headers and bodies.

use tenantry_engine::trace::redact::{Recorded, Redaction};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const JSON: &str = "application/json";
const LINES: &str = "application/x-ndjson";
const EVENTS: &str = "text/event-stream";

fn redaction() -> Redaction {
    Redaction::new(["Secret", "x-key", "caf\u{e9}"])
}

/// What is recorded of a body, however it is split.
fn record(content_type: &str, limit: usize, body: impl AsRef<[u8]>) -> Option<Recorded> {
    let body = body.as_ref();
    let read = |size: usize| {
        let mut recording = redaction().record(content_type.as_bytes(), limit).expect("such bodies are recorded");
        body.chunks(size).for_each(|chunk| recording.push(chunk));
        recording.finish()
    };
    let whole = read(usize::MAX);
    for size in [1, 2, 3, 7] {
        assert_eq!(read(size), whole, "in chunks of {size}: {}", body.escape_ascii());
    }
    whole
}

fn json(body: &str) -> Option<(String, &'static str)> {
    record(JSON, 1000, body).map(|recorded| (recorded.text.clone(), recorded.mime_type()))
}

fn shown(content_type: &str, body: &str) -> String {
    record(content_type, 1000, body).map(|recorded| recorded.text).unwrap_or_default()
}

#[test]
fn query_parameters_go_by_name() {
    for (query, expected) in [
        ("", ""),
        ("q=cats&limit=20", "q=cats&limit=20"),
        ("q=cats&secret=s3&x=1", "q=cats&secret=__REDACTED__&x=1"),
        ("SECRET=s3", "SECRET=__REDACTED__"),
        ("s%65cret=s3", "s%65cret=__REDACTED__"),
        ("+secret=s3&%20secret%20=s3", "+secret=__REDACTED__&%20secret%20=__REDACTED__"),
        ("\u{17f}ecret=s3", "\u{17f}ecret=__REDACTED__"),
        (
            "user[secret]=s3&secret[]=s3&secret[a][b]=s3",
            "user[secret]=__REDACTED__&secret[]=__REDACTED__&secret[a][b]=__REDACTED__",
        ),
        ("secret=a=b", "secret=__REDACTED__"),
        ("secret=", "secret=__REDACTED__"),
        ("secret", "secret"),
        ("secret2=a&asecret=b", "secret2=a&asecret=b"),
        // Whether or not the server ends a parameter at a semicolon.
        ("secret=a;b=c&d=e", "secret=__REDACTED__&d=e"),
        ("a=b;secret=c;d=e&f=g", "a=b;secret=__REDACTED__&f=g"),
        ("caf%C3%A9=a&CAF%C3%A9=b", "caf%C3%A9=__REDACTED__&CAF%C3%A9=__REDACTED__"),
        ("&&=&a==&%=%zz&secret=%", "&&=&a==&%=%zz&secret=__REDACTED__"),
        ("access_token=x&password=y&Api-Key=z", "access_token=__REDACTED__&password=__REDACTED__&Api-Key=__REDACTED__"),
    ] {
        assert_eq!(redaction().query(query.as_bytes()), expected, "{query}");
    }
    assert_eq!(redaction().query(b"q=\xff&secret=\xff"), "q=\u{fffd}&secret=__REDACTED__");
}

#[test]
fn headers_go_by_name() {
    let redaction = redaction();
    let shown = |name: &str| redaction.header(name.as_bytes(), b"value");
    for name in ["secret", "X-Key", "authorization", "Cookie", "set-cookie", "proxy-authorization"] {
        assert_eq!(shown(name), b"__REDACTED__", "{name}");
    }
    for name in ["accept", "x-key2", ""] {
        assert_eq!(shown(name), b"value", "{name}");
    }
    assert_eq!(redaction.header(b"\xff", b"\xfe"), b"\xfe");
}

#[test]
fn fields_go_whatever_they_hold() {
    for value in [
        "\"s3\"",
        "\"s\\\"3\\\\\"",
        "\"\"",
        "7",
        "-7.5e3",
        "true",
        "null",
        "[]",
        "{}",
        "[7,[8],{\"a\":\"b\"}]",
        "{\"a\":{\"secret\":[7]}}",
    ] {
        for (before, after) in [
            ("{\"secret\":", "}"),
            ("{\"a\" : [ {\"Secret\" : ", " , \"b\":1} ]}"),
            ("[{\"secret\":", "}]"),
            ("{\"s\\u0065cret\": ", ",\"a\":[2]}"),
        ] {
            let expected = format!("{before}\"__REDACTED__\"{after}");
            assert_eq!(json(&format!("{before}{value}{after}")), Some((expected, JSON)), "{before}{value}{after}");
        }
    }
    let body = "{\"secret\":1,\"secret\":2,\"caf\u{e9}\":3,\"password\":4,\"secret2\":5,\"a\":\"secret\",\"b\":[\"secret\",6]}";
    let expected = "{\"secret\":\"__REDACTED__\",\"secret\":\"__REDACTED__\",\"caf\u{e9}\":\"__REDACTED__\",\"password\":\"__REDACTED__\",\"secret2\":5,\"a\":\"secret\",\"b\":[\"secret\",6]}";
    assert_eq!(json(body), Some((expected.to_owned(), JSON)));
}

#[test]
fn documents_stay_as_they_were_sent() {
    for body in ["{ \"a\" : 1.50,\n\t\"b\": \"\\u0041\u{1f600}\" }", "[]", "12", "\"a b\"", "null"] {
        assert_eq!(json(&format!(" \u{20}{body}\n")), Some((body.to_owned(), JSON)), "{body}");
        assert_eq!(json(&format!("\u{feff}{body}")), Some((body.to_owned(), JSON)), "{body}");
    }
    assert_eq!(json(""), None);
    assert_eq!(json(" \n"), None);
}

#[test]
fn a_cut_body_shows_nothing_of_a_secret() {
    let body = r#"{"a":"bc","secret":"s3","d":[1,2]}"#;
    let whole = r#"{"a":"bc","secret":"__REDACTED__","d":[1,2]}"#;
    for limit in 0..whole.len() {
        let recorded = record(JSON, limit, body);
        let text = recorded.as_ref().map(|recorded| recorded.text.as_str()).unwrap_or_default();
        assert_eq!(text, &whole[..limit], "{limit}");
        assert!(recorded.is_none_or(|recorded| !recorded.is_json && recorded.mime_type() == "text/plain"));
    }
    assert!(record(JSON, whole.len(), body).is_some_and(|recorded| recorded.is_json && recorded.text == whole));
    // The end of the body comes within a secret, or within a character.
    assert_eq!(json(r#"{"a":1,"secret":"s3"#), Some((r#"{"a":1,"secret":"__REDACTED__""#.to_owned(), "text/plain")));
    assert_eq!(record(JSON, 3, "\"\u{1f600}\"").map(|recorded| recorded.text).as_deref(), Some("\""));
    assert_eq!(record(JSON, 100, b"[1,\"\xc3").map(|recorded| recorded.text).as_deref(), Some("[1,\""));
}

#[test]
fn what_is_no_json_is_not_recorded() {
    for body in
        ["<html>", "{\"a\":1,secret:2}", "{\"a\":1} trailing", "secret=s3", "{\"secret\":tru", "{\"a\":\"\u{1}\"}"]
    {
        let recorded = json(body);
        assert!(
            recorded.as_ref().is_none_or(|(text, _)| text == "{\"secret\":\"__REDACTED__\""),
            "{body}: {recorded:?}"
        );
    }
    assert_eq!(record(JSON, 100, b"\x1f\x8b\x08\x00{\"a\":1}"), None);
    assert_eq!(record(JSON, 100, b"{\"a\":\"\xff\"}"), None);
    for content_type in ["text/plain", "", "text/html", "application/x-www-form-urlencoded", "application/grpc"] {
        assert!(redaction().record(content_type.as_bytes(), 100).is_none(), "{content_type}");
    }
}

#[test]
fn streams_become_lines() {
    let lines = "{\"a\":1}\r\n\n{\"secret\":\"s3\",\n<html>secret\n{\"secret\":2}\n 7 \n{\"b\":";
    let expected = "{\"a\":1}\n{\"secret\":\"__REDACTED__\"}\n7\n{\"b\":";
    assert_eq!(shown(LINES, lines), expected);
    let events = ": secret\nevent: secret\nid: secret\ndata: {\"a\":1}\n\ndata: {\"secret\":\ndata:\"s3\"}\n\ndata: [DONE]\n\ndata: secret\n\ndata: {\"secret\":2";
    assert_eq!(shown(EVENTS, events), "{\"a\":1}\n{\"secret\":\n\"__REDACTED__\"}\n{\"secret\":\"__REDACTED__\"");
    assert_eq!(shown(JSON, "{\"a\":1}{\"secret\":2}\n3"), "{\"a\":1}\n{\"secret\":\"__REDACTED__\"}\n3");
    assert_eq!(
        record(LINES, 10, "{\"a\":1}\n{\"b\":2}\n").map(|recorded| recorded.text).as_deref(),
        Some("{\"a\":1}\n{\"")
    );
    assert_eq!(record(LINES, 8, "{\"a\":1}\n{\"b\":2}\n").map(|recorded| recorded.text).as_deref(), Some("{\"a\":1}"));
    let one = record(EVENTS, 100, "data: {\"a\":1}\n\n");
    assert_eq!(one, Some(Recorded { text: "{\"a\":1}".to_owned(), is_json: true }));
}

#[test]
fn a_full_recording_needs_no_more() {
    let mut recording = redaction().record(JSON.as_bytes(), 3).expect("it is JSON");
    recording.push(b"[1,");
    assert!(!recording.is_done());
    recording.push(b"2");
    assert!(recording.is_done());
    let mut broken = redaction().record(JSON.as_bytes(), 3).expect("it is JSON");
    broken.push(b"<");
    assert!(broken.is_done());
}
