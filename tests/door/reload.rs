//! New files under load: nothing is lost, and what they say holds from then on.

use tenantry_tests::door::load::{Answer, Load};
use tenantry_tests::door::{BALANCERS, HOST, World};

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

/// An answer that has begun goes on while the front door takes new files, and after.
#[test]
fn a_stream_outlives_a_reload() {
    let world = World::start(&[]);
    let without = world.changed(&[("  tenant_b: {cluster: eu}\n", "")]);
    for balancer in BALANCERS {
        let mut door = world.door(balancer);
        let mut connection = world.client().open().expect("a connection");
        let request = "X-Tenant-ID: tenant_b\r\nx-echo-pieces: 3";
        let request = format!("GET /search HTTP/1.1\r\nHost: {HOST}\r\n{request}\r\n\r\n");
        connection.write(request.as_bytes()).expect("sent");
        world.ledger().release_piece();
        assert_eq!(connection.head().expect("a head").status, 200, "{balancer:?}");
        for piece in 0..3 {
            let chunk = connection.chunk().unwrap_or_else(|error| panic!("{balancer:?}, piece {piece}: {error}"));
            assert_eq!(String::from_utf8_lossy(&chunk), format!("piece {piece}\n"), "{balancer:?}");
            if piece < 2 {
                // Not even that its tenant is gone ends what has begun.
                door.reload(if piece == 0 { &without } else { world.policy() }, false);
                world.ledger().release_piece();
            }
        }
        assert!(connection.chunk().expect("the end").is_empty(), "{balancer:?}");
    }
}
