//! Each attack is refused by the first party that can see it.

use crate::seen::{Seen, seen, served};
use tenantry_tests::door::{BALANCERS, HOST, World};
use tenantry_tests::envoy::client::Request;

/// A request for `/search` with these header lines.
fn request(headers: &[(&str, &str)]) -> Request {
    headers.iter().fold(Request::get(HOST, "/search"), |request, (name, value)| request.header(*name, *value))
}

fn door(status: u16, code: &str) -> Seen {
    Seen::Door(status, code.to_owned())
}

#[test]
fn the_front_door_refuses_what_it_sees() {
    let world = World::start(&[]);
    let long = "a".repeat(129);
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        for (headers, status, code) in [
            (vec![], 400, "tenant-missing"),
            (vec![("X-Tenant-ID", "nobody")], 403, "tenant-unknown"),
            (vec![("X-Tenant-ID", "tenant_a_b")], 403, "tenant-unknown"),
            (vec![("X-Tenant-ID", "enant_a")], 403, "tenant-unknown"),
            (vec![("X-Tenant-ID", "Tenant_A")], 403, "tenant-unknown"),
            (vec![("X-Tenant-ID", "initech")], 403, "tenant-suspended"),
            (vec![("X-Tenant-ID", "tenant-a")], 400, "tenant-malformed"),
            (vec![("X-Tenant-ID", "tenant_a:b:c")], 400, "tenant-malformed"),
            (vec![("X-Tenant-ID", "__proto__")], 400, "tenant-malformed"),
            (vec![("X-Tenant-ID", "tenant_a tenant_b")], 400, "tenant-malformed"),
            (vec![("X-Tenant-ID", "tenant_\u{430}")], 400, "tenant-malformed"),
            (vec![("X-Tenant-ID", "../us")], 400, "tenant-malformed"),
            (vec![("X-Tenant-ID", "$http_host")], 400, "tenant-malformed"),
            (vec![("X-Tenant-ID", long.as_str())], 400, "tenant-malformed"),
            (vec![("X-Tenant-ID", "tenant_a,tenant_b")], 400, "tenant-ambiguous"),
            (vec![("X-Tenant-ID", "tenant_a, tenant_a")], 400, "tenant-ambiguous"),
            (vec![("X-Tenant-ID", "tenant_a,")], 400, "tenant-ambiguous"),
            (vec![("X_Tenant_ID", "tenant_a"), ("x-tenantry-cluster", "us")], 400, "tenant-missing"),
        ] {
            let answer = world.client().send(&request(&headers)).expect("an answer");
            let refused = seen(&answer);
            // A look-alike alone is malformed where the front door can tell it from none.
            let malformed =
                headers[..].iter().any(|(name, _)| name.contains('_')) && refused == door(400, "tenant-malformed");
            assert!(refused == door(status, code) || malformed, "{balancer:?}, {headers:?}: {refused:?}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{balancer:?}, {headers:?}");
            assert!(!answer.text().contains(headers.first().map_or("?", |(_, value)| value)), "{balancer:?}: an echo");
        }
        assert!(world.ledger().is_empty());
        for cluster in ["us", "eu"] {
            // Some front doors ask whether it works.
            let entries = world.cluster(cluster).entries();
            let heard = entries.iter().find(|entry| entry.path.as_deref() != Some("/health"));
            assert_eq!(heard.map(|entry| &entry.decision), None, "{balancer:?}: {cluster} heard of it");
        }
    }
}

/// Two headers reach the gateway as two, where the front door cannot see it.
#[test]
fn two_tenant_headers_are_refused() {
    let world = World::start(&[]);
    for balancer in BALANCERS {
        let front = world.door(balancer);
        for second in ["tenant_a", "tenant_b", "nobody", "initech", ""] {
            for [first, second] in [["tenant_a", second], [second, "tenant_a"]] {
                let answer = world.client().send(&request(&[("X-Tenant-ID", first), ("x-tenant-id", second)]));
                let refused = seen(&answer.expect("an answer"));
                let ambiguous = (400, "tenant-ambiguous".to_owned());
                let expected = if front.sees_duplicates() {
                    vec![Seen::Door(ambiguous.0, ambiguous.1)]
                } else {
                    // What is first may be refused for itself.
                    let alone = match first {
                        "" => Some(door(400, "tenant-missing")),
                        "nobody" => Some(door(403, "tenant-unknown")),
                        "initech" => Some(door(403, "tenant-suspended")),
                        _ => None,
                    };
                    vec![alone.unwrap_or(Seen::Gateway(ambiguous.0, ambiguous.1))]
                };
                assert!(expected.contains(&refused), "{balancer:?}, `{first}` and `{second}`: {refused:?}");
            }
        }
    }
}

/// The same in HTTP/2.
#[test]
fn two_tenant_headers_are_refused_in_http2() {
    let world = World::start(&[]);
    for balancer in BALANCERS {
        let front = world.door(balancer);
        for second in ["tenant_a", "tenant_b"] {
            let request = hyper::Request::get(format!("https://{HOST}/search"));
            let request = request.header("x-tenant-id", "tenant_a").header("x-tenant-id", second);
            let request = request.body(http_body_util::Full::default()).expect("a request");
            let answer = world.runtime().block_on(world.client().send_http2(request)).expect("an answer");
            let ambiguous = if front.sees_duplicates() { Seen::Door } else { Seen::Gateway };
            assert_eq!(seen(&answer), ambiguous(400, "tenant-ambiguous".to_owned()), "{balancer:?}, {second}");
        }
    }
}

/// A look-alike beside the real header changes nothing, or is refused.
#[test]
fn look_alikes_never_pass() {
    let world = World::start(&[]);
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        for name in ["X_Tenant_ID", "X-Tenant_ID", "x_tenant-id", "X.Tenant.ID"] {
            let answer = world.client().send(&request(&[("X-Tenant-ID", "tenant_b"), (name, "tenant_a")]));
            let answer = answer.expect("an answer");
            match seen(&answer) {
                Seen::Served(cluster) => {
                    assert_eq!(cluster, "eu", "{balancer:?}, {name}");
                    assert!(!answer.text().contains("tenant_a"), "{balancer:?}, {name}: {}", answer.text());
                }
                Seen::Door(400, code) | Seen::Gateway(400, code) => {
                    assert_eq!(code, "tenant-malformed", "{balancer:?}, {name}")
                }
                other => panic!("{balancer:?}, {name}: {other:?}"),
            }
        }
    }
}

/// Requests that two parties could read differently.
#[test]
fn smuggled_requests_come_to_nothing() {
    let world = World::start(&[]);
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        for lines in [
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "X-Tenant-ID : tenant_b\r\n",
            " X-Tenant-ID: tenant_b\r\n",
            "Connection: keep-alive, X-Tenant-ID\r\n",
            "Trailer: X-Tenant-ID\r\n",
        ] {
            let mut connection = world.client().open().expect("a connection");
            let head = format!("POST /api HTTP/1.1\r\nHost: {HOST}\r\nX-Tenant-ID: tenant_a\r\n{lines}\r\n0\r\n\r\n");
            connection.write(head.as_bytes()).expect("sent");
            let Ok(answer) = connection.read(false) else { continue };
            match seen(&answer) {
                Seen::Served(cluster) => {
                    assert_eq!(served(&cluster), served("us"), "{balancer:?}, {lines:?}");
                    assert!(!answer.text().contains("tenant_b"), "{balancer:?}, {lines:?}: {}", answer.text());
                }
                other => assert!(answer.status >= 400, "{balancer:?}, {lines:?}: {other:?}"),
            }
        }
    }
}
