//! Each tenant lands in its cluster, and the request arrives as it was sent.

use crate::seen::{seen, served};
use serde_json::Value;
use tenantry_tests::door::{BALANCERS, HOST, World};
use tenantry_tests::envoy::client::{self, Request, Response};

/// Tenants of the policy and their clusters.
const HOMES: [(&str, &str); 4] = [("tenant_a", "us"), ("tenant_b", "eu"), ("acme_corp", "us"), ("globex_inc", "eu")];

fn search(tenant: &str) -> Request {
    Request::get(HOST, "/search").header("X-Tenant-ID", tenant)
}

#[test]
fn each_tenant_lands_in_its_cluster() {
    let world = World::start(&[]);
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        let mut kept = world.client().open().expect("a connection");
        for (tenant, cluster) in HOMES {
            let answer = world.client().send(&search(tenant)).expect("an answer");
            assert_eq!(seen(&answer), served(cluster), "{balancer:?}, {tenant}");
            let answer = kept.send(&search(tenant)).expect("an answer");
            assert_eq!(seen(&answer), served(cluster), "{balancer:?}, {tenant}, on a connection that is kept");
            let request = hyper::Request::get(format!("https://{HOST}/search")).header("x-tenant-id", tenant);
            let request = request.body(http_body_util::Full::default()).expect("a request");
            let answer = world.runtime().block_on(world.client().send_http2(request)).expect("an answer");
            assert_eq!(seen(&answer), served(cluster), "{balancer:?}, {tenant}, in HTTP/2");
            let post =
                Request::new("POST", HOST, "/api").header("X-Tenant-ID", tenant).chunks(["one ", "two ", "three"]);
            let answer = world.client().send(&post).expect("an answer");
            assert_eq!(seen(&answer), served(cluster), "{balancer:?}, {tenant}, a POST");
            assert_eq!(answer.json()["body_length"], 13, "{balancer:?}, {tenant}, a POST");
        }
    }
}

/// Ids that differ by case alone, ids that are words of a load balancer's own language, and ids within others.
#[test]
fn ids_are_compared_whole_and_to_the_letter() {
    let tenants = "tenants:\n  Tenant_A: {cluster: eu}\n  TENANT_A: {cluster: us, status: suspended}\n  \
                   default: {cluster: us}\n  include: {cluster: eu}\n  hostnames: {cluster: us}\n  volatile: {cluster: eu}\n  \
                   tenant: {cluster: eu}\n  \"tenant_a:b\": {cluster: eu}\n  \"a:tenant_a\": {cluster: eu}\n";
    let world = World::start(&[("tenants:\n  tenant_a", &format!("{tenants}  tenant_a"))]);
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        for (tenant, cluster) in [
            ("tenant_a", "us"),
            ("Tenant_A", "eu"),
            ("default", "us"),
            ("include", "eu"),
            ("hostnames", "us"),
            ("volatile", "eu"),
            ("tenant", "eu"),
            ("tenant_a:b", "eu"),
            ("a:tenant_a", "eu"),
        ] {
            let answer = world.client().send(&search(tenant)).expect("an answer");
            assert_eq!(seen(&answer), served(cluster), "{balancer:?}, {tenant}");
        }
        for (tenant, code) in
            [("TENANT_A", "tenant-suspended"), ("tENANT_A", "tenant-unknown"), ("DEFAULT", "tenant-unknown")]
        {
            let answer = world.client().send(&search(tenant)).expect("an answer");
            assert_eq!(seen(&answer), crate::seen::Seen::Door(403, code.to_owned()), "{balancer:?}, {tenant}");
        }
    }
}

/// What a request carries besides, and what its answer does.
#[test]
fn requests_and_answers_pass_as_they_are() {
    let world = World::start(&[]);
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        let request = Request::get(HOST, "/search?q=a%20b&c=%2Fd")
            .header("X-Tenant-ID", "tenant_b")
            .header("X-Forwarded-For", "192.0.2.7")
            .header("X-Forwarded-Proto", "gopher")
            .header("x-tenantry-cluster", "us")
            .header("x-tenantry-via", "eu")
            .header("x-echo-status", "502");
        let answer = world.client().send(&request).expect("an answer");
        assert_eq!(answer.status, 502, "{balancer:?}: a service's own answer passes: {}", answer.text());
        let echo = answer.json();
        assert_eq!(echo["path"], "/search?q=a%20b&c=%2Fd", "{balancer:?}");
        assert_eq!(values(&echo, "host"), [HOST], "{balancer:?}");
        assert_eq!(values(&echo, "x-tenant-id"), ["tenant_b"], "{balancer:?}");
        assert_eq!(values(&echo, "x-forwarded-proto"), ["https"], "{balancer:?}");
        // For a client on the same machine Envoy writes the machine's own address.
        let addresses = values(&echo, "x-forwarded-for").join(",");
        assert!(!addresses.contains("192.0.2.7") && !addresses.is_empty(), "{balancer:?}: {addresses}");
        assert_ne!(values(&echo, "x-tenantry-cluster"), ["us"], "{balancer:?}");
        assert_eq!(values(&echo, "x-tenantry-via"), Vec::<String>::new(), "{balancer:?}");
    }
}

