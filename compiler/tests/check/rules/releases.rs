//! Every rule of `check/releases`, on its own example.

use crate::harness::{codes, example};
use insta::assert_snapshot;

#[test]
fn weights() {
    assert_snapshot!(example("TN0240"), @"
    error[TN0240]: the weights of `web` add up to 110%
      --> policy.yaml:38:47
       |
    37 |       stable: {labels: {version: v1}, weight: 95}
       |                                               -- `stable` has 95%
    38 |       canary: {labels: {version: v2}, weight: 15}
       |                                               ^^
       |
       = help: shares must add up to 100%
    ");
}

#[test]
fn sticky_idle() {
    assert_snapshot!(example("TN0241"), @"
    warning[TN0241]: `sticky` has no effect on release `stable`: the first release takes the tenants that the others leave
      --> policy.yaml:37:7
       |
    37 |       stable: {labels: {version: v1}, weight: 95, sticky: tenant}
       |       ^^^^^^
       |
       = help: remove `sticky` here; put it on the release that takes a share of the tenants
    ");
}

#[test]
fn idle() {
    assert_snapshot!(example("TN0242"), @"
    warning[TN0242]: no request reaches release `canary`
      --> policy.yaml:38:47
       |
    38 |       canary: {labels: {version: v2}, weight: 0}
       |                                               ^
       |
       = help: give it a weight or a `header` that chooses it, or remove it
    ");
}

#[test]
fn tenant_header() {
    assert_snapshot!(example("TN0243"), @"
    error[TN0243]: release `canary` cannot be chosen by the tenant header
      --> policy.yaml:38:58
       |
    21 |   header: X-Tenant-ID
       |           ----------- the tenant header
    ...
    38 |       canary: {labels: {version: v2}, weight: 0, header: {x-tenant-id: acme}}
       |                                                          ^^^^^^^^^^^^^^^^^^^
       |
       = help: choose a header of your own, or use `sticky: tenant`
    ");
}

#[test]
fn header_taken() {
    assert_snapshot!(example("TN0244"), @r#"
    warning[TN0244]: release `green` is never chosen by its header
      --> policy.yaml:39:57
       |
    38 |       blue: {labels: {version: v2}, weight: 0, header: {x-canary: "true"}}
       |                                                        ------------------ chooses `blue` already
    39 |       green: {labels: {version: v3}, weight: 0, header: {x-canary: "true"}}
       |                                                         ^^^^^^^^^^^^^^^^^^
       |
       = help: give each release a value of its own
    "#);
}

#[test]
fn same_pods() {
    assert_snapshot!(example("TN0245"), @"
    error[TN0245]: releases `stable` and `canary` select the same pods
      --> policy.yaml:38:7
       |
    37 |       stable: {labels: {app: web}, weight: 95}
       |       ------ release `stable`
    38 |       canary: {labels: {app: web, version: v2}, weight: 5}
       |       ^^^^^^
       |
       = help: let their labels differ in a value, for example `version`
    ");
}

#[test]
fn sticky_unrouted() {
    assert_snapshot!(example("TN0246"), @"
    warning[TN0246]: release `canary` cannot stick to tenants: no route leads to `search`
      --> policy.yaml:39:7
       |
    39 |       canary: {labels: {version: v2}, weight: 5, sticky: tenant}
       |       ^^^^^^
       |
       = help: remove `sticky`, or route to the service
    ");
}

/// Codes for a service with these releases.
fn releases(lines: &[&str]) -> Vec<&'static str> {
    let list: String = lines.iter().map(|line| format!("      {line}\n")).collect();
    codes(&format!("services:\n  web:\n    port: 8000\n    callers: [ingress]\n    releases:\n{list}"))
}

#[test]
fn weights_may_have_many_parts() {
    let ok = ["a: {labels: {v: a}, weight: 98}", "b: {labels: {v: b}, weight: 1}", "c: {labels: {v: c}, weight: 1}"];
    assert_eq!(releases(&ok), [""; 0]);
    assert_eq!(releases(&ok[..2]), ["TN0240"]);
    assert_eq!(releases(&["a: {labels: {v: a}, weight: 100}"]), [""; 0]);
}

#[test]
fn the_same_header_with_another_value_is_free() {
    let both = |value| {
        releases(&[
            "a: {labels: {v: a}, weight: 100}",
            "b: {labels: {v: b}, weight: 0, header: {x-beta: \"1\"}}",
            &format!("c: {{labels: {{v: c}}, weight: 0, header: {{x-beta: \"{value}\"}}}}"),
        ])
    };
    assert_eq!(both("2"), [""; 0]);
    assert_eq!(both("1"), ["TN0244"]);
}

#[test]
fn labels_that_differ_in_a_value_tell_pods_apart() {
    let both = |labels| {
        releases(&["a: {labels: {v: a, zone: x}, weight: 50}", &format!("b: {{labels: {labels}, weight: 50}}")])
    };
    assert_eq!(both("{v: b}"), [""; 0]);
    assert_eq!(both("{zone: x}"), ["TN0245"]);
    assert_eq!(both("{v: a, zone: x}"), ["TN0245"]);
}
