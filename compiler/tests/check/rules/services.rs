//! Every rule of `check/services`, on its own example.

use crate::harness::{codes, example};
use insta::assert_snapshot;

#[test]
fn uncalled() {
    assert_snapshot!(example("TN0260"), @"
    warning[TN0260]: nobody may call `search`
      --> policy.yaml:34:3
       |
    34 |   search: {port: 8080}
       |   ^^^^^^
       |
       = help: add `callers`, for example `callers: [ingress]`, or remove the service
    ");
}

#[test]
fn unrouted() {
    assert_snapshot!(example("TN0261"), @"
    warning[TN0261]: no route leads from the gateway to `search`
      --> policy.yaml:34:34
       |
    34 |   search: {port: 8080, callers: [ingress, web]}
       |                                  ^^^^^^^
       |
       = help: add a route to it, or remove `ingress` from its callers
    ");
}

#[test]
fn cycle() {
    assert_snapshot!(example("TN0262"), @"
    note[TN0262]: `search` calls `index` calls `search`
      --> policy.yaml:34:39
       |
    34 |   search: {port: 8080, callers: [web, index]}
       |                                       ^^^^^
       |
       = help: check that timeouts and retries cannot add up on the way round
    ");
}

#[test]
fn reserved_port() {
    assert_snapshot!(example("TN0263"), @"
    error[TN0263]: the port of `web` is taken by Istio's sidecar
      --> policy.yaml:33:15
       |
    33 |   web: {port: 15021, callers: [ingress]}
       |               ^^^^^
       |
       = help: use a port outside 15000 to 15090
    ");
}

#[test]
fn shared_pods() {
    assert_snapshot!(example("TN0265"), @"
    warning[TN0265]: the callers of `search` may call `search-admin` too, and the other way round
      --> policy.yaml:35:3
       |
    34 |   search: {port: 8080, labels: {app: search}, callers: [web]}
       |   ------ as this one
    35 |   search-admin: {port: 8081, labels: {app: search}, callers: [search]}
       |   ^^^^^^^^^^^^ selects the same pods
       |
       = help: run them in pods of their own, or give them the same callers
    ");
}

#[test]
fn shared_account() {
    assert_snapshot!(example("TN0266"), @"
    warning[TN0266]: `batch` may call `search` too, since it shares service account `shop`
      --> policy.yaml:35:34
       |
    34 |   batch: {port: 8000, callers: [web], serviceAccount: shop}
       |   ----- the same identity
    35 |   search: {port: 8080, callers: [web]}
       |                                  ^^^
       |
       = help: give each service a `serviceAccount` of its own
    ");
}

#[test]
fn beyond_gateway() {
    assert_snapshot!(example("TN0267"), @"
    note[TN0267]: no call to `index` comes through the gateway
      --> policy.yaml:35:33
       |
    35 |   index: {port: 8080, callers: [nightly]}
       |                                 ^^^^^^^ says itself which tenant it acts for
       |
       = help: let the calls start at the gateway, if the caller is not to be believed
    ");
}

/// Codes for services called `a`, `b`, `c` with these callers, beside `web`.
fn callers(lists: &[&str]) -> Vec<&'static str> {
    let services: String = lists
        .iter()
        .zip(["a", "b", "c"])
        .map(|(callers, name)| format!("  {name}: {{port: 8080, callers: [{callers}]}}\n"))
        .collect();
    codes(&format!("services:\n{services}"))
}

#[test]
fn circles_of_any_length_are_told_once() {
    assert_eq!(callers(&["web"]), [""; 0]);
    assert_eq!(callers(&["web, a"]), ["TN0262"]);
    assert_eq!(callers(&["web, c", "a", "b"]), ["TN0262"]);
    assert_eq!(callers(&["web, b, a", "a"]), ["TN0262", "TN0262"]);
    assert_eq!(callers(&["web", "web, a", "a, b"]), [""; 0]);
}

#[test]
fn an_account_shared_by_equals_gives_nothing_away() {
    let shared = |callers: &str| {
        codes(&format!(
            "services:\n  web: {{port: 8000, callers: [ingress], serviceAccount: shop}}\n  \
             batch: {{port: 8000, callers: [web], serviceAccount: shop}}\n  search: {{port: 8080, callers: [{callers}]}}\n"
        ))
    };
    assert_eq!(shared("web, batch"), [""; 0]);
    assert_eq!(shared("batch"), ["TN0266"]);
}

#[test]
fn whoever_calls_needs_no_callers() {
    assert_eq!(callers(&["", "web, a"]), [""; 0]);
    assert_eq!(callers(&["", "a", "b"]), ["TN0267", "TN0267"]);
    assert_eq!(callers(&["", "a, web", "b"]), [""; 0]);
}
