//! The filter's place in the proxies: what `TrafficExtension` (Istio 1.30 and later) and `WasmPlugin` (before) share.

use crate::emit::filter::Module;
use crate::emit::manifest::{Labels, gateway_labels};
use crate::plan::{ClusterPlan, SYSTEM_NAMESPACE};
use serde::Serialize;
use tenantry_engine::config::PluginConfig;

/// Where the filter runs: the gateway, or the sidecars of one service.
pub struct Seat<'a> {
    /// Namespace of the pods.
    pub namespace: &'a str,
    /// Name of the resource.
    pub name: String,
    /// Labels of the pods.
    pub labels: Labels,
    /// `CLIENT` at a gateway, `SERVER` for a sidecar's inbound side.
    pub mode: &'static str,
    /// What the filter is told.
    pub config: &'a PluginConfig,
}

/// Every seat of a cluster, the gateway first.
pub fn seats<'a>(plan: &'a ClusterPlan, filter: &'a crate::emit::filter::Filter) -> Vec<Seat<'a>> {
    let gateway = Seat {
        namespace: SYSTEM_NAMESPACE,
        name: format!("{}-tenancy", plan.policy),
        labels: gateway_labels(),
        mode: "CLIENT",
        config: &filter.gateway,
    };
    let workloads = filter.workloads.iter().filter_map(|(name, config)| {
        let service = plan.services.iter().find(|service| service.name == *name)?;
        Some(Seat {
            namespace: &plan.namespace,
            name: format!("{name}-tenancy"),
            labels: service.labels.clone(),
            mode: "SERVER",
            config,
        })
    });
    [gateway].into_iter().chain(workloads).collect()
}

/// The wasm part of either resource.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Wasm<'a> {
    url: &'a str,
    sha256: &'a str,
    image_pull_policy: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_pull_secret: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    plugin_name: &'static str,
    fail_strategy: &'static str,
    plugin_config: serde_json::Value,
}

impl<'a> Wasm<'a> {
    /// `FAIL_RELOAD` is the strategy that stays closed and still gets over a crash.
    pub fn new(module: &'a Module, config: &PluginConfig) -> Self {
        Self {
            url: &module.url,
            sha256: &module.sha256,
            image_pull_policy: "IfNotPresent",
            image_pull_secret: module.pull_secret.as_deref(),
            kind: "HTTP",
            plugin_name: "tenantry",
            fail_strategy: "FAIL_RELOAD",
            plugin_config: serde_json::to_value(config).expect("the contract is JSON"),
        }
    }
}

/// Which traffic the filter sees.
#[derive(Serialize)]
pub struct TrafficMatch {
    /// `CLIENT` or `SERVER`.
    pub mode: &'static str,
}

/// After token verification, before authorization: the filter reads the claims, and the mesh's own rules come after.
pub const PHASE: &str = "AUTHZ";
/// Among other extensions of the phase the filter is first. Always written: docs and code disagree on the default.
pub const PRIORITY: i32 = 1000;
