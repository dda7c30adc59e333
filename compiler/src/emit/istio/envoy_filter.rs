//! `EnvoyFilter`: holds JSON bodies back until the filter has bound them.
//!
//! A filter that pauses on the body alone lets the request's headers go upstream at once, and a refusal would then cut
//! off a request that the service has already begun. Envoy's own buffer filter, last before the router, keeps the whole
//! request back; it applies to JSON only, so that uploads and streams flow.

use crate::emit::manifest::{Document, Labels, Manifest, gateway_labels};
use crate::envoy::hold::hold;
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

/// Nothing unless bodies are bound and over-long ones refused: one that may pass unread must not wait in a buffer.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let Some(limit) = plan.hold_bodies else { return Vec::new() };
    let manager = json!({
        "name": "envoy.filters.network.http_connection_manager",
        "subFilter": {"name": "envoy.filters.http.router"},
    });
    let patch = Patch {
        apply_to: "HTTP_FILTER",
        matches: json!({"context": "GATEWAY", "listener": {"filterChain": {"filter": manager}}}),
        patch: json!({"operation": "INSERT_BEFORE", "value": hold(limit)}),
    };
    // After every other EnvoyFilter, so that nothing comes between the buffer and the router.
    let workload_selector = WorkloadSelector { labels: gateway_labels() };
    let spec = Spec { priority: 1000, workload_selector, config_patches: vec![patch] };
    let name = format!("{}-hold-bodies", plan.policy);
    let at = (SYSTEM_NAMESPACE, name.as_str());
    vec![Manifest::new(plan, "networking.istio.io/v1alpha3", "EnvoyFilter", at, spec).document()]
}
