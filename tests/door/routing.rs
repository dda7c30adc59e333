//! Each tenant lands in its cluster.

use crate::seen::{seen, served};
use tenantry_tests::door::nginx::Nginx;
use tenantry_tests::door::{Balancer, HOST, World};
use tenantry_tests::envoy::client::Request;

/// Every front door that can be run here.
const BALANCERS: [&dyn Balancer; 1] = [&Nginx];

#[test]
fn each_tenant_lands_in_its_cluster() {
    let world = World::start(&[]);
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        for (tenant, cluster) in [("tenant_a", "us"), ("tenant_b", "eu"), ("acme_corp", "us"), ("globex_inc", "eu")] {
            let answer = world.client().send(&Request::get(HOST, "/search").header("X-Tenant-ID", tenant));
            let answer = answer.unwrap_or_else(|error| panic!("{balancer:?}, {tenant}: {error}"));
            assert_eq!(seen(&answer), served(cluster), "{balancer:?}, {tenant}");
        }
    }
}
