//! Every refusal of a gateway, on every version: status, code, a problem document, and nothing upstream.

use crate::fixture::{HOST, policy, search};
use tenantry_tests::envoy::VERSIONS;
use tenantry_tests::envoy::client::Request;
use tenantry_tests::envoy::mesh::Mesh;

fn cases() -> Vec<(Request, u16, &'static str)> {
    let bare = || Request::get(HOST, "/search");
    let at = |path: &str| Request::get(HOST, path).header("X-Tenant-ID", "alpha");
    vec![
        (bare(), 400, "tenant-missing"),
        (search(""), 400, "tenant-malformed"),
        (search("alpha").header("X-Tenant-ID", "beta"), 400, "tenant-ambiguous"),
        (search("alpha").header("x-tenant-id", "alpha"), 400, "tenant-ambiguous"),
        (search("alpha,beta"), 400, "tenant-ambiguous"),
        (search("alpha, alpha"), 400, "tenant-ambiguous"),
        (search("alpha;beta"), 400, "tenant-malformed"),
        (search("alpha beta"), 400, "tenant-malformed"),
        (search("__system"), 400, "tenant-malformed"),
        (search("a:b:c"), 400, "tenant-malformed"),
        (search(":production"), 400, "tenant-malformed"),
        (search("al\u{200b}pha"), 400, "tenant-malformed"),
        (bare().header("X-Tenant-ID", b"\xffalpha".to_vec()), 400, "tenant-malformed"),
        (search(&"a".repeat(129)), 400, "tenant-malformed"),
        (search("alpha").header("X_Tenant_ID", "beta"), 400, "tenant-malformed"),
        (search("alpha").header("x-tenant_id", "alpha"), 400, "tenant-malformed"),
        (bare().header("X_Tenant_ID", "alpha"), 400, "tenant-malformed"),
        (search("nobody"), 403, "tenant-unknown"),
        (search("Alpha"), 403, "tenant-unknown"),
        (search("acme:staging"), 403, "tenant-unknown"),
        (search("gone"), 403, "tenant-suspended"),
        (search("gamma"), 421, "tenant-elsewhere"),
        (at("/admin"), 403, "route-forbidden"),
        (at("/admin/users?x=1"), 403, "route-forbidden"),
        (at("/search/../admin"), 403, "route-forbidden"),
        (at("/search/..%2fadmin"), 403, "route-forbidden"),
        (at("/searches"), 404, "route-unknown"),
        (at("/"), 404, "route-unknown"),
        (Request::new("DELETE", HOST, "/reports/1").header("X-Tenant-ID", "alpha"), 404, "route-unknown"),
        (at("/search/%2e%2e;/admin"), 400, "path-malformed"),
        (at("/search/%0aadmin"), 400, "path-malformed"),
        (at("/search/%"), 400, "path-malformed"),
        (Request::get("other.example.com", "/search").header("X-Tenant-ID", "alpha"), 404, "host-unknown"),
        (Request::get("apps.example.com", "/search").header("X-Tenant-ID", "alpha"), 404, "host-unknown"),
        (Request::get(HOST, "/health/x"), 400, "tenant-missing"),
        (Request::get(HOST, "/healthz"), 400, "tenant-missing"),
    ]
}

#[test]
fn each_has_its_status_code_and_problem_document() {
    for version in VERSIONS {
        let mut mesh = Mesh::start(version, &policy("elsewhere: refuse"));
        for (request, status, code) in cases() {
            let answer = mesh.send("us", &request);
            let place = format!("Envoy {version}, {request:?}: {answer:?}");
            assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)), "{place}");
            assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{place}");
            assert_eq!(answer.json()["status"], status, "{place}");
            let decision = mesh.decision();
            assert_eq!(decision.entry.status, Some(status), "{place}");
            assert!(
                decision.entry.decision.as_deref().is_some_and(|said| said.ends_with(code)),
                "{place} {decision:?}"
            );
        }
        assert_eq!(mesh.upstream_requests(), 0, "Envoy {version} let a refused request through");
    }
}

#[test]
fn an_answer_holds_no_byte_of_the_clients_choosing() {
    let mesh = Mesh::start(VERSIONS[1], &policy("elsewhere: refuse"));
    let mark = "zqxjkv";
    let requests = [
        Request::get(HOST, format!("/{mark}")).header("X-Tenant-ID", "alpha"),
        search(mark),
        search(&format!("<{mark}>")),
        Request::get(mark, "/search").header("X-Tenant-ID", "alpha"),
        search("nobody").header("X-Request-ID", mark).header(mark, mark),
    ];
    for request in requests {
        let answer = mesh.send("us", &request);
        assert!(answer.status >= 400);
        let whole = format!("{:?} {}", answer.headers, answer.text());
        assert!(!whole.contains(mark), "{request:?} is echoed: {whole}");
    }
}

#[test]
fn the_answer_carries_the_request_id_of_the_proxy() {
    let mesh = Mesh::start(VERSIONS[2], &policy("elsewhere: refuse"));
    let answer = mesh.send("us", &search("nobody"));
    let id = answer.json()["requestId"].as_str().map(str::to_owned);
    assert!(id.is_some_and(|id| id.len() == 36), "{}", answer.text());
}
