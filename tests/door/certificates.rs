//! A front door sends nothing to a cluster that cannot prove who it is.

use crate::seen::{Seen, seen, served};
use tenantry_tests::door::{BALANCERS, HOST, World};
use tenantry_tests::envoy::client::Request;
use tenantry_tests::envoy::identity::Authority;

#[test]
fn a_cluster_has_to_prove_its_name() {
    let stranger = Authority::generate();
    let mut world = World::start(&[]);
    let own = world.authorities().tls("us", &[HOST]).public;
    let other_host = world.authorities().public.server_certificate(&["other.example.com"]);
    let expired = world.authorities().public.expired_certificate(&[HOST]);
    let strange = stranger.server_certificate(&[HOST]);
    for (what, certificate, proves) in [
        ("its own", own.clone(), true),
        ("one for another host", other_host, false),
        ("one that has expired", expired, false),
        ("a stranger's", strange, false),
        ("its own again", own, true),
    ] {
        world.cluster_mut("us").present(&certificate);
        for balancer in BALANCERS {
            let _door = world.door(balancer);
            let request = |tenant: &str| Request::new("POST", HOST, "/api").header("X-Tenant-ID", tenant).json("{}");
            let expected = match proves {
                true => served("us"),
                false => Seen::Door(503, "cluster-unavailable".to_owned()),
            };
            let answer = world.client().send(&request("tenant_a")).expect("an answer");
            assert_eq!(seen(&answer), expected, "{balancer:?}, {what}");
            let answer = world.client().send(&request("tenant_b")).expect("an answer");
            assert_eq!(seen(&answer), served("eu"), "{balancer:?}, {what}: the other cluster");
        }
        assert!(proves || world.cluster("us").entries().is_empty(), "{what}: something was sent");
    }
}
