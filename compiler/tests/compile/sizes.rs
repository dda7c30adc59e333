//! Objects stay within Kubernetes' limits, however many tenants there are.

use crate::support::{compiled, parse, policy};
use std::fmt::Write as _;
use std::fs;
use tenantry::emit::Compiled;
use tenantry::policy::Policy;
use tenantry::{plan, resolve};
use tenantry_engine::config::{PluginConfig, Tenants};
use tenantry_engine::table::Table;

/// What client-side `kubectl apply` can annotate.
const ANNOTATION: usize = 256 * 1024;

fn head(table: &str) -> String {
    format!(
        "apiVersion: tenantry/v1
kind: MeshPolicy
metadata: {{name: many, namespace: apps}}
mesh: {{istio: \"1.31\"}}
filter: {{url: \"oci://registry.example.com/filter:1\", table: {table}}}
clusters: {{us: {{endpoint: us.example.com}}, eu: {{endpoint: eu.example.com}}}}
ingress: {{hosts: [api.example.com]}}
tenancy:
  header: X-Tenant-ID
  ids: slug
  elsewhere: forward
  tiers: {{standard: {{rate: 50/s}}, gold: {{rate: 500/s}}}}
  default: {{tier: standard}}
services:
  web: {{port: 80, callers: [ingress]}}
routes:
  - {{path: /, to: web}}
"
    )
}

/// A policy with `count` tenants with names such as people give them.
fn many(count: usize, table: &str) -> Policy {
    tenants(count, &head(table))
}

fn tenants(count: usize, head: &str) -> Policy {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut csv = "id,cluster,tier,status\n".to_owned();
    for index in 0..count {
        let cluster = if index % 3 == 0 { "eu" } else { "us" };
        let tier = if index % 10 == 0 { "gold" } else { "standard" };
        writeln!(csv, "customer-{index:06}-{}-corp,{cluster},{tier},active", index * 7919 % 9973).expect("a string");
    }
    fs::write(folder.path().join("tenants.csv"), csv).expect("writable");
    let path = folder.path().join("policy.yaml");
    fs::write(&path, format!("{head}tenantsFrom: [tenants.csv]\n")).expect("writable");
    let loaded = resolve::load(&path);
    let messages: Vec<&str> = loaded.diagnostics.iter().map(|it| it.message.as_str()).collect();
    loaded.policy.unwrap_or_else(|| panic!("{messages:#?}"))
}

fn config(compiled: &Compiled) -> PluginConfig {
    let extension = parse(&compiled.artifacts, "us/traffic-extension.yaml").swap_remove(0);
    serde_json::from_value(extension["spec"]["wasm"]["pluginConfig"].clone()).expect("the contract")
}

fn largest(compiled: &Compiled) -> usize {
    compiled.objects.iter().map(|object| object.bytes).max().unwrap_or_default()
}

#[test]
fn a_few_tenants_stay_readable() {
    let compiled = compiled(&many(1_000, "auto"));
    assert!(matches!(config(&compiled).tenants, Tenants::Inline(tenants) if tenants.len() == 1_000));
    assert!(largest(&compiled) < ANNOTATION);
}

#[test]
fn some_thousands_are_packed_into_the_configuration() {
    let compiled = compiled(&many(3_000, "auto"));
    assert!(matches!(config(&compiled).tenants, Tenants::Table(_)));
    assert!(largest(&compiled) < ANNOTATION);
}

#[test]
fn a_hundred_thousand_travel_in_the_module_and_every_object_fits() {
    let policy = many(100_000, "auto");
    let compiled = compiled(&policy);
    let Tenants::Module(module) = config(&compiled).tenants else { panic!("the table is in the configuration") };
    assert!(largest(&compiled) < 16 * 1024, "{} bytes", largest(&compiled));

    let table = plan::tenants::table(&policy).expect("a table").embedded.expect("in the module");
    let wasm = compiled.artifacts.get("filter/tenantry_filter.wasm").expect("a module");
    assert!(wasm.windows(table.len()).any(|window| window == table), "the module does not hold the table");
    let opened = Table::open(Box::new(table)).expect("a table");
    assert_eq!((opened.len(), format!("{:016x}", opened.digest())), (100_000, module.xxh3));
    assert!(opened.lookup(b"customer-000007-5568-corp").is_some());
    assert!(opened.lookup(b"customer-000007-5568-cor").is_none());
}

#[test]
fn the_policy_can_say_where_the_table_goes() {
    assert!(matches!(config(&compiled(&many(3, "module"))).tenants, Tenants::Module(_)));
    let inline = compiled(&many(20_000, "inline"));
    assert!(matches!(config(&inline).tenants, Tenants::Table(_)));
    assert!(largest(&inline) > ANNOTATION, "and then `compile` warns");
}

#[test]
fn objects_are_named_for_people() {
    let compiled = compiled(&policy(&format!("{}tenants: {{one: {{cluster: us}}}}\n", head("auto"))));
    let names: Vec<&str> = compiled.objects.iter().map(|object| object.name.as_str()).collect();
    assert!(names.contains(&"TrafficExtension istio-system/many-tenancy"), "{names:?}");
}

/// Front doors hold little more than the ids, and HAProxy's configuration is the same however many tenants there are.
#[test]
fn a_front_door_for_a_hundred_thousand_is_a_few_megabytes() {
    let head =
        head("auto").replace("hosts: [api.example.com]", "hosts: [api.example.com], frontDoor: [haproxy, envoy]");
    let compiled = |count| compiled(&tenants(count, &head.replace("ingress: {", "ingress: {tls: {secret: tls}, ")));
    let (few, many) = (compiled(3), compiled(100_000));
    let size = |compiled: &Compiled, file: &str| compiled.artifacts.get(file).expect("a file").len();
    for (file, most) in [("haproxy/tenants.map", 4_000_000), ("envoy/routes.json", 6_000_000)] {
        let bytes = size(&many, &format!("front-door/{file}"));
        assert!(bytes < most, "{file}: {bytes} bytes");
    }
    for file in ["haproxy/haproxy.cfg", "envoy/listeners.yaml", "envoy/clusters.yaml"] {
        let file = format!("front-door/{file}");
        assert_eq!(size(&many, &file), size(&few, &file), "{file}");
    }
}
