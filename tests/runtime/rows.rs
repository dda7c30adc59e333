//! What the filter enforces at the edge, row by row.

use crate::policy::{gateway, get, search, start};
use tenantry_tests::host::{Outcome, Request};

#[track_caller]
fn refused(request: &Request, status: u32, code: &str) -> Outcome {
    let outcome = start(&gateway()).request(request);
    assert_eq!((outcome.status(), outcome.code().as_deref()), (status, Some(code)), "{:?}", outcome.reply);
    let reply = outcome.reply.as_ref().expect("a refusal");
    assert_eq!(reply.headers.one("content-type"), Some("application/problem+json"));
    assert_eq!(reply.headers.one("cache-control"), Some("no-store"));
    assert_eq!(reply.details, code);
    assert!(!outcome.completed);
    outcome
}

#[test]
fn allows_a_known_tenant_and_stamps_it() {
    let outcome = start(&gateway()).request(&search("tenant_a"));
    assert!(outcome.passed());
    for (stamp, value) in [("x-tenant-id", "tenant_a"), ("x-tenantry-cluster", "us"), ("x-tenantry-tier", "gold")] {
        assert_eq!(outcome.headers.one(stamp), Some(value));
    }
}

#[test]
fn missing() {
    refused(&get("/search"), 400, "tenant-missing");
}

#[test]
fn ambiguous() {
    refused(&search("tenant_a").header("x-tenant-id", "tenant_a"), 400, "tenant-ambiguous");
    refused(&search("tenant_a").header("X-Tenant-ID", "tenant_b"), 400, "tenant-ambiguous");
    refused(&search("tenant_a,tenant_b"), 400, "tenant-ambiguous");
    refused(&search("tenant_a, tenant_a"), 400, "tenant-ambiguous");
}

#[test]
fn malformed() {
    for id in ["", "../etc", "a b", "tenant_a\u{e9}", "a:b:c", ":", "__system", "tenant_a;x", &"x".repeat(129)] {
        refused(&search(id), 400, "tenant-malformed");
    }
    refused(&get("/search").header("x-tenant-id", b"tenant\xff"), 400, "tenant-malformed");
    refused(&get("/search").header("x_tenant_id", "tenant_a"), 400, "tenant-malformed");
    refused(&search("tenant_a").header("x_tenant_id", "tenant_a"), 400, "tenant-malformed");
}

#[test]
fn unknown() {
    refused(&search("nobody"), 403, "tenant-unknown");
    refused(&search("Tenant_A"), 403, "tenant-unknown");
}

#[test]
fn suspended() {
    refused(&search("closed"), 403, "tenant-suspended");
}

#[test]
fn routes() {
    let admin = |tenant| get("/admin/users").header("x-tenant-id", tenant);
    refused(&admin("tenant_a"), 403, "route-forbidden");
    refused(&get("/searchx").header("x-tenant-id", "tenant_a"), 404, "route-unknown");
    assert!(start(&gateway()).request(&admin("acme:production")).passed());
}

#[test]
fn paths_and_hosts() {
    for path in ["/search/../admin", "/search//x", "/search/%2e%2e/admin", "/search%2fx", "/search/%00", "search"] {
        refused(&get(path).header("x-tenant-id", "tenant_a"), 400, "path-malformed");
    }
    let elsewhere = Request::new("GET", "evil.example.com", "/search").header("x-tenant-id", "tenant_a");
    refused(&elsewhere, 404, "host-unknown");
}

/// An exempt path needs no tenant, and carries none on.
#[test]
fn exempt() {
    let mut vm = start(&gateway());
    let outcome = vm.request(&get("/health").header("x-tenant-id", "tenant_a").header("x-tenantry-tier", "gold"));
    assert!(outcome.passed());
    assert!(outcome.headers.iter().all(|(name, _)| !name.starts_with(b"x-tenant")), "{:?}", outcome.headers);
    assert_eq!(vm.request(&get("/healthz")).code().as_deref(), Some("tenant-missing"));
}

/// A refusal names the request, as the proxy numbers it, and nothing that the client chose.
#[test]
fn answers_echo_nothing() {
    let id = "5e0b6c64-7f5b-4a87-8b3f-0d9d2a7f1c11";
    let outcome = refused(&search("nobody").header("x-request-id", id), 403, "tenant-unknown");
    let body = String::from_utf8(outcome.reply.expect("a refusal").body).expect("UTF-8");
    assert!(body.contains(id) && !body.contains("nobody"), "{body}");

    let outcome = refused(&search("<script>").header("x-request-id", "<b>hi</b>"), 400, "tenant-malformed");
    let body = String::from_utf8(outcome.reply.expect("a refusal").body).expect("UTF-8");
    assert!(!body.contains('<'), "{body}");
}
