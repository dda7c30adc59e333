//! Every rule of `check/routes`, on its own example.

use crate::harness::example;
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
    error[TN0251]: the restriction of route `/admin` is never applied
      --> policy.yaml:38:12
       |
    37 |   - {path: /, to: web}
       |            - takes every request first
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
