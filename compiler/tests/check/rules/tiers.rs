//! Every rule of `check/tiers`, on its own example.

use crate::harness::{codes, example};
use insta::assert_snapshot;

#[test]
fn burst_alone() {
    assert_snapshot!(example("TN0270"), @"
    warning[TN0270]: tier `standard` has a burst but no rate, so it limits nothing
      --> policy.yaml:27:23
       |
    27 |     standard: {burst: 100}
       |                       ^^^
       |
       = help: add a rate, for example `rate: 100/s`
    ");
}

#[test]
fn burst_small() {
    assert_snapshot!(example("TN0271"), @"
    warning[TN0271]: tier `standard` refuses requests far below its rate
      --> policy.yaml:27:36
       |
    27 |     standard: {rate: 500/s, burst: 1}
       |                      -----         ^ the bucket is this small
       |                      |
       |                      50 requests in a tenth of a second
       |
       = help: raise `burst` to at least 50, or remove it for one second's worth
    ");
}

#[test]
fn burst_large() {
    assert_snapshot!(example("TN0272"), @"
    warning[TN0272]: tier `standard` allows over an hour's worth of requests at once
      --> policy.yaml:27:34
       |
    27 |     standard: {rate: 1/s, burst: 10000}
       |                      ---         ^^^^^
       |                      |
       |                      3600 requests an hour
       |
       = help: lower `burst` to what the services can take at once
    ");
}

#[test]
fn per_gateway() {
    assert_snapshot!(example("TN0273"), @"
    note[TN0273]: each gateway replica counts the rate of tier `standard` on its own
      --> policy.yaml:26:22
       |
     8 |   profile: production
       |            ---------- runs several replicas
    ...
    26 |     standard: {rate: 50/s, burst: 100}
       |                      ^^^^
       |
       = help: divide rates by the usual number of replicas
    ");
}

/// Codes for the limits of a tier.
fn tier(limits: &str) -> Vec<&'static str> {
    codes(&format!("tenancy:\n  tiers:\n    standard: {{{limits}}}\n"))
}

#[test]
fn limits_of_bursts_are_exact() {
    assert_eq!(tier("rate: 500/s, burst: 49"), ["TN0271"]);
    assert_eq!(tier("rate: 500/s, burst: 50"), [""; 0]);
    assert_eq!(tier("rate: 1/s, burst: 3600"), [""; 0]);
    assert_eq!(tier("rate: 1/s, burst: 3601"), ["TN0272"]);
    assert_eq!(tier("rate: 1/s"), [""; 0]);
}
