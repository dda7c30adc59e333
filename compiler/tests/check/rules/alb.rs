//! Every rule of `check/alb`, on its own example.

use crate::harness::{Fixture, codes, example};
use insta::assert_snapshot;
use std::fmt::Write as _;

#[test]
fn settings_missing() {
    assert_snapshot!(example("TN0330"), @"
    error[TN0330]: `aws-alb` needs `ingress.frontDoor.alb`
      --> policy.yaml:19:15
       |
    19 |   frontDoor: [aws-alb]
       |               ^^^^^^^ in which VPC, with which certificate, and where the gateways are, only AWS knows
       |
       = help: write `frontDoor: {kinds: [aws-alb], alb: {...}}` with `certificate`, `vpc`, `ranges`, `subnets`, `securityGroups` and `targets`
    ");
}

#[test]
fn settings_unused() {
    assert_snapshot!(example("TN0331"), @"
    warning[TN0331]: `alb` has no effect
      --> policy.yaml:22:7
       |
    22 | /       certificate: arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d
    23 | |       vpc: vpc-0123456789abcdef0
    24 | |       ranges: [10.0.0.0/16]
    25 | |       subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
    26 | |       securityGroups: [sg-0123456789abcdef0]
    27 | |       targets: {us: [10.0.1.10]}
       | |________________________________^
       |
       = help: add `aws-alb` to `kinds`, or remove `alb`
    ");
}

#[test]
fn targets_missing() {
    assert_snapshot!(example("TN0332"), @"
    error[TN0332]: `targets` lacks the cluster `eu`
      --> policy.yaml:23:7
       |
    15 |     eu: {endpoint: eu.example.com}
       |     -- the cluster
    ...
    23 | /       certificate: arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d
    24 | |       vpc: vpc-0123456789abcdef0
    25 | |       ranges: [10.0.0.0/16]
    26 | |       subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
    27 | |       securityGroups: [sg-0123456789abcdef0]
    28 | |       targets: {us: [10.0.1.10]}
       | |________________________________^
       |
       = help: add `eu: [ADDRESS, ...]` with the private addresses of its gateway
    ");
}

#[test]
fn targets_shared() {
    assert_snapshot!(example("TN0333"), @"
    error[TN0333]: `10.0.1.10` stands at `us` and `eu`
      --> policy.yaml:28:39
       |
    28 |       targets: {us: [10.0.1.10], eu: [10.0.1.10]}
       |                      ---------        ^^^^^^^^^
       |                      |
       |                      it stands here already
       |
       = help: give each cluster the addresses of its own gateway
    ");
}

#[test]
fn over_quota() {
    assert_snapshot!(example("TN0334"), @"
    error[TN0334]: 2 tenants take 6 rules, and the load balancer may have 5
      --> policy.yaml:21:13
       |
    21 |     kinds: [aws-alb]
       |             ^^^^^^^ there is room for 1 of these tenants
    ...
    29 |       rules: 5
       |              - what AWS grants
       |
       = help: use `nginx`, `haproxy` or `envoy`, which take any number of tenants and clusters
       = help: or ask AWS for more rules per load balancer, and put the number into `rules`
    ");
}

#[test]
fn case_collision() {
    assert_snapshot!(example("TN0335"), @"
    error[TN0335]: an ALB may take tenant `acme` for `Acme`
      --> policy.yaml:40:3
       |
    40 |   acme: {cluster: us} # tenantry: allow(TN0201) its two offices chose them
       |   ^^^^
    41 |   Acme: {cluster: eu}
       |   ---- which goes elsewhere
       |
       = help: give one of them an id that differs in more than case
    ");
}

#[test]
fn failover() {
    assert_snapshot!(example("TN0336"), @"
    warning[TN0336]: an ALB does not send tenant `acme` to another cluster by itself
      --> policy.yaml:21:13
       |
    21 |     kinds: [aws-alb]
       |             ^^^^^^^
    ...
    40 |   acme: {cluster: us, failover: [eu]}
       |   ---- has `failover`
       |
       = help: run `apply.sh --down CLUSTER` when a cluster is down, or use `nginx`, `haproxy` or `envoy`
    ");
}

#[test]
fn idle() {
    assert_snapshot!(example("TN0337"), @"
    warning[TN0337]: an ALB ends a silence after 4000 seconds, not 7200
      --> policy.yaml:21:11
       |
    21 |     idle: 2h
       |           ^^
       |
       = help: write `4000s` or less
    ");
}

#[test]
fn too_long() {
    assert_snapshot!(example("TN0338"), @"
    error[TN0338]: no rule of an ALB can hold the name of a header of over 40 characters
      --> policy.yaml:36:11
       |
    20 |     kinds: [aws-alb]
       |             ------- asked for here
    ...
    36 |   header: a-header-that-says-which-tenant-a-request-is-for
       |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: shorten it, or use `nginx`, `haproxy` or `envoy`
    ");
}

/// A front door with an ALB for these targets.
fn alb(targets: &str) -> String {
    format!(
        "ingress:
  frontDoor:
    kinds: [aws-alb]
    alb:
      certificate: arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d
      vpc: vpc-0123456789abcdef0
      ranges: [10.0.0.0/16]
      subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
      securityGroups: [sg-0123456789abcdef0]
      targets: {{{targets}}}
"
    )
}

/// How many tenants fit into the hundred rules that everybody has, by how long their ids are.
#[test]
fn so_many_tenants_fit() {
    for (digits, fits, too_many) in [(4, 1_400, 2_900), (30, 400, 900)] {
        let check = |count: usize| {
            let rows: String = (0..count).map(|number| format!("tenant_{number:0digits$},us\n")).collect();
            let policy = alb("us: [10.0.1.10]") + "tenants:\ntenantsFrom: [many.csv]\n";
            let policy = crate::fragment::merge(crate::harness::BASE, &policy).replace("tenants:\n", "");
            Fixture::whole(&policy).with("many.csv", &format!("id,cluster\n{rows}")).check()
        };
        assert_eq!(check(fits).codes(), [] as [&str; 0], "{digits} digits, {fits} tenants");
        let over = check(too_many);
        assert_eq!(over.codes(), ["TN0334"], "{}", over.human());
        assert!(over.human().contains(&format!("{too_many} tenants take ")), "{}", over.human());
    }
}

#[test]
fn clusters_take_target_groups() {
    // The cluster of the base policy is one more.
    for (count, expected) in [(99, false), (100, true)] {
        let (mut clusters, mut tenants, mut targets) =
            ("clusters:\n".to_owned(), "tenants:\n".to_owned(), "us: [10.0.2.1], ".to_owned());
        for number in 0..count {
            // Writing to a string cannot fail.
            let _ = writeln!(clusters, "  c{number}: {{endpoint: c{number}.example.com}}");
            let _ = writeln!(tenants, "  acme_{number}: {{cluster: c{number}}}");
            let _ = write!(targets, "c{number}: [10.0.1.{number}], ");
        }
        let door = alb(&targets).replace("targets:", "rules: 500\n      targets:");
        let over = codes(&format!("{clusters}{door}{tenants}"));
        assert_eq!(over.contains(&"TN0334"), expected, "{count} clusters: {over:?}");
    }
}

#[test]
fn what_differs_by_case_and_goes_the_same_way_is_no_matter() {
    let both = "tenants:\n  acme: {cluster: us}\n  Acme: {cluster: us}\n";
    assert_eq!(codes(&(alb("us: [10.0.1.10]") + both)), ["TN0201"]);
}

#[test]
fn what_no_rule_can_hold_is_named() {
    let id = "a".repeat(125);
    let policy = alb("us: [10.0.1.10]") + &format!("tenants:\n  {id}: {{cluster: us}}\n");
    let found = Fixture::fragment(&policy).check();
    assert_eq!(found.codes(), ["TN0338"]);
    assert!(found.human().contains("the id `aaaa"), "{}", found.human());
    let host = |number: usize| format!("{}.example{number}.com", "a".repeat(60));
    let hosts: Vec<String> = (0..9).map(host).collect();
    let policy =
        alb("us: [10.0.1.10]").replace("  frontDoor:", &format!("  hosts: [{}]\n  frontDoor:", hosts.join(", ")));
    let found = Fixture::fragment(&policy).check();
    assert!(found.human().contains("no rule of an ALB can hold all of these hosts"), "{}", found.human());
}
