//! The mistakes of hand-written Istio manifests that no schema finds. Compiled output has none of them: each test is
//! named after one, and looks at every policy there is.

mod api_key;
mod install;
mod manifests;
mod resilience;
mod routing;
mod security;
mod tracing;

use crate::support::{Objects, applied, compiled, items, load, parse, policies};
use serde_json::Value;
use tenantry::policy::Policy;

/// Runs a test for every cluster of every policy.
fn everywhere(test: impl Fn(&Policy, &str, &Objects)) {
    let policies = policies();
    assert!(policies.len() >= 3, "{policies:?}");
    for path in policies {
        let policy = load(&path);
        for cluster in policy.clusters.keys() {
            test(&policy, cluster, &applied(&policy, cluster));
        }
    }
}

/// The `IstioOperator` of a cluster.
fn operator(policy: &Policy, cluster: &str) -> Value {
    parse(&compiled(policy).artifacts, &format!("{cluster}/install/istio-operator.yaml")).swap_remove(0)
}

/// Every text that a policy compiles to, joined.
fn whole_text(policy: &Policy) -> String {
    let artifacts = compiled(policy).artifacts;
    artifacts
        .iter()
        .filter(|(path, _)| path.ends_with(".yaml"))
        .map(|(_, text)| String::from_utf8_lossy(text))
        .collect()
}

fn seconds(duration: &Value) -> f64 {
    let text = duration.as_str().expect("a duration");
    let (number, unit) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic()).expect("a unit"));
    number.parse::<f64>().expect("a number") * if unit == "ms" { 0.001 } else { 1.0 }
}

/// HTTP routes of every `VirtualService`.
fn http_routes(objects: &Objects) -> Vec<&Value> {
    objects.of("VirtualService").into_iter().flat_map(|it| items(&it["spec"]["http"])).collect()
}

/// A service's host, as `DestinationRule` and `VirtualService` write it.
fn host(policy: &Policy, service: &str) -> String {
    format!("{service}.{}.svc.cluster.local", policy.namespace.value)
}
