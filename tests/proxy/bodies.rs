//! Body binding: however the JSON is cut and dressed, a refused request never reaches a service.

use crate::fixture::{policy, post};
use tenantry_tests::envoy::VERSIONS;
use tenantry_tests::envoy::client::{Body, Request};
use tenantry_tests::envoy::mesh::Mesh;

const LIMIT: usize = 16 * 1024;

fn binding(over_limit: &str) -> String {
    policy(&format!(
        "elsewhere: forward\nbody: {{pointers: [/tenant_id, /context/tenant_id], limit: 16Ki, overLimit: {over_limit}}}"
    ))
}

fn json(request: Request) -> Request {
    request.header("Content-Type", "application/json")
}

fn chunked(body: &str, size: usize) -> Request {
    json(post("alpha")).chunks(body.as_bytes().chunks(size).map(<[u8]>::to_vec))
}

#[test]
fn a_body_that_names_another_tenant_reaches_no_service() {
    let bodies = [
        r#"{"tenant_id": "beta"}"#,
        r#"{"q": [1, {"tenant_id": "alpha"}], "tenant_id": "beta"}"#,
        r#"{"context": {"x": {}, "tenant_id": "beta"}, "tenant_id": "alpha"}"#,
        r#"{"tenant_id": "alpha", "tenant_id": "beta"}"#,
        r#"{"tenant_id": "beta", "tenant_id": "alpha"}"#,
        r#"{"context": {"tenant_id": "alpha"}, "context": {"tenant_id": "beta"}}"#,
        r#"{"\u0074\u0065nant_id": "beta"}"#,
        r#"{"tenant_id": "\u0062eta"}"#,
        r#"{"TENANT_ID": "beta"}"#,
        "\u{feff}{\"tenant_id\": \"beta\"}",
    ];
    for version in VERSIONS {
        let mesh = Mesh::start(version, &binding("refuse"));
        for body in bodies {
            let whole = post("alpha").json(body);
            for request in [whole, chunked(body, 1), chunked(body, 7), chunked(body, 1000)] {
                let seen = mesh.see("us", &request);
                assert!(
                    matches!(seen.code.as_deref(), Some("tenant-mismatch" | "body-malformed")),
                    "Envoy {version} on {body}: {seen:?}"
                );
            }
        }
        assert_eq!(mesh.upstream_requests(), 0, "Envoy {version} let something of a refused request through");
    }
}

#[test]
fn malformed_encoded_and_large_bodies_reach_no_service() {
    let large = format!(r#"{{"pad": "{}", "tenant_id": "alpha"}}"#, "x".repeat(LIMIT));
    for version in VERSIONS {
        let mesh = Mesh::start(version, &binding("refuse"));
        let refused = |request: &Request, status: u16, code: &str| {
            let seen = mesh.see("us", request);
            assert_eq!((seen.status, seen.code.as_deref()), (status, Some(code)), "Envoy {version} on {request:?}");
        };
        refused(&post("alpha").json("{"), 400, "body-malformed");
        refused(&post("alpha").json(r#"{"tenant_id": 7}"#), 400, "body-malformed");
        refused(&post("alpha").json(r#"{"tenant_id": ["alpha"]}"#), 400, "body-malformed");
        refused(&post("alpha").json(r#"{"tenant_id": "alpha"} trailing"#), 400, "body-malformed");
        refused(&post("alpha").json(b"{\"tenant_id\": \"al\xffpha\"}".to_vec()), 400, "body-malformed");
        refused(
            &json(post("alpha")).header("Content-Encoding", "gzip").chunks([gzip(r#"{"tenant_id": "beta"}"#)]),
            415,
            "body-encoded",
        );
        refused(
            &post("alpha")
                .header("Content-Type", "application/json, text/plain")
                .header("Content-Encoding", "gzip")
                .chunks([gzip(r#"{"tenant_id": "beta"}"#)]),
            415,
            "body-encoded",
        );
        refused(&post("alpha").header("Content-Encoding", "identity, br").json("{}"), 415, "body-encoded");
        refused(&post("alpha").json(large.as_bytes()), 413, "body-too-large");
        refused(&chunked(&large, 4000), 413, "body-too-large");
        assert_eq!(mesh.upstream_requests(), 0, "Envoy {version}");
    }
}

#[test]
fn a_body_that_agrees_arrives_whole() {
    let padded = format!(r#"{{"pad": "{}", "tenant_id": "alpha"}}"#, "x".repeat(LIMIT - 100));
    let bodies = [
        r#"{"tenant_id": "alpha"}"#,
        r#"{"tenant_id": "\u0061lpha", "context": {"tenant_id": "alpha"}}"#,
        r#"{"nothing": "here"}"#,
        "[]",
        padded.as_str(),
    ];
    for version in VERSIONS {
        let mesh = Mesh::start(version, &binding("refuse"));
        for body in bodies {
            for request in [post("alpha").json(body), chunked(body, 1 + body.len() / 20)] {
                let seen = mesh.see("us", &request);
                let echo =
                    seen.echo.unwrap_or_else(|| panic!("Envoy {version} on {body}: {} {:?}", seen.status, seen.code));
                assert_eq!(echo.body_length, body.len(), "Envoy {version} on {body}");
            }
        }
        let plain = Request { body: Body::Sized(b"tenant_id=beta".to_vec()), ..post("alpha") };
        assert_eq!(mesh.see("us", &plain.header("Content-Type", "text/plain")).status, 200, "not JSON at all");
        assert_eq!(mesh.see("us", &json(post("alpha"))).status, 200, "no body at all");
    }
}

#[test]
fn a_large_body_passes_on_its_header_where_the_policy_says_so() {
    let large = format!(r#"{{"pad": "{}", "tenant_id": "beta"}}"#, "x".repeat(10 * LIMIT));
    for version in VERSIONS {
        let mesh = Mesh::start(version, &binding("pass"));
        for request in [post("alpha").json(large.as_bytes()), chunked(&large, 9000)] {
            let seen = mesh.see("us", &request);
            assert_eq!(seen.echo.map(|echo| echo.body_length), Some(large.len()), "Envoy {version}: {}", seen.status);
        }
        let early = format!(r#"{{"tenant_id": "beta", "pad": "{}"}}"#, "x".repeat(10 * LIMIT));
        assert_eq!(mesh.see("us", &post("alpha").json(early)).code.as_deref(), Some("tenant-mismatch"));
    }
}

fn gzip(text: &str) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}
