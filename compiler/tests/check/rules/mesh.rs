//! Every rule of `check/mesh`, on its own example.

use crate::harness::{codes, example};
use insta::assert_snapshot;

#[test]
fn addons_without_prometheus() {
    assert_snapshot!(example("TN0223"), @"
    warning[TN0223]: `kiali` reads its numbers from Prometheus, which is not an addon here
     --> policy.yaml:9:12
      |
    9 |   addons: [kiali] # tenantry: allow(TN0224) installed by hand
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
    warning[TN0228]: the tag `latest` moves to the next image that is pushed
      --> policy.yaml:10:15
       |
    10 | filter: {url: "oci://registry.example.com/shop/filter:latest"}
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the image in use is left without a tag and may be removed
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

#[test]
fn not_yet() {
    assert_snapshot!(example("TN0224"), @"
    note[TN0224]: `addons`: no addon is configured by this version
     --> policy.yaml:9:12
      |
    9 |   addons: [prometheus]
      |            ^^^^^^^^^^
      |
      = help: set it up by hand for now
    ");
}

#[test]
fn a_fixed_image_is_no_moving_tag() {
    let filter = |url: &str| codes(&format!("filter: {{url: \"{url}\"}}\n"));
    let digest = format!("oci://registry.example.com/filter@sha256:{}", "0".repeat(64));
    assert_eq!(filter(&digest), [""; 0]);
    assert_eq!(filter("oci://registry.example.com:5000/filter:1.0"), [""; 0]);
    assert_eq!(filter("oci://registry.example.com:5000/filter"), ["TN0228"]);
    assert_eq!(filter("https://files.example.com/filter.wasm"), [""; 0]);
}
