//! Every rule of `check/mesh`, on its own example.

use crate::harness::example;
use insta::assert_snapshot;

#[test]
fn addons_without_prometheus() {
    assert_snapshot!(example("TN0223"), @"
    warning[TN0223]: `kiali` reads its numbers from Prometheus, which is not an addon here
     --> policy.yaml:9:12
      |
    9 |   addons: [kiali]
      |            ^^^^^
      |
      = help: add `prometheus` to `addons`
    ");
}

#[test]
fn permissive_mtls() {
    assert_snapshot!(example("TN0225"), @r#"
    warning[TN0225]: a production mesh accepts plain text
     --> policy.yaml:5:50
      |
    5 | mesh: {istio: "1.31", profile: production, mtls: permissive}
      |                                ----------        ^^^^^^^^^^ callers without a certificate get in
      |                                |
      |                                production
      |
      = help: use `mtls: strict`
    "#);
}

#[test]
fn filter_url() {
    assert_snapshot!(example("TN0226"), @r#"
    error[TN0226]: `filter.url` is missing
     --> policy.yaml:1:1
      |
    1 | apiVersion: tenantry/v1
      | ^
      |
      = help: add `filter: {url: "oci://REGISTRY/NAME:TAG"}`, where the mesh's proxies fetch the module
    "#);
}

#[test]
fn filter_file() {
    assert_snapshot!(example("TN0227"), @r#"
    warning[TN0227]: Istio does not verify the digest of a module loaded from a file
      --> policy.yaml:10:15
       |
    10 | filter: {url: "file:///opt/filter.wasm"}
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: push the module to a registry and use `oci://`
    "#);
}

#[test]
fn filter_tag() {
    assert_snapshot!(example("TN0228"), @r#"
    warning[TN0228]: the tag `latest` moves, but the compiled digest does not
      --> policy.yaml:10:15
       |
    10 | filter: {url: "oci://registry.example.com/shop/filter:latest"}
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ proxies refuse all traffic once another image is pushed here
       |
       = help: use a tag that is pushed once, such as the version
    "#);
}

#[test]
fn pull_secret() {
    assert_snapshot!(example("TN0229"), @r#"
    warning[TN0229]: pull secret `registry` has no effect
      --> policy.yaml:10:68
       |
    10 | filter: {url: "https://files.example.com/filter.wasm", pullSecret: registry}
       |               ---------------------------------------              ^^^^^^^^
       |               |
       |               not an `oci://` address
       |
       = help: remove `pullSecret`, or serve the module from a registry
    "#);
}
