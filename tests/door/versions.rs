//! Older versions of Envoy as front doors: they differ from the newest in how they look at headers.

use tenantry_tests::door::envoy::Envoy;
use tenantry_tests::door::seen::{Seen, seen, served};
use tenantry_tests::door::{HOST, World};
use tenantry_tests::envoy::client::Request;
use tenantry_tests::envoy::{LATEST, VERSIONS};

const OLDER: [&Envoy; 2] = [&Envoy(VERSIONS[0]), &Envoy(VERSIONS[1])];

#[test]
fn older_envoys_see_the_same() {
    assert!(OLDER.iter().all(|envoy| envoy.0 != LATEST));
    let another = ("tenants:\n  tenant_a", "tenants:\n  Tenant_A: {cluster: eu}\n  tenant_a");
    let world = World::start(&[another]);
    for envoy in OLDER {
        let mut door = world.door(envoy);
        for _ in 0..2 {
            for (headers, expected) in [
                (&[("X-Tenant-ID", "tenant_a")][..], served("us")),
                (&[("X-Tenant-ID", "Tenant_A")], served("eu")),
                (&[("X-Tenant-ID", "TENANT_A")], refused(403, "tenant-unknown")),
                (&[("X-Tenant-ID", "initech")], refused(403, "tenant-suspended")),
                (&[("X-Tenant-ID", "tenant_a"), ("X-Tenant-ID", "tenant_a")], refused(400, "tenant-ambiguous")),
                (&[("X-Tenant-ID", "tenant_a"), ("X-Tenant-ID", "tenant_b")], refused(400, "tenant-ambiguous")),
                (&[("X-Tenant-ID", "tenant_a"), ("X.Tenant_ID", "tenant_b")], refused(400, "tenant-malformed")),
                (&[("X-Tenant-ID", ".tenant_.a")], refused(400, "tenant-malformed")),
                (&[("x-tenantry-door", "tenant_a")], refused(400, "tenant-missing")),
                (&[], refused(400, "tenant-missing")),
            ] {
                let get = Request::get(HOST, "/search");
                let request = headers.iter().fold(get, |request, (name, value)| request.header(*name, *value));
                let answer = world.client().send(&request).expect("an answer");
                assert_eq!(seen(&answer), expected, "{envoy:?}, {headers:?}");
            }
            door.reload(world.policy(), false);
        }
    }
}

fn refused(status: u16, code: &str) -> Seen {
    Seen::Door(status, code.to_owned())
}
