//! Every rule of `check/tenants`, on its own example.

use crate::harness::{Fixture, codes, example};
use insta::assert_snapshot;

#[test]
fn case_collision() {
    assert_snapshot!(example("TN0201"), @"
    warning[TN0201]: tenant `acme` differs from `Acme` by case alone
      --> policy.yaml:30:3
       |
    30 |   acme: {cluster: us}
       |   ^^^^
    31 |   Acme: {cluster: us}
       |   ---- the other one
       |
       = help: give one of them an id that differs in more than case
    ");
}

#[test]
fn same_canonical() {
    assert_snapshot!(example("TN0202"), @r#"
    error[TN0202]: `acme:acme` and `acme` are the same tenant to the application
      --> policy.yaml:31:3
       |
    30 |   acme: {cluster: us}
       |   ---- the bare form
    31 |   "acme:acme": {cluster: us}
       |   ^^^^^^^^^^^ the completed form
       |
       = help: remove one of the two
    "#);
}

#[test]
fn reserved_id() {
    assert_snapshot!(example("TN0203"), @"
    warning[TN0203]: the metrics of tenant `other` would mix with others
      --> policy.yaml:31:3
       |
    31 |   other: {cluster: us}
       |   ^^^^^ the label of all tenants past the metrics bound
       |
       = help: choose another id
    ");
}

#[test]
fn none_active() {
    assert_snapshot!(example("TN0204"), @"
    warning[TN0204]: every tenant is suspended
      --> policy.yaml:30:3
       |
    30 |   acme: {cluster: us, status: suspended}
       |   ^^^^
       |
       = help: add an active tenant, or check the files named by `tenantsFrom`
    ");
}

#[test]
fn unused_cluster() {
    assert_snapshot!(example("TN0205"), @"
    warning[TN0205]: no tenant lives in cluster `eu`
      --> policy.yaml:15:3
       |
    15 |   eu: {endpoint: eu.example.com}
       |   ^^
       |
       = help: move a tenant there, or remove the cluster
    ");
}

#[test]
fn unused_tier() {
    assert_snapshot!(example("TN0206"), @"
    warning[TN0206]: no tenant has tier `gold`
      --> policy.yaml:28:5
       |
    28 |     gold: {rate: 500/s, burst: 1000}
       |     ^^^^
       |
       = help: give it to a tenant, or remove the tier
    ");
}

#[test]
fn other_grammars_have_no_bare_form() {
    assert_eq!(codes("tenancy:\n  ids: slug\ntenants:\n  acme: {cluster: us}\n  acme-acme: {cluster: us}\n"), [""; 0]);
    assert_eq!(codes("tenants:\n  \"globex:globex\": {cluster: us}\n"), [""; 0]);
}

#[test]
fn tenants_of_a_file_count() {
    let csv = |rows: &str| {
        let policy = Fixture::fragment("tenantsFrom: [tenants.csv]\n");
        policy.with("tenants.csv", &format!("id,cluster\n{rows}")).check()
    };
    assert_snapshot!(csv("globex,us\nACME,us\n").human(), @"
    warning[TN0201]: tenant `acme` differs from `ACME` by case alone
      --> policy.yaml:30:3
       |
    30 |   acme: {cluster: us}
       |   ^^^^
       |
      ::: tenants.csv:3:1
       |
     3 | ACME,us
       | ---- the other one
       |
       = help: give one of them an id that differs in more than case
    ");
}
