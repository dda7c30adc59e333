//! `TrafficExtension`: the filter in the proxies.

use crate::emit::filter::{Filter, Module};
use crate::emit::manifest::{Document, Labels, Manifest, Selector, gateway_labels};
use crate::envoy::filters::environment;
use crate::plan::{ClusterPlan, SYSTEM_NAMESPACE};
use serde::Serialize;
use tenantry_engine::config::PluginConfig;

/// The file, in the cluster's directory.
pub const FILE: &str = "traffic-extension.yaml";
/// After token verification, before authorization: the filter reads the claims, and the mesh's own rules come after.
const PHASE: &str = "AUTHZ";
/// Among other extensions of the phase the filter is first. Always written: docs and code disagree on the default.
const PRIORITY: i32 = 1000;

#[derive(Serialize)]
struct Spec<'a> {
    selector: Selector,
    phase: &'static str,
    priority: i32,
    #[serde(rename = "match")]
    matches: [TrafficMatch; 1],
    wasm: Wasm<'a>,
}

#[derive(Serialize)]
struct TrafficMatch {
    mode: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Wasm<'a> {
    url: &'a str,
    sha256: &'a str,
    image_pull_policy: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_pull_secret: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    plugin_name: &'static str,
    fail_strategy: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    vm_config: Option<VmConfig>,
    plugin_config: serde_json::Value,
}

#[derive(Serialize)]
struct VmConfig {
    env: Vec<HostVariable>,
}

/// A variable of the proxy that the module may read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HostVariable {
    name: String,
    value_from: &'static str,
}

/// Where the filter runs: the gateway, or the sidecars of one service.
struct Seat<'a> {
    namespace: &'a str,
    name: String,
    labels: Labels,
    /// `CLIENT` at a gateway, `SERVER` for a sidecar's inbound side; without it a sidecar would run the filter twice.
    mode: &'static str,
    config: &'a PluginConfig,
}

/// One for the gateway, then one for each service behind it.
pub fn emit(plan: &ClusterPlan, filter: &Filter) -> Vec<Document> {
    let gateway = Seat {
        namespace: SYSTEM_NAMESPACE,
        name: format!("{}-tenancy", plan.policy),
        labels: gateway_labels(),
        mode: "CLIENT",
        config: &filter.gateway,
    };
    let workloads = filter.workloads.iter().filter_map(|(name, config)| {
        let service = plan.services.iter().find(|service| service.name == *name)?;
        let labels = service.labels.clone();
        Some(Seat { namespace: &plan.namespace, name: format!("{name}-tenancy"), labels, mode: "SERVER", config })
    });
    [gateway].into_iter().chain(workloads).map(|seat| document(plan, &filter.module, &seat)).collect()
}

fn document(plan: &ClusterPlan, module: &Module, seat: &Seat<'_>) -> Document {
    let spec = Spec {
        selector: Selector::new(&seat.labels),
        phase: PHASE,
        priority: PRIORITY,
        matches: [TrafficMatch { mode: seat.mode }],
        wasm: Wasm {
            url: &module.url,
            sha256: &module.sha256,
            image_pull_policy: "IfNotPresent",
            image_pull_secret: module.pull_secret.as_deref(),
            kind: "HTTP",
            plugin_name: "tenantry",
            // The one strategy that stays closed and still gets over a crash.
            fail_strategy: "FAIL_RELOAD",
            vm_config: vm_config(seat.config),
            plugin_config: serde_json::to_value(seat.config).expect("the contract is JSON"),
        },
    };
    let at = (seat.namespace, seat.name.as_str());
    Manifest::new(plan, "extensions.istio.io/v1alpha1", "TrafficExtension", at, spec).document()
}

fn vm_config(config: &PluginConfig) -> Option<VmConfig> {
    let variables = environment(config).into_iter().map(|name| HostVariable { name, value_from: "HOST" });
    let env: Vec<HostVariable> = variables.collect();
    (!env.is_empty()).then_some(VmConfig { env })
}
