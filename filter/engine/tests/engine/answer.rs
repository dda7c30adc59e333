//! What refused and redirected clients get to read.

use tenantry_engine::code::Code;
use tenantry_engine::location::location;
use tenantry_engine::problem;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn a_problem_document_is_whole() {
    let body = problem::body(Code::TenantMissing, Some(b"2cb8b8a4-3f4b-4b51-9d3f-6e0a1c2b3d4e"));
    let expected = r#"{"type":"urn:tenantry:problem:tenant-missing","title":"The tenant header is missing.","status":400,"code":"tenant-missing","requestId":"2cb8b8a4-3f4b-4b51-9d3f-6e0a1c2b3d4e"}"#;
    assert_eq!(body, expected);
}

#[test]
fn a_problem_document_echoes_nothing() {
    let without = problem::body(Code::TenantUnknown, None);
    for id in [&b""[..], b"<script>", b"\"}", b"2cb8b8a4-3f4b-4b51-9d3f-6e0a1c2b3d4", b"\xff", &[b'-'; 36]] {
        assert_eq!(problem::body(Code::TenantUnknown, Some(id)), without);
    }
}

#[test]
fn every_code_is_distinct_and_has_an_error_status() {
    let names: std::collections::BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(names.len(), Code::ALL.len());
    for &code in Code::ALL {
        assert!((400..600).contains(&code.status()), "{code:?}");
        let document: serde_json::Value = serde_json::from_str(&problem::body(code, None)).expect("JSON");
        assert_eq!(document["status"], code.status());
    }
}

#[test]
fn a_redirect_keeps_path_and_query() {
    assert_eq!(
        location("eu.example.com:8443", b"/search?q=a%20b&r=[1]"),
        "https://eu.example.com:8443/search?q=a%20b&r=[1]"
    );
    assert_eq!(location("eu.example.com", b"/search?q=1#top"), "https://eu.example.com/search?q=1");
}

#[test]
fn a_redirect_cannot_be_split() {
    assert_eq!(
        location("eu.example.com", b"/a?b\r\nset-cookie: x\"<\xff"),
        "https://eu.example.com/a?b%0D%0Aset-cookie:%20x%22%3C%FF"
    );
}
