//! Binding of bodies to the tenant.

use crate::fixture::gateway;
use tenantry_engine::Config;
use tenantry_engine::body::{Binder, BodyKind, Progress};
use tenantry_engine::code::Code;
use tenantry_engine::config::{Body, OverLimit};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const LIMIT: u32 = 4096;

fn binding(pointers: &[&str], over_limit: OverLimit) -> Config {
    let pointers = pointers.iter().map(|&pointer| pointer.to_owned()).collect();
    gateway(|config| config.body = Some(Body { pointers, limit: LIMIT, over_limit }))
}

fn ordinary() -> Config {
    binding(&["/tenant_id", "/context/tenant_id", "/items/1/a~1b"], OverLimit::Refuse)
}

/// What comes of a body in chunks of `size` bytes.
fn outcome(config: &Config, kind: BodyKind, body: &[u8], size: usize) -> Result<(), Code> {
    let mut binder = Binder::new(config, "acme:prod", kind).expect("the policy binds bodies");
    for chunk in body.chunks(size) {
        match binder.push(chunk) {
            Progress::More => {}
            Progress::Pass => return Ok(()),
            Progress::Refuse(code) => return Err(code),
        }
    }
    binder.finish()
}

/// The same, however it is split.
fn bind(kind: BodyKind, body: impl AsRef<[u8]>) -> Result<(), Code> {
    let (config, body) = (ordinary(), body.as_ref());
    let whole = outcome(&config, kind, body, usize::MAX);
    for size in [1, 2, 3, 7] {
        assert_eq!(outcome(&config, kind, body, size), whole, "in chunks of {size}: {}", body.escape_ascii());
    }
    whole
}

fn json(body: &str) -> Result<(), Code> {
    bind(BodyKind::Json, body)
}

const MISMATCH: Result<(), Code> = Err(Code::TenantMismatch);
const MALFORMED: Result<(), Code> = Err(Code::BodyMalformed);