/// Headers as large as gateways take, in both directions.
#[test]
fn large_headers_pass() {
    const SIZE: usize = 40 * 1024;
    let world = World::start(&[]);
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        let request = search("tenant_b").header("x-large", "x".repeat(SIZE)).header("x-echo-header", SIZE.to_string());
        let answer = world.client().send(&request).expect("an answer");
        assert_eq!(seen(&answer), served("eu"), "{balancer:?}");
        assert_eq!(values(&answer.json(), "x-large")[0].len(), SIZE, "{balancer:?}");
        assert_eq!(answer.header("x-large").map(str::len), Some(SIZE), "{balancer:?}");
    }
}

/// A request that names two hosts is read in one way by everybody, or refused.
#[test]
fn a_request_with_two_hosts_has_one() {
    let world = World::start(&[]);
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        for (target, host) in [(HOST, "other.example.com"), ("other.example.com", HOST), (HOST, HOST)] {
            let request = Request::get(host, format!("https://{target}/search")).header("X-Tenant-ID", "tenant_b");
            let answer = world.client().send(&request).expect("an answer");
            if seen(&answer) == served("eu") {
                assert_eq!(values(&answer.json(), "host"), [HOST], "{balancer:?}, {target}, {host}");
            } else {
                assert!(matches!(answer.status, 400 | 404), "{balancer:?}, {target}, {host}: {answer:?}");
                assert_ne!(target, host, "{balancer:?}");
            }
        }
    }
}

/// Exempt paths need no tenant, and any cluster answers; nothing but the very path is exempt.
#[test]
fn exempt_paths() {
    let world = World::start(&[]);
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        let get = |path: &str| world.client().send(&Request::get(HOST, path)).expect("an answer");
        for tenant in [None, Some("tenant_a"), Some("nobody"), Some("a,b")] {
            let mut request = Request::get(HOST, "/health");
            if let Some(tenant) = tenant {
                request = request.header("X-Tenant-ID", tenant);
            }
            let answer = world.client().send(&request).expect("an answer");
            assert_eq!(answer.status, 200, "{balancer:?}, {tenant:?}: {}", answer.text());
            assert_eq!(values(&answer.json(), "x-tenant-id"), Vec::<String>::new(), "{balancer:?}, {tenant:?}");
        }
        for path in ["/healthz", "/Health", "/health/x", "/health/../search"] {
            assert_eq!(
                seen(&get(path)),
                crate::seen::Seen::Door(400, "tenant-missing".to_owned()),
                "{balancer:?}, {path}"
            );
        }
    }
}

/// Plain HTTP only sends to HTTPS, and other hosts are not served.
#[test]
fn hosts_and_plain_http() {
    let world = World::start(&[]);
    let refused = |response: &Response| (response.status, response.json()["code"] == "host-unknown");
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        let plain = |host: &str| client::send(world.http(), &Request::get(host, "/search?q=1")).expect("an answer");
        let answer = plain(HOST);
        let location = format!("https://{HOST}:{}/search?q=1", world.https().port());
        assert_eq!((answer.status, answer.header("location")), (308, Some(location.as_str())), "{balancer:?}");
        assert_eq!(refused(&plain("other.example.com")), (404, true), "{balancer:?}");
        for host in ["other.example.com", "api.cogniverse.com.example.com", "127.0.0.1"] {
            let answer = world.client().send(&Request::get(host, "/search").header("X-Tenant-ID", "tenant_a"));
            assert_eq!(refused(&answer.expect("an answer")), (404, true), "{balancer:?}, {host}");
        }
        // What decides is the host that is asked for, not the server name of the connection.
        let other = world.client().asking_for("other.example.com");
        let unknown = other.send(&Request::get("other.example.com", "/search").header("X-Tenant-ID", "tenant_a"));
        assert!(unknown.is_err() || unknown.is_ok_and(|answer| answer.status == 404), "{balancer:?}");
        if let Ok(answer) = other.send(&search("tenant_b")) {
            assert_eq!(seen(&answer), served("eu"), "{balancer:?}");
        }
    }
}

/// The values of a header that reached a service.
fn values(echo: &Value, name: &str) -> Vec<String> {
    let headers: Vec<(String, String)> = serde_json::from_value(echo["headers"].clone()).expect("an echo");
    headers.into_iter().filter(|(it, _)| it == name).map(|(_, value)| value).collect()
}
