//! A cluster goes away under load, and comes back.

use std::time::{Duration, Instant};
use tenantry_tests::door::load::{Account, Answer, Load, SENDERS};
use tenantry_tests::door::{BALANCERS, Balancer, World};

/// Requests in each phase.
const PHASE: usize = 300;
/// How long a front door may take to see that a cluster has gone or has come back: its health checks, and a reserve.
const SEEN: Duration = Duration::from_secs(20);
/// How long a front door may take to see that the connections it kept to a cluster have ended.
const NOTICED: Duration = Duration::from_millis(200);
/// Both live in us; one of them may be served in eu.
const PINNED: &str = "acme_corp";
const MOBILE: &str = "tenant_a";
const FAILOVER: (&str, &str) = ("tenant_a: {cluster: us}", "tenant_a: {cluster: us, failover: [eu]}");

fn by(cluster: &str) -> Answer {
    Answer::Served(cluster.to_owned())
}

fn unavailable() -> Answer {
    Answer::Refused(503, "cluster-unavailable".to_owned())
}

/// Waits until a tenant's requests are answered so.
fn until(world: &World, tenant: &str, answer: &Answer) {
    let started = Instant::now();
    loop {
        let load = Load::start(&world.client(), &[tenant]);
        load.go_on(8);
        let account = load.finish();
        if account.course(tenant) == [answer.clone()] {
            return;
        }
        assert!(started.elapsed() < SEEN, "{tenant} does not get {answer:?}: {:#?}", account.summary());
    }
}

#[test]
fn who_may_fail_over_does_and_comes_back_and_who_may_not_is_told_so() {
    BALANCERS.into_iter().for_each(goes_and_comes_back);
}

fn goes_and_comes_back(balancer: &'static dyn Balancer) {
    // No gateway mends what the front door does wrong.
    let mut world = World::start(&[("elsewhere: forward", "elsewhere: refuse"), FAILOVER]);
    let _door = world.door(balancer);
    let place = format!("{balancer:?}");
    until(&world, MOBILE, &by("us"));

    let load = Load::start(&world.client(), &[MOBILE, PINNED, "tenant_b"]);
    load.go_on(PHASE);
    let goes = Instant::now();
    world.cluster_mut("us").stop();
    let gone = Instant::now() + NOTICED;
    load.go_on(PHASE);
    until(&world, MOBILE, &by("eu"));
    until(&world, PINNED, &unavailable());
    let settled = Instant::now();
    load.go_on(PHASE);
    let back = Instant::now();
    world.cluster_mut("us").bring_back();
    until(&world, PINNED, &by("us"));
    until(&world, MOBILE, &by("us"));
    let home = Instant::now();
    load.go_on(PHASE);
    let account = load.finish();

    assert_eq!(account.course("tenant_b"), [by("eu")], "{place}: the other cluster's tenant sees nothing of it");
    let during = |from: Instant, to: Instant, tenant: &str| Account {
        outcomes: account
            .outcomes
            .iter()
            .filter(|it| it.tenant == tenant && it.sent >= from && it.done <= to)
            .cloned()
            .collect(),
    };
    assert_eq!(during(settled, back, MOBILE).course(MOBILE), [by("eu")], "{place}");
    assert_eq!(during(settled, back, PINNED).course(PINNED), [unavailable()], "{place}");
    let end = Instant::now();
    assert_eq!(during(home, end, MOBILE).course(MOBILE), [by("us")], "{place}");
    assert_eq!(during(home, end, PINNED).course(PINNED), [by("us")], "{place}");
    for outcome in account.outcomes.iter().filter(|it| it.tenant == PINNED) {
        let reached = world.ledger().arrivals(&outcome.id);
        assert!(
            reached.iter().all(|cluster| cluster == "us"),
            "{place}: a pinned tenant's request reached {reached:?}"
        );
    }
    // What was under way while the cluster was killed cannot be saved: a service may have begun to work on it. There is at most
    // as much of it as is sent at once. Whatever was sent later is served, once, where the tenant may be.
    let mut under_way = 0;
    for outcome in account.outcomes.iter().filter(|it| it.tenant == MOBILE) {
        let reached = world.ledger().arrivals(&outcome.id);
        if matches!(&outcome.answer, Answer::Served(cluster) if reached == [cluster.as_str()]) {
            continue;
        }
        under_way += 1;
        let excused = outcome.done >= goes && outcome.sent <= gone && under_way <= SENDERS;
        assert!(excused, "{place}: {outcome:?} reached {reached:?}\n{:#?}", account.summary());
    }
    println!("{place}: {:#?}", account.summary());
}
