//! Timeouts, retries and circuit breakers of the policy, as Envoy keeps them.

use crate::fixture::{HOST, policy};
use std::time::Instant;
use tenantry_tests::envoy::VERSIONS;
use tenantry_tests::envoy::client::Request;
use tenantry_tests::envoy::mesh::Mesh;

fn resilient() -> String {
    policy("elsewhere: forward").replace("methods: [GET, HEAD]", "methods: [GET, POST]").replace(
        "reports: {port: 8080, callers: [ingress]}",
        "reports:\n    port: 8080\n    callers: [ingress]\n    timeout: 2s\n    \
         retries: {attempts: 2, perTry: 500ms, on: [5xx, connect-failure]}\n    \
         circuitBreaker: {requests: 1, eject: {after5xx: 100, interval: 30s, for: 30s, most: 50%, minHealth: 40%}}",
    )
}

fn report(method: &str, header: &str, value: &str) -> Request {
    Request::new(method, HOST, "/reports").header("X-Tenant-ID", "alpha").header(header, value)
}

#[test]
fn only_what_may_be_sent_twice_is_retried() {
    for version in VERSIONS {
        let mesh = Mesh::start(version, &resilient());
        assert_eq!(mesh.send("us", &report("GET", "x-echo-status", "503")).status, 503);
        assert_eq!(mesh.upstream_requests(), 3, "Envoy {version}: one try and two more");
        assert_eq!(mesh.send("us", &report("POST", "x-echo-status", "503")).status, 503);
        assert_eq!(mesh.upstream_requests(), 4, "Envoy {version}: a POST is tried once");
    }
}

#[test]
fn a_slow_service_is_given_up() {
    for version in VERSIONS {
        let mesh = Mesh::start(version, &resilient());
        let started = Instant::now();
        assert_eq!(mesh.send("us", &report("POST", "x-echo-delay", "30000")).status, 504, "Envoy {version}");
        assert!(started.elapsed().as_secs() < 10, "Envoy {version} waited for {:?}", started.elapsed());
    }
}

#[test]
fn a_full_service_is_not_overrun() {
    let mesh = Mesh::start(VERSIONS[1], &resilient());
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let slow = || mesh.send("us", &report("POST", "x-echo-delay", "400")).status;
        let senders: Vec<_> = (0..8).map(|_| scope.spawn(slow)).collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert!(statuses.contains(&200) && statuses.contains(&503), "{statuses:?}");
    let answered = statuses.iter().filter(|&&status| status == 200).count() as u64;
    assert_eq!(mesh.upstream_requests(), answered, "what is over the limit never reaches the service");
}
