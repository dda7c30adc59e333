//! The verified claim, from jwt_authn's dynamic metadata.

use crate::policy::{gateway_with, search, start};
use serde_json::{Value, json};
use tenantry_tests::host::{Outcome, Request};

fn request(required: bool, claim: &[&str], request: &Request) -> Outcome {
    let config = gateway_with(|config| config["token"] = json!({"claim": claim, "required": required}));
    start(&config).request(request)
}

fn code(claims: Value) -> Option<String> {
    request(true, &["tenant_id"], &search("tenant_a").claims(claims)).code()
}

#[test]
fn agrees() {
    assert!(request(true, &["tenant_id"], &search("tenant_a").claims(json!({"tenant_id": "tenant_a"}))).passed());
    let nested = search("tenant_a").claims(json!({"https://example.com/org": {"tenant.id": "tenant_a"}}));
    assert!(request(true, &["https://example.com/org", "tenant.id"], &nested).passed());
}

#[test]
fn disagrees() {
    for claim in
        [json!("tenant_b"), json!(["tenant_a"]), json!(["tenant_a", "tenant_b"]), json!(7), json!(true), json!("")]
    {
        assert_eq!(code(json!({"tenant_id": claim})).as_deref(), Some("tenant-mismatch"), "{claim}");
    }
}

#[test]
fn absent() {
    let outcome = request(true, &["tenant_id"], &search("tenant_a"));
    assert_eq!((outcome.status(), outcome.code().as_deref()), (401, Some("token-missing")));
    assert_eq!(outcome.reply.expect("a refusal").headers.one("www-authenticate"), Some("Bearer"));
    assert_eq!(code(json!({"sub": "somebody"})).as_deref(), Some("token-missing"));
    assert_eq!(code(json!({"tenant_id": null})).as_deref(), Some("token-missing"));
    assert!(request(false, &["tenant_id"], &search("tenant_a")).passed());
}

/// Nobody without a token learns which tenants exist.
#[test]
fn comes_before_the_table() {
    assert_eq!(request(true, &["tenant_id"], &search("nobody")).code().as_deref(), Some("token-missing"));
}

/// A claim in a header that a client can send means nothing.
#[test]
fn is_no_header() {
    let forged = search("tenant_a")
        .header("authorization", "Bearer e30.eyJ0ZW5hbnRfaWQiOiJ0ZW5hbnRfYSJ9.")
        .header("tenant_id", "tenant_a");
    assert_eq!(request(true, &["tenant_id"], &forged).code().as_deref(), Some("token-missing"));
}
