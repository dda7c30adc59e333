//! `explain --via` says what becomes of a request: for generated requests, a real front door and the real gateways behind it
//! give the same status and code, by the same party, in the same cluster, service and release.
//!
//! `TENANTRY_SEED` repeats a run, `TENANTRY_REQUESTS` makes it larger or smaller.

mod ending;
mod requests;

use crate::seen::{Seen, seen};
use ending::{Ending, Watched};
use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};
use tenantry::explain::door::Via;
use tenantry::explain::{Situation, Traveller};
use tenantry::plan::moves::{Change, Stage, Step, steps};
use tenantry_tests::dice::Dice;
use tenantry_tests::door::world::CLUSTERS;
use tenantry_tests::door::{BALANCERS, Balancer, Door, HOST, World};
use tenantry_tests::envoy::client::{self, Request};
use tenantry_tests::policy::load;

/// Requests to each front door while both clusters work, as many again while one is down, and a quarter after each step of
/// a move.
const REQUESTS: u64 = 300;

/// How long a front door may take to notice that a cluster is down.
const NOTICED_LIMIT: Duration = Duration::from_secs(20);

/// A tenant that fails over and one that moves; health checks at a path that no generated request has.
const CHANGES: [(&str, &str); 3] = [
    ("tenant_a: {cluster: us}", "tenant_a: {cluster: us, moveTo: eu}"),
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
        let number = (index as u64) << 32;
        let mut judge = Judge { balancer, seed, number, compared: 0, endings: BTreeMap::new() };
        let mut door = world.door(balancer);
        judge.compare(&world, &[], 0, count);
        let steps = steps(world.policy());
        for step in &steps {
            apply(&world, &mut door, step);
            judge.compare(&world, &[], step.number, count / 4);
        }
        for cluster in CLUSTERS {
            world.cluster(cluster).apply(world.policy(), Stage::Before);
        }
        door.reload(world.policy(), false);
        world.cluster_mut("eu").stop();
        await_failover(&world);
        judge.compare(&world, &["eu"], 0, count);
        world.cluster_mut("eu").bring_back();
        drop(door);
        println!("{balancer:?}: {} requests compared in {:?}\n{:#?}", judge.compared, started.elapsed(), judge.endings);
    }
}

/// Waits until the front door has noticed that `eu` is down. What was on its way there at that moment is not sent again.
fn await_failover(world: &World) {
    let started = Instant::now();
    let mut arrived = 0;
    while arrived < 10 {
        let answer = world.client().send(&Request::get(HOST, ending::WAITING).header("X-Tenant-ID", "tenant_b"));
        let reached = Seen::Gateway(404, "route-unknown".to_owned());
        arrived = if answer.is_ok_and(|answer| seen(&answer) == reached) { arrived + 1 } else { 0 };
        assert!(started.elapsed() < NOTICED_LIMIT, "the front door sends nobody on");
    }
}

/// Takes a step of the moves.
fn apply(world: &World, door: &mut Door, step: &Step) {
    let stage = match step.change {
        Change::Accept => Stage::Accepted,
        Change::HandOver => Stage::HandedOver,
        Change::FrontDoor => return door.reload(world.policy(), true),
    };
    for cluster in &step.clusters {
        world.cluster(cluster).apply(world.policy(), stage);
    }
}

/// What has been compared of one load balancer.
struct Judge {
    balancer: &'static dyn Balancer,
    seed: u64,
    /// Makes its requests others than those to the other load balancers.
    number: u64,
    compared: usize,
    endings: BTreeMap<String, usize>,
}

impl Judge {
    /// Sends requests one after the other, and holds what becomes of each against what `explain` says of it.
    fn compare(&mut self, world: &World, down: &[&str], steps: usize, count: u64) {
        let Self { balancer, seed, .. } = *self;
        let (policy, sources) = load(&world.policy_file()).expect("the policy of the world");
        let down: Vec<String> = down.iter().map(|&cluster| cluster.to_owned()).collect();
        let situation = Situation { via: via(balancer), down, steps };
        let traveller = Traveller::new(&policy, &sources, &situation).expect("a front door of the policy");
        let mut watched = Watched::new(world);
        let dice = &mut Dice::new(seed, self.number + self.compared as u64);
        for _ in 0..count {
            let ask = requests::ask(dice);
            let expected = Ending::explained(&traveller.explain(&ask.asked()), ask.method);
            let request = ask.request();
            let answer = if ask.plain { client::send(world.http(), &request) } else { world.client().send(&request) };
            let answer = answer.unwrap_or_else(|error| panic!("seed {seed}, {balancer:?}: {error}, to {ask:#?}"));
            let seen = watched.ending(&answer, ask.method, &expected);
            assert!(
                expected.agrees_with(&seen),
                "seed {seed}, {situation:?}\n{ask:#?}\nexplained {expected:#?}\nseen {seen:#?}\n{}",
                answer.text()
            );
            *self.endings.entry(expected.kind()).or_default() += 1;
            self.compared += 1;
        }
    }
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
