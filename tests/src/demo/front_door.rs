//! The policy's front door before both clusters, and one of them goes away.

use super::report::Outcome;
use crate::door::seen::{Seen, seen, served};
use crate::door::{Balancer, HOST, World};
use crate::envoy::client::Request;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How long a cluster that went away or came back may take until the front door's health checks have seen it.
const NOTICED: Duration = Duration::from_secs(20);
/// In the demo one tenant may be served elsewhere.
const FAILOVER: (&str, &str) = ("tenant_a: {cluster: us}", "tenant_a: {cluster: us, failover: [eu]}");

/// What the requests show, in the order in which they are sent.
pub const NAMES: [&str; 10] = [
    "tenant_a goes to its home",
    "tenant_b goes to its home",
    "no tenant",
    "two tenants in two headers",
    "an unknown tenant",
    "another tenant's route",
    "past the front door, to the wrong cluster",
    "us is gone, and acme_corp lives nowhere else",
    "us is gone, and tenant_a may go to eu",
    "us is back, and tenant_a with it",
];

/// Runs both clusters and a front door, and sends the requests.
///
/// # Panics
/// When a part is missing or does not start, or no answer comes.
#[must_use]
pub fn run(balancer: &'static dyn Balancer) -> Vec<Outcome> {
    let mut world = World::start(&[FAILOVER]);
    let door = world.door(balancer);
    let at_door = world.https();
    let search = |tenant: &str| Request::get(HOST, "/search").header("X-Tenant-ID", tenant);
    let admin = Request::get(HOST, "/admin").header("X-Tenant-ID", "tenant_a");
    let refused = |status, code: &str| Seen::Door(status, code.to_owned());
    let [home_us, home_eu, none, two, unknown, route, past, pinned, mobile, back] = NAMES;

    let mut outcomes = vec![
        send(&world, home_us, at_door, &search("tenant_a"), &served("us")),
        send(&world, home_eu, at_door, &search("tenant_b"), &served("eu")),
        send(&world, none, at_door, &Request::get(HOST, "/search"), &refused(400, "tenant-missing")),
        send(
            &world,
            two,
            at_door,
            &search("tenant_a").header("X-Tenant-ID", "tenant_b"),
            &refused(400, "tenant-ambiguous"),
        ),
        send(&world, unknown, at_door, &search("nobody"), &refused(403, "tenant-unknown")),
        send(&world, route, at_door, &admin, &Seen::Gateway(403, "route-forbidden".to_owned())),
        send(&world, past, world.cluster("us").address(), &search("tenant_b"), &served("eu")),
    ];
    world.cluster_mut("us").stop();
    outcomes.push(send(&world, pinned, at_door, &search("acme_corp"), &refused(503, "cluster-unavailable")));
    outcomes.push(send(&world, mobile, at_door, &search("tenant_a"), &served("eu")));
    world.cluster_mut("us").bring_back();
    outcomes.push(send(&world, back, at_door, &search("tenant_a"), &served("us")));
    drop(door);
    outcomes
}

/// Sends a request until it is answered as expected, or the front door has had its time.
fn send(world: &World, name: &str, address: SocketAddr, request: &Request, expected: &Seen) -> Outcome {
    let client = world.client_of(address);
    let started = Instant::now();
    let seen = loop {
        let seen = client.send(request).map_or_else(|error| Seen::Other(0, error.to_string()), |answer| seen(&answer));
        if seen == *expected || started.elapsed() >= NOTICED {
            break seen;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    let differences = if seen == *expected { Vec::new() } else { vec![format!("it is not {expected}")] };
    let at = if address == world.https() { "front door" } else { "gateway us" };
    Outcome {
        name: name.to_owned(),
        at: at.to_owned(),
        expected: expected.to_string(),
        seen: seen.to_string(),
        differences,
    }
}
