//! A hundred thousand tenants.

use crate::seen::{Seen, seen, served};
use tenantry_tests::door::{BALANCERS, HOST, World};
use tenantry_tests::envoy::client::Request;

const TENANTS: usize = 100_000;

#[test]
fn a_hundred_thousand_tenants() {
    let world = World::with_many(&[], TENANTS);
    for balancer in BALANCERS {
        let mut door = world.door(balancer);
        let ready = door.took();
        let send = |tenant: &str| {
            seen(&world.client().send(&Request::get(HOST, "/search").header("X-Tenant-ID", tenant)).expect("an answer"))
        };
        let route = || {
            for number in (0..TENANTS).step_by(9_973).chain([TENANTS - 1]) {
                let home = if number % 2 == 0 { "us" } else { "eu" };
                assert_eq!(send(&format!("many_{number}")), served(home), "{balancer:?}, {number}");
            }
            for unknown in [format!("many_{TENANTS}"), "many_".to_owned(), "MANY_1".to_owned()] {
                assert_eq!(send(&unknown), Seen::Door(403, "tenant-unknown".to_owned()), "{balancer:?}, {unknown}");
            }
        };
        route();
        door.reload(world.policy(), false);
        println!("{balancer:?}: ready after {ready:?}, reloaded in {:?}", door.took());
        route();
    }
}
