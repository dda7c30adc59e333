//! Holds JSON bodies back until the filter has bound them.
//!
//! A filter that pauses on the body alone lets the request's headers go upstream at once, and a refusal would then cut
//! off a request that the service has already begun. Envoy's own buffer filter, last before the router, keeps the whole
//! request back; it applies to JSON only, so that uploads and streams flow.

use super::Patch;
use crate::envoy::hold::hold;
use crate::plan::ClusterPlan;
use serde_json::json;

/// Nothing unless bodies are bound and over-long ones refused: one that may pass unread must not wait in a buffer.
pub fn patches(plan: &ClusterPlan) -> Vec<Patch> {
    let Some(limit) = plan.hold_bodies else { return Vec::new() };
    let manager = json!({
        "name": "envoy.filters.network.http_connection_manager",
        "subFilter": {"name": "envoy.filters.http.router"},
    });
    vec![Patch {
        apply_to: "HTTP_FILTER",
        matches: json!({"context": "GATEWAY", "listener": {"filterChain": {"filter": manager}}}),
        patch: json!({"operation": "INSERT_BEFORE", "value": hold(limit)}),
    }]
}
