//! Every rule of `check/routes`, on its own example.

use crate::harness::{codes, example};
use insta::assert_snapshot;

#[test]
fn unreachable() {
    assert_snapshot!(example("TN0250"), @"
    warning[TN0250]: route `/admin` is never reached
      --> policy.yaml:38:12
       |
    37 |   - {path: /, to: web}
       |            - takes every request that it matches
    38 |   - {path: /admin, to: admin}
       |            ^^^^^^
       |
       = help: put the longer path first, or remove the route
    ");
}

#[test]
fn restriction_bypassed() {
    assert_snapshot!(example("TN0251"), @"
    error[TN0251]: other tenants get past the restriction of route `/admin`
      --> policy.yaml:38:12
       |
    37 |   - {path: /, to: web}
       |            - takes requests first
    38 |   - {path: /admin, to: admin, tenants: [acme]}
       |            ^^^^^^ this list of tenants is not looked at
       |
       = help: put the restricted route first
    ");
}

#[test]
fn overlap() {
    assert_snapshot!(example("TN0252"), @"
    warning[TN0252]: GET requests for `/admin` go to `web`
      --> policy.yaml:38:12
       |
    37 |   - {path: /, methods: [GET], to: web}
       |            - takes them first
    38 |   - {path: /admin, to: admin}
       |            ^^^^^^
       |
       = help: put the longer path first, or list `methods` on the later route
    ");
}

#[test]
fn closed_service() {
    assert_snapshot!(example("TN0253"), @"
    error[TN0253]: `search` does not accept calls from the gateway
      --> policy.yaml:37:25
       |
    34 |   search: {port: 8080, callers: [web]}
       |                                  --- `ingress` is not among its callers
    ...
    37 |   - {path: /search, to: search}
       |                         ^^^^^^ every request is refused with 403
       |
       = help: add `ingress` to the callers of `search`
    ");
}

#[test]
fn grpc_rewrite() {
    assert_snapshot!(example("TN0256"), @"
    error[TN0256]: the path of a gRPC call to `search` is the name of its method
      --> policy.yaml:37:47
       |
    34 |   search: {port: 8080, protocol: grpc, callers: [ingress]}
       |                                  ---- a gRPC service
    ...
    37 |   - {path: /shop.Search, to: search, rewrite: /}
       |                                               ^
       |
       = help: remove `rewrite`
    ");
}

#[test]
fn rewrite_bypass() {
    assert_snapshot!(example("TN0257"), @"
    error[TN0257]: `/shop/admin` leads other tenants past the restriction of route `/admin`
      --> policy.yaml:37:37
       |
    36 |   - {path: /admin, to: web, tenants: [acme]}
       |            ------ this list of tenants is not looked at
    37 |   - {path: /shop, to: web, rewrite: /}
       |                                     ^ `/shop/admin` arrives at `web` as `/admin`
       |
       = help: put a route for `/shop/admin` with the same `tenants` before this one
    ");
}

/// Codes for a list of routes over services `web` and `admin`, which the gateway may call.
fn routes(lines: &[&str]) -> Vec<&'static str> {
    let list: String = lines.iter().map(|line| format!("  - {{{line}}}\n")).collect();
    codes(&format!("services:\n  admin: {{port: 8080, callers: [ingress]}}\nroutes:\n{list}"))
}

const ELSE: [&str; 2] = ["path: /web, to: web", "path: /other, to: admin"];

fn with_others(lines: &[&str]) -> Vec<&'static str> {
    routes(&[lines, &ELSE].concat())
}

#[test]
fn paths_match_by_whole_segments() {
    assert_eq!(with_others(&["path: /search, to: web", "path: /searching, to: web"]), [""; 0]);
    assert_eq!(with_others(&["path: /search, to: web", "path: /search/all, to: web"]), ["TN0250"]);
}

#[test]
fn methods_tell_routes_apart() {
    assert_eq!(with_others(&["path: /a, methods: [GET], to: web", "path: /a, methods: [POST], to: admin"]), [""; 0]);
    assert_eq!(
        with_others(&["path: /a, methods: [GET, PUT], to: web", "path: /a, methods: [GET], to: admin"]),
        ["TN0250"]
    );
    assert_eq!(with_others(&["path: /a, to: web", "path: /a, methods: [GET], to: admin"]), ["TN0250"]);
    assert_eq!(
        with_others(&["path: /a, methods: [GET], to: web", "path: /a, methods: [GET, PUT], to: admin"]),
        ["TN0252"]
    );
}

#[test]
fn a_restriction_is_lost_in_part_as_well() {
    let partly = ["path: /a, methods: [GET], to: web", "path: /a/b, to: web, tenants: [acme]"];
    assert_eq!(with_others(&partly), ["TN0251"]);
    let apart = ["path: /a, methods: [GET], to: web", "path: /a/b, methods: [POST], to: web, tenants: [acme]"];
    assert_eq!(with_others(&apart), [""; 0]);
}

#[test]
fn a_restriction_under_the_same_one_is_merely_unreachable() {
    let same = ["path: /a, to: web, tenants: [acme]", "path: /, to: web", "path: /a/b, to: web, tenants: [acme]"];
    assert_eq!(routes(&[same[0], ELSE[1], same[1], same[2]]), ["TN0250"]);
}

#[test]
fn a_rewritten_restriction_is_reached_by_its_upstream_path() {
    let restricted = "path: /admin, to: web, rewrite: /internal, tenants: [acme]";
    assert_eq!(routes(&[restricted, ELSE[1], "path: /, to: web"]), ["TN0257"]);
    assert_eq!(with_others(&[restricted, "path: /internal, to: web"]), [""; 0], "spelled out");
    let same = ["path: /admin, to: web, tenants: [acme]", "path: /shop, to: web, rewrite: /admin"];
    assert_eq!(with_others(&same), ["TN0257"]);
}

#[test]
fn a_rewrite_elsewhere_is_no_way_around() {
    let other_service = ["path: /admin, to: web, tenants: [acme]", "path: /shop, to: admin, rewrite: /"];
    assert_eq!(with_others(&other_service), [""; 0]);
    let other_path = ["path: /admin, to: web, tenants: [acme]", "path: /shop, to: web, rewrite: /shop/v2"];
    assert_eq!(with_others(&other_path), [""; 0]);
    let part_of_it = ["path: /admin, to: web, tenants: [acme]", "path: /shop, to: web, rewrite: /admin/shop"];
    assert_eq!(with_others(&part_of_it), [""; 0]);
    let restricted_too =
        ["path: /admin, to: web, tenants: [acme]", "path: /shop, to: web, rewrite: /, tenants: [acme]"];
    assert_eq!(with_others(&restricted_too), [""; 0]);
    let other_method =
        ["path: /admin, methods: [POST], to: web, tenants: [acme]", "path: /shop, methods: [GET], to: web, rewrite: /"];
    assert_eq!(with_others(&other_method), [""; 0]);
}
