//! `EnvoyFilter`: what Envoy has to do at the gateway and Istio has no resource for.

mod client_trace;
mod hold_bodies;
mod unavailable;
mod untraced;

use crate::emit::manifest::{Document, Labels, Manifest, gateway_labels};
use crate::plan::{ClusterPlan, SYSTEM_NAMESPACE};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    priority: i32,
    workload_selector: WorkloadSelector,
    config_patches: Vec<Patch>,
}

#[derive(Serialize)]
struct WorkloadSelector {
    labels: Labels,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Patch {
    apply_to: &'static str,
    #[serde(rename = "match")]
    matches: Value,
    patch: Value,
}

impl Patch {
    /// Adds settings to the gateway's connection managers.
    fn on_manager(settings: &Value) -> Self {
        let manager = "envoy.filters.network.http_connection_manager";
        let mut typed = json!({
            "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        });
        for (name, value) in settings.as_object().into_iter().flatten() {
            typed[name] = value.clone();
        }
        Self {
            apply_to: "NETWORK_FILTER",
            matches: json!({"context": "GATEWAY", "listener": {"filterChain": {"filter": {"name": manager}}}}),
            patch: json!({"operation": "MERGE", "value": {"typed_config": typed}}),
        }
    }
}

/// One for each purpose that this policy has.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let all = [
        ("hold-bodies", hold_bodies::patches(plan)),
        ("client-trace", client_trace::patches(plan)),
        ("untraced", untraced::patches(plan)),
        ("unavailable", unavailable::patches(plan)),
    ];
    all.into_iter().filter(|(_, patches)| !patches.is_empty()).map(|(name, it)| document(plan, name, it)).collect()
}

fn document(plan: &ClusterPlan, purpose: &str, config_patches: Vec<Patch>) -> Document {
    // After every other EnvoyFilter, so that nothing comes between the router and what stands before it.
    let workload_selector = WorkloadSelector { labels: gateway_labels() };
    let spec = Spec { priority: 1000, workload_selector, config_patches };
    let name = format!("{}-{purpose}", plan.policy);
    let at = (SYSTEM_NAMESPACE, name.as_str());
    Manifest::new(plan, "networking.istio.io/v1alpha3", "EnvoyFilter", at, spec).document()
}
