//! Floods: every request gets its own right answer, and nothing grows with what clients make up.

use crate::fixture::{HOST, policy, search};
use std::fmt::Write as _;
use tenantry_tests::envoy::client::{Connection, Request};
use tenantry_tests::envoy::mesh::Mesh;
use tenantry_tests::envoy::{LATEST, VERSIONS};

#[test]
fn many_clients_at_once_each_get_their_own_answer() {
    for version in VERSIONS {
        let mesh = Mesh::with_workers(version, &policy("elsewhere: refuse"), 4);
        let address = mesh.address("us");
        std::thread::scope(|scope| {
            for client in 0..48 {
                scope.spawn(move || {
                    let mut connection = Connection::open(address).unwrap();
                    for round in 0..40 {
                        let (request, status) = match (client + round) % 5 {
                            0 => (search("alpha"), 200),
                            1 => (search(&format!("made-up-{client}-{round}")), 400),
                            2 => (search(&format!("made_up_{client}_{round}")), 403),
                            3 => (search("alpha").header("X-Tenant-ID", "beta"), 400),
                            _ => (search("gamma"), 421),
                        };
                        let answer = connection.send(&request).unwrap();
                        assert_eq!(answer.status, status, "Envoy {version} on {request:?}");
                        // Envoy ends the connection with every 400.
                        if answer.header("connection") == Some("close") {
                            connection = Connection::open(address).unwrap();
                        }
                    }
                });
            }
        });
        assert_eq!(mesh.upstream_requests(), 48 * 8, "Envoy {version}");
    }
}

#[test]
fn made_up_tenants_leave_no_trace_in_memory_or_metrics() {
    let mesh = Mesh::start(LATEST, &policy("elsewhere: refuse"));
    let mut connection = Connection::open(mesh.address("us")).unwrap();
    let mut send = |round: u32| {
        let answer = connection.send(&search(&format!("nobody_{round}")).header(format!("x-made-up-{round}"), "1"));
        assert_eq!(answer.unwrap().status, 403);
    };
    (0..500).for_each(&mut send);
    let before = mesh.stats("us");
    (500..5000).for_each(&mut send);
    let after = mesh.stats("us");
    let names = |stats: &tenantry_tests::envoy::Stats| stats.names().filter(|name| name.contains("tenantry")).count();
    assert_eq!(names(&after), names(&before), "a metric for a tenant that does not exist");
    let grown = after.get("server.memory_allocated").saturating_sub(before.get("server.memory_allocated"));
    assert!(grown < 4 << 20, "{grown} bytes more after 4,500 requests");
}

#[test]
fn tenants_over_the_limit_share_their_metrics() {
    let tenants: String = (0..300).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "  t{number}: {{cluster: us}}");
        text
    });
    let policy = policy("elsewhere: refuse").replace("tenants:\n  alpha:", &format!("tenants:\n{tenants}  alpha:"));
    let mesh = Mesh::with_workers(LATEST, &policy, 1);
    let mut connection = Connection::open(mesh.address("us")).unwrap();
    for number in 0..300 {
        assert_eq!(connection.send(&search(&format!("t{number}"))).unwrap().status, 200);
    }
    let page = mesh.admin("us", "/stats/prometheus?filter=tenantry_requests_total");
    let own = page.lines().filter(|line| line.contains("tenantry_tenant=\"t")).count();
    assert!((1..=100).contains(&own), "{own} tenants have metrics of their own");
    assert!(page.contains("tenantry_tenant=\"other\"} 200"), "{page}");
}

#[test]
fn huge_and_countless_headers_are_refused() {
    for version in VERSIONS {
        let mesh = Mesh::start(version, &policy("elsewhere: refuse"));
        let status = |request: &Request| mesh.send("us", request).status;
        assert_eq!(status(&search("alpha").header("x-large", "x".repeat(100_000))), 431, "Envoy {version}");
        let many = (0..200).fold(search("alpha"), |request, number| request.header(format!("x-{number}"), "1"));
        assert_eq!(status(&many), 431, "Envoy {version}");
        let stamps = (0..90).fold(search("alpha"), |request, n| request.header(format!("x-tenantry-{n}"), "1"));
        let seen = mesh.see("us", &stamps);
        assert!(
            seen.echo.is_none_or(|echo| echo
                .headers
                .iter()
                .all(|(name, _)| { !name.starts_with("x-tenantry-") || name == "x-tenantry-track" })),
            "Envoy {version}"
        );
        assert_eq!(
            status(&Request::get(HOST, format!("/search/{}", "x".repeat(50_000))).header("X-Tenant-ID", "alpha")),
            200
        );
    }
}
