//! The script, run by bash with the real AWS command line before a stand-in for AWS.

use super::{assert_decides, folder, refused, tenants};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use tenantry_tests::aws::{Account, Applied, Case, Outcome, Request, Snapshot, Tenant, policy};

const US: [&str; 2] = ["10.0.1.10:443", "10.0.2.10:443"];
const EU: [&str; 2] = ["10.1.1.10:443", "10.1.2.10:443"];

fn to(cluster: &str) -> Outcome {
    Outcome::Forwarded(targets(if cluster == "us" { &US } else { &EU }))
}

fn targets(all: &[&str]) -> Vec<String> {
    let mut sorted: Vec<String> = all.iter().map(|&target| target.to_owned()).collect();
    sorted.sort_unstable();
    sorted
}

/// What the listener does once everything is in place, whoever asks.
fn assert_home(at: &Snapshot, tenants: &[Tenant]) {
    assert_decides(at, tenants, &targets(&[US, EU].concat()), |tenant| to(tenant.cluster));
}

fn everybody(count: usize) -> Vec<Tenant> {
    let fixed = [Tenant::new("acme_corp", "us"), Tenant::new("globex_inc", "eu")];
    fixed.into_iter().chain(tenants(count)).collect()
}

/// Operations that make something, or take it away.
fn lasting(applied: &Applied) -> usize {
    applied.steps.iter().filter(|(call, _)| call.starts_with("Create") || call.starts_with("De")).count()
}

#[test]
fn a_load_balancer_is_made_changed_and_turned_away_from_a_cluster() {
    let (one, two) = (folder(), folder());
    let before = everybody(60);
    let _ = policy(one.path(), &before, &[]);
    let account = Account::start(100);
    let made = account.apply(&one.path().join("aws-alb"), &[]);
    let first = made.last();
    assert_home(first, &before);
    assert_eq!(first.whole()["listeners"], serde_json::json!([80, 443]));
    let attributes = &first.whole()["attributes"][0];
    assert_eq!(attributes["routing.http.drop_invalid_header_fields.enabled"], "true");
    assert_eq!(attributes["idle_timeout.timeout_seconds"], "3600");
    assert_eq!(made.count("CreateRule"), first.rules());

    let again = account.apply(&one.path().join("aws-alb"), &[]);
    assert_eq!(again.last().whole()["rules"], first.whole()["rules"]);
    assert_eq!(
        (lasting(&again), again.count("SetRulePriorities"), again.count("ModifyRule")),
        (0, 0, 0),
        "{}",
        again.out
    );

    // Some leave, some come, one moves, one is suspended, one comes back, and a gateway has another address.
    let mut after: Vec<Tenant> = before.iter().skip(3).cloned().chain([Tenant::new("new_tenant", "eu")]).collect();
    after[0].cluster = if after[0].cluster == "us" { "eu" } else { "us" };
    after[1].suspended = true;
    let returned =
        after.iter_mut().find(|tenant| tenant.suspended && tenant.id != before[4].id).expect("a suspended one");
    returned.suspended = false;
    let _ = policy(two.path(), &after, &[("us: [10.0.1.10, 10.0.2.10]", "us: [10.0.1.10, 10.0.3.10]")]);
    lay_over(&one.path().join("aws-alb"), &two.path().join("aws-alb"));
    let changed = account.apply(&one.path().join("aws-alb"), &[]);
    let us = targets(&["10.0.1.10:443", "10.0.3.10:443"]);
    let every = targets(&["10.0.1.10:443", "10.0.3.10:443", EU[0], EU[1]]);
    assert_decides(changed.last(), &after, &every, |tenant| match tenant.cluster {
        "us" => Outcome::Forwarded(us.clone()),
        _ => to("eu"),
    });
    assert!(lasting(&changed) < 30, "a few tenants change a few rules:\n{}", changed.out);
    assert_nobody_was_dropped(&changed, &before, &after);

    turned_away(&account, &one, &after, &us);
}

/// Copies files over those that are there and removes none, as one does with the files of a step of a move.
fn lay_over(old: &Path, new: &Path) {
    let copied = Command::new("cp").arg("-R").arg(new.join(".")).arg(old).status().expect("cp runs");
    assert!(copied.success());
}

/// While one set of tenants took the place of another, whoever is served before and after was served all the time, where
/// it was or where it is.
fn assert_nobody_was_dropped(changed: &Applied, before: &[Tenant], after: &[Tenant]) {
    let mut requests = 0;
    for old in before.iter().filter(|tenant| !tenant.suspended) {
        let Some(new) = after.iter().find(|tenant| tenant.id == old.id && !tenant.suspended) else { continue };
        let possible: BTreeSet<&str> = [old.cluster, new.cluster].into();
        for (call, at) in &changed.steps {
            let Outcome::Forwarded(targets) = at.outcome(&Request::of(&old.id), Case::Minded) else {
                panic!("{} was refused after {call}", old.id)
            };
            let in_cluster = |cluster: &str| targets.iter().all(|it| it.starts_with("10.0.") == (cluster == "us"));
            assert!(
                !targets.is_empty() && possible.iter().any(|cluster| in_cluster(cluster)),
                "{} after {call}",
                old.id
            );
            requests += 1;
        }
    }
    assert!(requests > 500, "{requests}");
}

/// `--down` turns tenants to the next cluster that may serve them, and running it without turns them back.
fn turned_away(account: &Account, folder: &tempfile::TempDir, tenants: &[Tenant], us: &[String]) {
    let directory = folder.path().join("aws-alb");
    let every: Vec<String> = us.iter().cloned().chain(targets(&EU)).collect();
    let down = account.apply(&directory, &["--down", "us"]);
    assert_decides(down.last(), tenants, &every, |tenant| match (tenant.cluster, tenant.failover) {
        ("us", false) => refused(503, "cluster-unavailable"),
        _ => to("eu"),
    });
    assert_eq!(lasting(&down), 0, "{}", down.out);
    let back = account.apply(&directory, &[]);
    assert_decides(back.last(), tenants, &every, |tenant| match tenant.cluster {
        "us" => Outcome::Forwarded(us.to_vec()),
        _ => to("eu"),
    });
}
