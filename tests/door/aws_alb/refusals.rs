//! What the script leaves alone.

use super::{folder, tenants};
use tenantry_tests::aws::{Account, Tenant, policy};

#[test]
fn without_room_for_old_and_new_rules_nothing_changes() {
    let (one, two) = (folder(), folder());
    let tight = [("targets: {us", "rules: 9\n      targets: {us")];
    let _ = policy(one.path(), &[Tenant::new("a", "us"), Tenant::new("b", "eu")], &tight);
    let account = Account::start(9);
    let rules = account.apply(&one.path().join("aws-alb"), &[]).last().rules();
    assert_eq!(rules, 7, "one for exempt paths, one for each cluster, four refusals");
    // Eight rules fit, but three of them are new, and until they are there the old ones have to stay.
    let both = |id: &str, cluster| Tenant { failover: true, ..Tenant::new(id, cluster) };
    let all = [both("c", "us"), both("d", "eu"), Tenant { suspended: true, ..Tenant::new("e", "eu") }];
    let _ = policy(two.path(), &all, &tight);
    let stopped = account.apply(&two.path().join("aws-alb"), &[]);
    assert!(!stopped.done && stopped.err.contains("3 new rules beside 7 old ones"), "{}", stopped.err);
    assert_eq!(stopped.count("CreateRule") + stopped.count("DeleteRule") + stopped.count("SetRulePriorities"), 0);
}

#[test]
fn rules_and_load_balancers_of_others_are_not_touched() {
    let folder = folder();
    let _ = policy(folder.path(), &tenants(3), &[]);
    let directory = folder.path().join("aws-alb");
    let account = Account::start(100);
    let made = account.apply(&directory, &[]);
    let listing = account.elbv2(&["describe-load-balancers", "--query", "LoadBalancers[0].LoadBalancerArn"]);
    let balancer = listing.trim().trim_matches('"');
    let query = ["--query", "Listeners[?Port==`443`].ListenerArn | [0]", "--output", "text"];
    let listener = account.elbv2(&[&["describe-listeners", "--load-balancer-arn", balancer][..], &query].concat());
    let theirs = r#"[{"Type":"fixed-response","FixedResponseConfig":{"StatusCode":"200"}}]"#;
    let condition = r#"[{"Field":"path-pattern","PathPatternConfig":{"Values":["/mine"]}}]"#;
    let create = ["create-rule", "--listener-arn", listener.trim(), "--priority", "500"];
    let _ = account.elbv2(&[&create[..], &["--conditions", condition, "--actions", theirs]].concat());
    let stopped = account.apply(&directory, &[]);
    assert!(!stopped.done && stopped.err.contains("was not made by this script"), "{}", stopped.err);
    assert_eq!(stopped.count("CreateRule") + stopped.count("DeleteRule") + stopped.count("SetRulePriorities"), 0);
    assert!(made.done);
}

#[test]
fn a_cluster_that_there_is_not_cannot_be_down() {
    let folder = folder();
    let _ = policy(folder.path(), &tenants(3), &[]);
    let account = Account::start(100);
    for arguments in [&["--down", "asia"][..], &["--down"], &["--up"]] {
        let run = account.apply(&folder.path().join("aws-alb"), arguments);
        assert!(!run.done && run.err.contains("of: us eu") && run.steps.is_empty(), "{}", run.err);
    }
}
