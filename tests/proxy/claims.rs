//! Verified tokens: real `jwt_authn` in front of the filter, with tokens signed by the test.

use crate::fixture::{HOST, policy, search};
use serde_json::json;
use tenantry::try_::token::Issuer;
use tenantry_tests::envoy::VERSIONS;
use tenantry_tests::envoy::client::Request;
use tenantry_tests::envoy::mesh::Mesh;

const ISSUER: &str = "https://id.example.com";

fn with_token(required: bool) -> String {
    policy(&format!(
        "elsewhere: forward\ntoken: {{issuer: {ISSUER}, jwks: {ISSUER}/keys, claim: [org, tenant], required: {required}}}"
    ))
}

fn bearer(request: Request, token: &str) -> Request {
    request.header("Authorization", format!("Bearer {token}"))
}

fn outcome(mesh: &Mesh, request: &Request) -> (u16, Option<String>) {
    let seen = mesh.see("us", request);
    (seen.status, seen.code)
}

#[test]
fn a_required_token_has_to_be_there_and_agree() {
    for version in VERSIONS {
        let mesh = Mesh::start(version, &with_token(true));
        let check = |request: &Request| outcome(&mesh, request);
        let token = mesh.issuer().token("alpha");
        let code = |code: &str| Some(code.to_owned());
        assert_eq!(check(&bearer(search("alpha"), &token)), (200, None), "Envoy {version}");
        assert_eq!(check(&search("alpha")), (401, code("token-missing")), "Envoy {version}");
        assert_eq!(check(&bearer(search("beta"), &token)), (403, code("tenant-mismatch")), "Envoy {version}");
        // Nobody without a token of that name learns which tenants exist.
        assert_eq!(check(&search("nobody")), (401, code("token-missing")), "Envoy {version}");
        assert_eq!(check(&bearer(search("nobody"), &token)), (403, code("tenant-mismatch")), "Envoy {version}");
        let far = mesh.issuer().token("gamma");
        let seen = mesh.see("us", &bearer(search("gamma"), &far));
        assert_eq!((seen.verdict, seen.status), ("forward", 200), "the token goes along, and agrees there too");
    }
}

#[test]
fn only_a_token_that_verifies_counts() {
    for version in VERSIONS {
        let mesh = Mesh::start(version, &with_token(true));
        let issuer = mesh.issuer();
        let claim = json!({ "tenant": "alpha" });
        let later = 4_000_000_000_u64;
        let stranger = Issuer::new(ISSUER, None, &["org".into(), "tenant".into()]).unwrap();
        let bad = [
            stranger.token("alpha"),
            issuer.sign(&json!({ "iss": "https://evil.example.com", "exp": later, "org": claim })),
            issuer.sign(&json!({ "iss": ISSUER, "exp": 1_000_000_000, "org": claim })),
            unsigned(&json!({ "iss": ISSUER, "exp": later, "org": claim })),
            "not.a.token".to_owned(),
        ];
        for token in bad {
            let answer = mesh.send("us", &bearer(search("alpha"), &token));
            assert_eq!(answer.status, 401, "Envoy {version} on {token}: {}", answer.text());
        }
        // Verified, and without a claim that names one tenant.
        let odd = [json!({}), json!({ "tenant": "alpha" }), json!({ "org": "alpha" })];
        let odder = [json!({ "org": { "tenant": ["alpha"] } }), json!({ "org": { "tenant": 7 } })];
        for claims in odd.into_iter().chain(odder) {
            let mut claims = claims;
            claims["iss"] = ISSUER.into();
            claims["exp"] = later.into();
            let request = bearer(search("alpha"), &issuer.sign(&claims));
            let (status, code) = outcome(&mesh, &request);
            assert!(matches!(status, 401 | 403), "Envoy {version} on {claims}: {status}");
            assert!(code.is_some(), "Envoy {version} on {claims}");
        }
        assert_eq!(mesh.upstream_requests(), 0, "Envoy {version}");
    }
}

#[test]
fn no_header_passes_for_a_claim() {
    let mesh = Mesh::start(VERSIONS[1], &with_token(true));
    let payload = "eyJvcmciOnsidGVuYW50IjoiYmV0YSJ9fQ"; // {"org":{"tenant":"beta"}}
    let forged = search("beta")
        .header("x-jwt-payload", payload)
        .header("payload", payload)
        .header("sec-istio-auth-userinfo", payload)
        .header("x-jwt-claim-org-tenant", "beta")
        .header("org.tenant", "beta")
        .header("tenant", "beta");
    assert_eq!(outcome(&mesh, &forged), (401, Some("token-missing".to_owned())));
    let mine = mesh.issuer().token("alpha");
    assert_eq!(outcome(&mesh, &bearer(forged, &mine)), (403, Some("tenant-mismatch".to_owned())));
    assert_eq!(mesh.upstream_requests(), 0);
}

#[test]
fn an_optional_token_has_to_agree_where_it_is_there() {
    for version in VERSIONS {
        let mesh = Mesh::start(version, &with_token(false));
        let token = mesh.issuer().token("alpha");
        assert_eq!(outcome(&mesh, &search("alpha")), (200, None));
        assert_eq!(outcome(&mesh, &bearer(search("alpha"), &token)), (200, None));
        let mismatch = (403, Some("tenant-mismatch".to_owned()));
        assert_eq!(outcome(&mesh, &bearer(search("beta"), &token)), mismatch, "Envoy {version}");
    }
}

#[test]
fn a_preflight_carries_no_token_past_verification() {
    for version in VERSIONS {
        let mesh = Mesh::start(version, &with_token(false));
        // Envoy's `bypass_cors_preflight`, which Istio always sets, verifies nothing on such a request.
        let preflight = |target: &str| {
            let request = Request::new("OPTIONS", HOST, target).header("X-Tenant-ID", "alpha");
            request.header("Origin", "https://app.example.com").header("Access-Control-Request-Method", "POST")
        };
        assert_eq!(outcome(&mesh, &preflight("/search")), (200, None), "Envoy {version}");
        let before = mesh.upstream_requests();
        let missing = (401, Some("token-missing".to_owned()));
        let others = mesh.issuer().token("beta");
        for token in [others.as_str(), "not.a.token"] {
            assert_eq!(outcome(&mesh, &bearer(preflight("/search"), token)), missing, "Envoy {version} on {token}");
            let query = preflight(&format!("/search?access_token={token}"));
            assert_eq!(outcome(&mesh, &query), missing, "Envoy {version} on {token} in the query");
        }
        assert_eq!(mesh.upstream_requests(), before, "Envoy {version}");
    }
}

/// A token with `alg: none`.
fn unsigned(claims: &serde_json::Value) -> String {
    use base64::Engine as _;
    let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.", encode(r#"{"alg":"none","typ":"JWT"}"#), encode(&claims.to_string()))
}
