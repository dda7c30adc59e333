//! Which files each step changes, and what they say.

use super::moving;
use crate::support::{compiled, policy, stand_in};
use serde_json::Value;
use tenantry::emit::{Compiled, compile};

fn paths(compiled: &Compiled) -> Vec<&str> {
    compiled.artifacts.iter().map(|(path, _)| path).filter_map(|path| path.strip_prefix("move/")).collect()
}

/// What the gateway's filter is told of a tenant in a file.
fn told(compiled: &Compiled, path: &str, tenant: &str) -> String {
    let text = compiled.artifacts.get(path).unwrap_or_else(|| panic!("no {path}"));
    let text = std::str::from_utf8(text).expect("UTF-8");
    let gateway: Value = serde_saphyr::from_str(text.split("---\n").next().expect("a document")).expect("YAML");
    gateway["spec"]["wasm"]["pluginConfig"]["tenants"]["inline"][tenant].to_string()
}

#[test]
fn each_step_has_the_files_that_it_changes_and_no_others() {
    let filter = "traffic-extension.yaml";
    let forward = compiled(&moving("forward"));
    let clusters = ["1-accept/eu", "1-accept/us", "2-hand-over/ap", "2-hand-over/eu", "2-hand-over/us"];
    let expected = clusters.map(|it| format!("{it}/{filter}"));
    let (door, clusters): (Vec<&str>, Vec<&str>) = paths(&forward).into_iter().partition(|it| it.starts_with("3-"));
    assert_eq!(clusters, expected);
    assert!(door.iter().all(|path| path.starts_with("3-front-door/front-door/")), "{door:?}");

    for elsewhere in ["redirect", "refuse"] {
        let compiled = compiled(&moving(elsewhere));
        let steps: std::collections::BTreeSet<&str> =
            paths(&compiled).into_iter().filter_map(|path| path.split('/').next()).collect();
        let clusters: Vec<&str> = steps.into_iter().filter(|step| !step.ends_with("front-door")).collect();
        assert_eq!(clusters, ["1-accept", "3-hand-over"], "the old home turns nobody away before the front door knows");
    }
}

#[test]
fn a_step_says_who_serves_the_tenant_now() {
    let compiled = compiled(&moving("forward"));
    let told = |path: &str| told(&compiled, &format!("{path}/traffic-extension.yaml"), "tenant_a");
    assert_eq!(told("us"), r#"{"cluster":"us","tier":"standard"}"#);
    assert_eq!(told("eu"), r#"{"cluster":"us","tier":"standard"}"#);
    assert_eq!(told("move/1-accept/eu"), r#"{"cluster":"us","standby":["eu"],"tier":"standard"}"#);
    assert_eq!(told("move/2-hand-over/us"), r#"{"cluster":"eu","tier":"standard"}"#);
    assert_eq!(told("move/2-hand-over/ap"), r#"{"cluster":"eu","tier":"standard"}"#);
    assert_eq!(told("move/2-hand-over/eu"), r#"{"cluster":"us","standby":["eu"],"tier":"standard"}"#);
}

#[test]
fn nobody_moves_and_there_is_no_step() {
    let mut policy = moving("forward");
    policy.tenants.iter_mut().for_each(|tenant| tenant.move_to = None);
    assert_eq!(paths(&compiled(&policy)), [""; 0]);
    // One cluster alone has no steps of its own either.
    let one = compile(&moving("forward"), &stand_in(), Some("us")).expect("it compiles");
    assert_eq!(paths(&one), [""; 0]);
}

#[test]
fn the_module_with_a_large_table_is_the_same_through_all_steps() {
    let mut text = "\
apiVersion: tenantry/v1
kind: MeshPolicy
metadata: {name: many}
filter: {url: \"oci://registry.example.com/filter:1.0\", table: module}
clusters: {us: {endpoint: us.example.com}, eu: {endpoint: eu.example.com}}
ingress: {hosts: [api.example.com], tls: {secret: api-tls}}
tenancy: {ids: slug, elsewhere: forward}
services: {web: {port: 80, callers: [ingress]}}
routes: [{path: /, to: web}]
tenants:
"
    .to_owned();
    for index in 0..2_000 {
        let moves = if index % 100 == 7 { ", moveTo: eu" } else { "" };
        text.push_str(&format!("  tenant-{index}: {{cluster: us{moves}}}\n"));
    }
    let compiled = compiled(&policy(&text));
    let digest = compiled.module.sha256.clone();
    let steps = paths(&compiled);
    assert_eq!(steps, ["1-accept/eu/traffic-extension.yaml", "2-hand-over/us/traffic-extension.yaml"]);
    for path in steps {
        let text = compiled.artifacts.get(&format!("move/{path}")).expect("a file");
        let text = std::str::from_utf8(text).expect("UTF-8");
        assert!(text.contains(&digest), "{path} wants another module");
        assert!(text.len() < 16 * 1024, "{path} has {} bytes", text.len());
    }
}
