//! `explain --via` says what becomes of a request: for generated requests, a real front door and the real gateways behind it
//! give the same status and code, by the same party, in the same cluster, service and release.
//!
//! `TENANTRY_SEED` repeats a run, `TENANTRY_REQUESTS` makes it larger or smaller.

mod ending;
mod requests;

use ending::{Ending, Watched};
use requests::Ask;
use std::collections::BTreeMap;
use std::time::{Instant, SystemTime};
use tenantry::explain::door::Via;
use tenantry::explain::{Situation, Traveller};
use tenantry_tests::dice::Dice;
use tenantry_tests::door::{BALANCERS, Balancer, World};
use tenantry_tests::envoy::client;
use tenantry_tests::policy::load;

/// Requests to each front door while both clusters work, and as many again while one is down.
const REQUESTS: u64 = 300;

/// Tenants that fail over and that are suspended; health checks at a path that no generated request has.
const CHANGES: [(&str, &str); 2] = [
    ("tenant_b: {cluster: eu}", "tenant_b: {cluster: eu, failover: [us]}"),
    ("/trust.crt", "/trust.crt\n    health: /health/ready"),
];

#[test]
fn explain_tells_the_whole_way() {
    let seed = number("TENANTRY_SEED").unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock that is past 1970");
        now.as_millis() as u64
    });
    let count = number("TENANTRY_REQUESTS").unwrap_or(REQUESTS);
    println!("TENANTRY_SEED={seed} TENANTRY_REQUESTS={count}");
    let mut world = World::start(&CHANGES);
    for (index, balancer) in BALANCERS.into_iter().enumerate() {
        let started = Instant::now();
        let door = world.door(balancer);
        let mut endings = BTreeMap::new();
        let mut compared = 0;
        for down in [&[][..], &["eu"]] {
            for cluster in down {
                world.cluster_mut(cluster).stop();
            }
            let dice = &mut Dice::new(seed, (2 * index + down.len()) as u64);
            let asks: Vec<Ask> = (0..count).map(|_| requests::ask(dice)).collect();
            compared += compare(&world, balancer, down, &asks, seed, &mut endings);
            for cluster in down {
                world.cluster_mut(cluster).bring_back();
            }
        }
        drop(door);
        println!("{}: {compared} requests compared in {:?}\n{endings:#?}", balancer.folder(), started.elapsed());
    }
}

/// Sends the requests one after the other, and holds what becomes of each against what `explain` says of it.
fn compare(
    world: &World,
    balancer: &dyn Balancer,
    down: &[&str],
    asks: &[Ask],
    seed: u64,
    endings: &mut BTreeMap<String, usize>,
) -> usize {
    let (policy, sources) = load(&world.policy_file()).expect("the policy of the world");
    let down: Vec<String> = down.iter().map(|&cluster| cluster.to_owned()).collect();
    let situation = Situation { via: via(balancer), down, steps: 0 };
    let traveller = Traveller::new(&policy, &sources, &situation).expect("a front door of the policy");
    let mut watched = Watched::new(world);
    for ask in asks {
        let expected = Ending::explained(&traveller.explain(&ask.asked()), ask.method);
        let request = ask.request();
        let answer = if ask.plain { client::send(world.http(), &request) } else { world.client().send(&request) };
        let answer = answer.unwrap_or_else(|error| panic!("seed {seed}, {balancer:?}: no answer to {ask:#?}: {error}"));
        let seen = watched.ending(&answer, ask.method, &expected);
        assert!(
            expected.agrees_with(&seen),
            "seed {seed}, {balancer:?}, down {:?}\n{ask:#?}\nexplained {expected:#?}\nseen {seen:#?}\n{}",
            situation.down,
            answer.text()
        );
        *endings.entry(expected.kind()).or_default() += 1;
    }
    asks.len()
}

fn via(balancer: &dyn Balancer) -> Via {
    match balancer.folder() {
        "nginx" if balancer.sees_duplicates() => Via::Nginx,
        "nginx" => Via::OlderNginx,
        "haproxy" => Via::Haproxy,
        "envoy" => Via::Envoy,
        other => panic!("no model of {other}"),
    }
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not `{text}`")))
}
