//! New files under load: nothing is lost, and what they say holds from then on.

use tenantry_tests::door::load::{Answer, Load};
use tenantry_tests::door::{BALANCERS, World};

/// How many requests have to go by between two reloads.
const BETWEEN: usize = 100;

#[test]
fn nothing_is_lost() {
    let world = World::start(&[]);
    let fewer = world.changed(&[("  tenant_b: {cluster: eu}\n", "  tenant_b: {cluster: eu, status: suspended}\n")]);
    for balancer in BALANCERS {
        let mut door = world.door(balancer);
        let client = world.client();
        let tenants = ["tenant_a", "globex_inc"];
        let loads = [Load::start(&client, &tenants), Load::kept(&client, &tenants)];
        for policy in [world.policy(), &fewer, world.policy(), &fewer] {
            loads.iter().for_each(|load| load.go_on(BETWEEN));
            door.reload(policy, false);
        }
        let suspended = Load::start(&client, &["tenant_b"]);
        suspended.go_on(BETWEEN);
        let refused = Answer::Refused(403, "tenant-suspended".to_owned());
        assert_eq!(suspended.finish().course("tenant_b"), [refused], "{balancer:?}");
        for load in loads {
            let account = load.finish();
            let faults = account.faults(world.ledger());
            assert!(faults.is_empty(), "{balancer:?}: {} faults, such as {}", faults.len(), faults[0]);
            for (tenant, home) in [("tenant_a", "us"), ("globex_inc", "eu")] {
                assert_eq!(account.course(tenant), [Answer::Served(home.to_owned())], "{balancer:?}, {tenant}");
            }
            println!("{balancer:?}: {} requests went by while it reloaded four times", account.outcomes.len());
        }
    }
}
