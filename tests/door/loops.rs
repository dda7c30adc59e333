//! Clusters that disagree about a tenant do not send its requests round and round.

use crate::seen::{Seen, seen};
use std::time::{Duration, Instant};
use tenantry::plan::moves::Stage;
use tenantry_tests::door::{HOST, World};
use tenantry_tests::envoy::client::Request;

/// How long a line of an access log may take.
const LOGGED: Duration = Duration::from_secs(5);

/// What a cluster's gateway decided on requests for tenant_a so far, once it is `expected` or has had its time.
fn decided(world: &World, cluster: &str, expected: &[&str]) -> Vec<String> {
    let started = Instant::now();
    loop {
        let entries = world.cluster(cluster).entries();
        let decided: Vec<String> = entries.into_iter().filter_map(|entry| entry.decision).collect();
        if decided == expected || started.elapsed() >= LOGGED {
            return decided;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn two_clusters_that_each_take_the_other_for_home_refuse() {
    let world = World::start(&[]);
    // To the gateway of us, tenant_a lives in eu; to that of eu, in us.
    let lives_in_eu = world.changed(&[("tenant_a: {cluster: us}", "tenant_a: {cluster: eu}")]);
    world.cluster("us").apply(&lives_in_eu, Stage::Before);
    let send = |cluster: &str, via: Option<&str>| {
        let request = Request::get(HOST, "/search").header("X-Tenant-ID", "tenant_a");
        let request = via.into_iter().fold(request, |request, via| request.header("X-Tenantry-Via", via));
        let answer = world.client_of(world.cluster(cluster).address()).send(&request).expect("an answer");
        assert_eq!(seen(&answer), Seen::Gateway(508, "forward-loop".to_owned()), "by way of {cluster}");
    };
    let (mut us, mut eu) = (Vec::new(), Vec::new());
    let agree = |us: &[&str], eu: &[&str]| {
        assert_eq!((decided(&world, "us", us), decided(&world, "eu", eu)), (owned(us), owned(eu)));
    };

    // There once, and not back.
    send("us", None);
    us.push("forward:eu");
    eu.push("refuse:forward-loop");
    agree(&us, &eu);
    send("eu", None);
    eu.push("forward:us");
    us.push("refuse:forward-loop");
    agree(&us, &eu);
    // A client that forges the stamp is refused one cluster earlier.
    send("us", Some("eu"));
    us.push("refuse:forward-loop");
    agree(&us, &eu);
    assert!(world.ledger().is_empty());
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
