//! Every rule of `check/resilience`, on its own example.

use crate::harness::{codes, example};
use insta::assert_snapshot;

#[test]
fn retry_budget() {
    assert_snapshot!(example("TN0230"), @"
    warning[TN0230]: `web` may need 12s for 4 tries of 3s, but its timeout is 10s
      --> policy.yaml:36:14
       |
    36 |     timeout: 10s
       |              ^^^ time for all tries together
    37 |     retries: {attempts: 3, perTry: 3s, on: [connect-failure]}
       |                         -          -- time for each try
       |                         |
       |                         retries after the first try
       |
       = help: lower `attempts` or `perTry`, or raise `timeout` to at least 12s
    ");
}

#[test]
fn retry_non_idempotent() {
    assert_snapshot!(example("TN0231"), @"
    warning[TN0231]: POST and PATCH requests to `web` may be carried out twice
      --> policy.yaml:36:66
       |
    36 |     retries: {attempts: 2, perTry: 1s, on: [5xx], nonIdempotent: true}
       |                                                                  ^^^^
       |
       = help: remove `nonIdempotent: true`
    ");
}

#[test]
fn retry_never() {
    assert_snapshot!(example("TN0233"), @"
    warning[TN0233]: `web` is never retried
      --> policy.yaml:36:25
       |
    36 |     retries: {attempts: 0, perTry: 1s, on: [connect-failure]}
       |                         ^ counts the retries after the first try
       |
       = help: set `attempts` to at least 1, or remove `retries`
    ");
}

#[test]
fn keep_alive() {
    assert_snapshot!(example("TN0234"), @"
    warning[TN0234]: each connection to `web` is closed after 2 requests
      --> policy.yaml:36:55
       |
    36 |     circuitBreaker: {connections: 100, perConnection: 2}
       |                                                       ^
       |
       = help: remove `perConnection`, or use 1000 or more
    ");
}

#[test]
fn min_health() {
    assert_snapshot!(example("TN0235"), @"
    note[TN0235]: nothing says how many endpoints of `web` have to stay healthy
      --> policy.yaml:37:14
       |
    37 |       eject: {after5xx: 5, interval: 30s, for: 30s, most: 50%}
       |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `minHealth` is missing, so 50% is written
       |
       = help: add `minHealth`, for example `minHealth: 50%`
    ");
}

#[test]
fn eject_all() {
    assert_snapshot!(example("TN0236"), @"
    warning[TN0236]: all endpoints of `web` may be ejected at once
      --> policy.yaml:37:59
       |
    37 |       eject: {after5xx: 5, interval: 30s, for: 30s, most: 100%, minHealth: 30%}
       |                                                           ^^^^
       |
       = help: use `most: 50%` or less
    ");
}

/// Codes for a service with these settings, and a route to it with more of them.
fn service(settings: &str, route: &str) -> Vec<&'static str> {
    codes(&format!(
        "services:\n  web: {{port: 8000, callers: [ingress], {settings}}}\nroutes:\n  - {{path: /, to: web{route}}}\n"
    ))
}

#[test]
fn the_timeout_of_a_route_counts_as_well() {
    let retries = "timeout: 10s, retries: {attempts: 2, perTry: 3s}";
    assert_eq!(service(retries, ""), [""; 0]);
    assert_eq!(service(retries, ", timeout: 8s"), ["TN0230"]);
    assert_eq!(service(retries, ", timeout: none"), [""; 0]);
    assert_eq!(service("retries: {attempts: 9, perTry: 30s}", ""), [""; 0]);
}

#[test]
fn exactly_fitting_retries_are_fine() {
    assert_eq!(service("timeout: 9s, retries: {attempts: 2, perTry: 3s}", ""), [""; 0]);
    assert_eq!(service("timeout: 8999ms, retries: {attempts: 2, perTry: 3s}", ""), ["TN0230"]);
}

#[test]
fn retries_that_are_off_repeat_nothing() {
    assert_eq!(service("retries: {attempts: 0, nonIdempotent: true, on: [5xx]}", ""), ["TN0233"]);
}

#[test]
fn long_lived_connections_are_fine() {
    assert_eq!(service("circuitBreaker: {perConnection: 99}", ""), ["TN0234"]);
    assert_eq!(service("circuitBreaker: {perConnection: 100}", ""), [""; 0]);
}
