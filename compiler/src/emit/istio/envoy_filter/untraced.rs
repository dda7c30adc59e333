//! Keeps health checks and other exempt paths out of the traces that Envoy makes.

use super::Patch;
use crate::envoy::tracing::untraced;
use crate::plan::ClusterPlan;
use serde_json::json;

/// One patch for each route that is not traced; `VirtualService` has no field for it.
pub fn patches(plan: &ClusterPlan) -> Vec<Patch> {
    let rules = plan.rules.iter().filter(|rule| !rule.traced);
    let patch = |name: &str| Patch {
        apply_to: "HTTP_ROUTE",
        matches: json!({"context": "GATEWAY", "routeConfiguration": {"vhost": {"route": {"name": name}}}}),
        patch: json!({"operation": "MERGE", "value": {"tracing": untraced()}}),
    };
    rules.map(|rule| patch(&rule.name)).collect()
}
