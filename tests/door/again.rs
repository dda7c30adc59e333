//! What is sent again, and what is not.

use crate::seen::{Seen, seen, served};
use tenantry_tests::door::abrupt::Abrupt;
use tenantry_tests::door::{BALANCERS, HOST, World};
use tenantry_tests::envoy::client::Request;

const FAILOVER: (&str, &str) = ("tenant_a: {cluster: us}", "tenant_a: {cluster: us, failover: [eu]}");

/// A gateway that took a request and broke off may have begun to work on it: at most what may be repeated (RFC 9110, section
/// 9.2.2) is sent to the next cluster, and nothing to the same one.
#[test]
fn what_may_have_been_begun_is_not_sent_again() {
    let mut world = World::start(&[FAILOVER]);
    world.cluster_mut("us").stop();
    let certificate = world.authorities().tls("us", &[HOST]).public;
    let guard = world.runtime().enter();
    let abrupt = Abrupt::start(world.cluster("us").address(), &certificate);
    drop(guard);
    let unavailable = Seen::Door(503, "cluster-unavailable".to_owned());
    for balancer in BALANCERS {
        let body = Request::new("POST", HOST, "/api").json(r#"{"tenant_id":"tenant_a"}"#);
        for (what, request) in [
            ("a POST", body),
            ("a POST without a body", Request::new("POST", HOST, "/api").header("Content-Length", "0")),
            ("a PATCH", Request::new("PATCH", HOST, "/api").header("Content-Length", "0")),
        ] {
            // A fresh one, which has not given the cluster up yet.
            let _door = world.door(balancer);
            let before = abrupt.requests().len();
            let request = request.header("X-Tenant-ID", "tenant_a").header("x-load-id", format!("{balancer:?} {what}"));
            let answer = world.client().send(&request);
            let answer = answer.unwrap_or_else(|error| panic!("{balancer:?}, {what}: {error}"));
            assert_eq!(seen(&answer), unavailable, "{balancer:?}, {what}");
            assert_eq!(abrupt.requests().len(), before + 1, "{balancer:?}, {what}: {:?}", abrupt.requests());
            assert!(world.ledger().arrivals(&format!("{balancer:?} {what}")).is_empty(), "{balancer:?}, {what}");
        }
        let get = Request::get(HOST, "/search");
        let put = Request::new("PUT", HOST, "/api").json("{}");
        for (what, request) in [("a GET", get), ("a PUT", put)] {
            let _door = world.door(balancer);
            let before = abrupt.requests().len();
            let answer = world.client().send(&request.header("X-Tenant-ID", "tenant_a"));
            let answer = seen(&answer.unwrap_or_else(|error| panic!("{balancer:?}, {what}: {error}")));
            assert!(answer == served("eu") || answer == unavailable, "{balancer:?}, {what}: {answer:?}");
            assert_eq!(abrupt.requests().len(), before + 1, "{balancer:?}, {what}: {:?}", abrupt.requests());
        }
    }
}