#[test]
fn what_is_present_has_to_agree() {
    assert_eq!(json(r#"{"tenant_id": "acme:prod"}"#), Ok(()));
    assert_eq!(json(r#"{"tenant_id": "acme:pro"}"#), MISMATCH);
    assert_eq!(json(r#"{"tenant_id": "acme:prod2"}"#), MISMATCH);
    assert_eq!(json(r#"{"tenant_id": "ACME:prod"}"#), MISMATCH);
    assert_eq!(json(r#"{"tenant_id": ""}"#), MISMATCH);
    assert_eq!(json(r#"{"q": "cats", "context": {"tenant_id": "acme:prod"}}"#), Ok(()));
    assert_eq!(json(r#"{"q": "cats", "context": {"tenant_id": "other"}}"#), MISMATCH);
    assert_eq!(json(r#"{"tenant_id": "acme:prod", "context": {"tenant_id": "other"}}"#), MISMATCH);
    assert_eq!(json(r#"{"items": ["x", {"a/b": "acme:prod"}, {"a/b": "other"}]}"#), Ok(()));
    assert_eq!(json(r#"{"items": [{"a/b": "acme:prod"}, {"a/b": "other"}]}"#), MISMATCH);
    assert_eq!(json(r#"{"items": [[[]], {"x": [1, {}], "a/b": "other"}]}"#), MISMATCH);
    assert_eq!(json(r#"{"items": {"1": {"a/b": "other"}}}"#), MISMATCH);
}

#[test]
fn what_is_absent_does_not_matter() {
    for body in [
        "{}",
        "[]",
        "null",
        " \n17 ",
        r#"{"tenant": "other", "tenant_id2": "other", "tenant_i": "other"}"#,
        r#"{"x": {"tenant_id": "other"}, "context": ["tenant_id", "other"]}"#,
        r#"{"context": {"x": {"tenant_id": "other"}}, "y": {"context": {"tenant_id": "other"}}}"#,
        r#"[{"tenant_id": "other"}]"#,
        r#"{"context": "tenant_id", "items": [{"a/b": "x"}]}"#,
        r#"{"q": "\"tenant_id\": \"other\""}"#,
    ] {
        assert_eq!(json(body), Ok(()), "{body}");
    }
    assert_eq!(json(""), Ok(()));
}

#[test]
fn escapes_hide_nothing() {
    assert_eq!(json(r#"{"tenant\u005fid": "other"}"#), MISMATCH);
    assert_eq!(json(r#"{"\u0074enant_id": "\u0061cme:prod"}"#), Ok(()));
    assert_eq!(json(r#"{"tenant_id": "acme\u003Aprod"}"#), Ok(()));
    assert_eq!(json(r#"{"items": [0, {"a\/b": "other"}]}"#), MISMATCH);
    assert_eq!(json(r#"{"tenant_id": "acme:prod\u0000"}"#), MISMATCH);
    assert_eq!(json(r#"{"x": "\ud83d\ude00", "tenant_id": "other"}"#), MISMATCH);
    assert_eq!(json("{\"\u{1f600}\": \"\u{e9}\u{ffff}\", \"tenant_id\": \"acme:prod\"}"), Ok(()));
}

#[test]
fn repeated_keys_have_to_agree_all_of_them() {
    assert_eq!(json(r#"{"tenant_id": "acme:prod", "tenant_id": "other"}"#), MISMATCH);
    assert_eq!(json(r#"{"tenant_id": "other", "tenant_id": "acme:prod"}"#), MISMATCH);
    assert_eq!(json(r#"{"tenant_id": "acme:prod", "tenant_id": "acme:prod"}"#), Ok(()));
    assert_eq!(json(r#"{"context": {"tenant_id": "acme:prod"}, "context": {"tenant_id": "other"}}"#), MISMATCH);
}

#[test]
fn keys_match_as_lenient_decoders_match_them() {
    for key in ["Tenant_ID", "TENANT_ID", "tenant_\u{131}d".replace('\u{131}', "I").as_str()] {
        assert_eq!(json(&format!(r#"{{"tenant_id": "acme:prod", "{key}": "other"}}"#)), MISMATCH, "{key}");
    }
    assert_eq!(json("{\"item\u{17f}\": [0, {\"a/b\": \"other\"}]}"), MISMATCH);
}

#[test]
fn a_tenant_is_a_string() {
    for value in ["1", "null", "true", "-0.5e3", "[]", "{}", r#"["acme:prod"]"#, r#"{"id": "acme:prod"}"#] {
        assert_eq!(json(&format!(r#"{{"tenant_id": {value}}}"#)), MALFORMED, "{value}");
    }
}

#[test]
fn malformed_documents_are_refused() {
    for body in [
        " ",
        "{",
        "[",
        "\"",
        "{]",
        "[}",
        "}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "[1,]",
        "[,1]",
        "{,}",
        "{1:2}",
        "{'a':1}",
        "01",
        "-",
        "1.",
        ".5",
        "+1",
        "1e",
        "1e+",
        "0x1",
        "1 2",
        "{} {}",
        "{}x",
        "tru",
        "truee",
        "nul",
        "NaN",
        "Infinity",
        r#""\x""#,
        r#""\u12g4""#,
        r#""\u12""#,
        r#""\ud800""#,
        r#""\ud800x""#,
        r#""\ud800\n""#,
        r#""\ud800\ud800""#,
        r#""\udc00""#,
        "\"\t\"",
        "\"a\nb\"",
        "// c\n1",
        "{\"a\":1 /* c */}",
        "\u{0}",
    ] {
        assert_eq!(json(body), MALFORMED, "{body}");
    }
    let not_utf8: [&[u8]; 8] = [
        b"\"\xff\"",
        b"\"\xc0\x80\"",
        b"\"\xe0\x80\x80\"",
        b"\"\xed\xa0\x80\"",
        b"\"\xf4\x90\x80\x80\"",
        b"\"\xc3\"",
        b"\"\xf0\x9f\x98\"",
        b"\"\x80\"",
    ];
    for body in not_utf8 {
        assert_eq!(bind(BodyKind::Json, body), MALFORMED, "{body:x?}");
    }
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(json(&nested(128)), Ok(()));
    assert_eq!(json(&nested(129)), MALFORMED);
    assert_eq!(json(&"[".repeat(4000)), MALFORMED);
    let inside = format!(r#"{{"a": {}, "tenant_id": "other"}}"#, nested(127));
    assert_eq!(json(&inside), MISMATCH);
}

#[test]
fn a_byte_order_mark_hides_nothing() {
    assert_eq!(json("\u{feff}{\"tenant_id\": \"other\"}"), MISMATCH);
    assert_eq!(json("\u{feff}{\"tenant_id\": \"acme:prod\"}"), Ok(()));
    assert_eq!(bind(BodyKind::Json, b"\xef\xbb{}"), MALFORMED);
    let utf16: Vec<u8> = "{\"tenant_id\": \"other\"}".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let little: Vec<u8> = "{\"tenant_id\": \"other\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for kind in [BodyKind::Json, BodyKind::Other] {
        assert_eq!(bind(kind, &utf16), MALFORMED);
        assert_eq!(bind(kind, &little), MALFORMED);
        assert_eq!(bind(kind, [b"\xff\xfe", little.as_slice()].concat()), MALFORMED);
    }
}

#[test]
fn a_body_that_only_looks_like_json_is_bound_as_well() {
    let other = |body: &str| bind(BodyKind::Other, body);
    assert_eq!(other(r#" {"tenant_id": "other"}"#), MISMATCH);
    assert_eq!(other(r#"{"tenant_id": "acme:prod"}"#), Ok(()));
    assert_eq!(other(r#"{"a": NaN, "tenant_id": "other"}"#), MALFORMED);
    assert_eq!(other(r#"{"a": 1"#), MALFORMED);
    // One document a line, or one after the other.
    assert_eq!(other("{\"tenant_id\": \"acme:prod\"}\n{\"x\": 1}\n"), Ok(()));
    assert_eq!(other("{\"tenant_id\": \"acme:prod\"}\n{\"tenant_id\": \"other\"}\n"), MISMATCH);
    assert_eq!(other("{\"x\": {}}{\"context\": {\"tenant_id\": \"other\"}}"), MISMATCH);
    for body in
        ["", "  ", "a=b&c={\"tenant_id\": \"other\"}", "[section]\nkey = 1", "--boundary\r\n", "plain", "\u{89}PNG"]
    {
        assert_eq!(other(body), Ok(()), "{body}");
    }
    let array = binding(&["/0/tenant_id"], OverLimit::Refuse);
    assert_eq!(outcome(&array, BodyKind::Other, br#"[{"tenant_id": "other"}]"#, 5), MISMATCH);
}

#[test]
fn keys_match_as_java_ignores_case() {
    for key in ["tenant_\u{131}d", "TENANT_\u{130}D", r"tenant_\u0131d"] {
        assert_eq!(json(&format!(r#"{{"{key}": "other"}}"#)), MISMATCH, "{key}");
    }
}

#[test]
fn grpc_passes_at_its_first_byte_and_nothing_else_passes_for_it() {
    let config = ordinary();
    for message in [&b"\0\0\0\0\x7b{"[..], b"\0\0\0\0\x02", b"\x01{", b"AAAAAAA="] {
        let mut binder = Binder::new(&config, "acme:prod", BodyKind::Grpc).expect("the policy binds bodies");
        assert_eq!(binder.push(&message[..1]), Progress::Pass, "{}", message.escape_ascii());
        assert_eq!(bind(BodyKind::Grpc, message), Ok(()), "{}", message.escape_ascii());
    }
    assert_eq!(bind(BodyKind::Grpc, ""), Ok(()));
    assert_eq!(bind(BodyKind::Grpc, r#" {"tenant_id": "other"}"#), MISMATCH);
    assert_eq!(bind(BodyKind::Grpc, r#"{"tenant_id": "acme:prod"}"#), Ok(()));
}

#[test]
fn the_limit_is_exact() {
    let fill = |length: usize, id: &str| {
        let empty = format!(r#"{{"tenant_id": "{id}", "fill": ""}}"#).len();
        format!(r#"{{"tenant_id": "{id}", "fill": "{}"}}"#, "x".repeat(length - empty))
    };
    let limit = LIMIT as usize;
    let (refuse, pass) = (ordinary(), binding(&["/tenant_id"], OverLimit::Pass));
    for size in [1, 1000, usize::MAX] {
        let outcome = |config: &Config, length, id| outcome(config, BodyKind::Json, fill(length, id).as_bytes(), size);
        assert_eq!(outcome(&refuse, limit, "acme:prod"), Ok(()));
        assert_eq!(outcome(&refuse, limit + 1, "acme:prod"), Err(Code::BodyTooLarge));
        assert_eq!(outcome(&pass, limit + 1, "acme:prod"), Ok(()));
        assert_eq!(outcome(&pass, limit + 1, "other"), MISMATCH);
    }
}

#[test]
fn an_answer_stays() {
    let config = ordinary();
    let mut binder = Binder::new(&config, "acme:prod", BodyKind::Json).expect("the policy binds bodies");
    assert_eq!(binder.push(br#"{"tenant_id": "other","#), Progress::Refuse(Code::TenantMismatch));
    assert_eq!(binder.push(br#""tenant_id": "acme:prod"}"#), Progress::Refuse(Code::TenantMismatch));
    assert_eq!(binder.finish(), MISMATCH);
    assert!(Binder::new(&gateway(|_| {}), "acme:prod", BodyKind::Json).is_none());
}
