//! Tenants move from one cluster to another under load, step by step.

use tenantry::plan::moves::{Change, Stage, steps};
use tenantry_tests::door::load::{Answer, Load};
use tenantry_tests::door::{BALANCERS, Balancer, World};

/// Requests before, between and after the steps.
const BETWEEN: usize = 150;
/// Two tenants move, each to where the other comes from; one of each cluster stays.
const TENANTS: [&str; 4] = ["tenant_a", "tenant_b", "acme_corp", "globex_inc"];
const MOVING: [(&str, &str); 2] = [
    ("tenant_a: {cluster: us}", "tenant_a: {cluster: us, moveTo: eu}"),
    ("tenant_b: {cluster: eu}", "tenant_b: {cluster: eu, moveTo: us}"),
];
const MOVED: [(&str, &str); 2] =
    [("tenant_a: {cluster: us}", "tenant_a: {cluster: eu}"), ("tenant_b: {cluster: eu}", "tenant_b: {cluster: us}")];

#[test]
fn nothing_is_lost_or_served_twice_while_tenants_move() {
    for (balancer, elsewhere) in
        BALANCERS.into_iter().flat_map(|door| ["forward", "redirect", "refuse"].map(|elsewhere| (door, elsewhere)))
    {
        moves(balancer, elsewhere);
    }
}

fn moves(balancer: &'static dyn Balancer, elsewhere: &str) {
    let elsewhere = ("elsewhere: forward", format!("elsewhere: {elsewhere}"));
    let elsewhere = (elsewhere.0, elsewhere.1.as_str());
    let world = World::start(&[elsewhere, MOVING[0], MOVING[1]]);
    let mut door = world.door(balancer);
    let load = Load::start(&world.client(), &TENANTS);
    load.go_on(BETWEEN);
    for step in steps(world.policy()) {
        let stage = match step.change {
            Change::Accept => Stage::Accepted,
            Change::HandOver => Stage::HandedOver,
            Change::FrontDoor => {
                door.reload(world.policy(), true);
                load.go_on(BETWEEN);
                continue;
            }
        };
        for cluster in &step.clusters {
            world.cluster(cluster).apply(world.policy(), stage);
            load.go_on(BETWEEN);
        }
    }
    let moved = world.changed(&[elsewhere, MOVED[0], MOVED[1]]);
    door.reload(&moved, false);
    for cluster in ["eu", "us"] {
        world.cluster(cluster).apply(&moved, Stage::Before);
        load.go_on(BETWEEN);
    }
    let account = load.finish();

    let place = format!("{balancer:?}, {}", elsewhere.1);
    let faults = account.faults(world.ledger());
    assert!(
        faults.is_empty(),
        "{place}: {} faults, such as {:#?}\n{:#?}",
        faults.len(),
        &faults[..1],
        account.summary()
    );
    let by = |cluster: &str| Answer::Served(cluster.to_owned());
    assert_eq!(account.course("acme_corp"), [by("us")], "{place}");
    assert_eq!(account.course("globex_inc"), [by("eu")], "{place}");
    for (tenant, from, to) in [("tenant_a", "us", "eu"), ("tenant_b", "eu", "us")] {
        let course = account.course(tenant);
        assert_eq!(course.first(), Some(&by(from)), "{place}, {tenant}");
        assert_eq!(course.last(), Some(&by(to)), "{place}, {tenant}");
    }
    println!("{place}: {} requests, none lost, none doubled", account.outcomes.len());
}
