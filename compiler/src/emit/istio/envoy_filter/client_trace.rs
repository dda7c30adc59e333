//! Starts traces at the gateway, whatever trace the client says it has begun.
//!
//! Envoy's tracer takes the trace's id from the request before any HTTP filter runs, so only what changes requests
//! earlier can make it forget. Where the filter is the tracer, it starts the trace anew by itself.

use super::Patch;
use crate::envoy::tracing::forget_client_trace;
use crate::plan::ClusterPlan;
use crate::plan::tracing::restarts;
use serde_json::json;

/// Nothing where the policy trusts its clients, or where Envoy is not the tracer.
pub fn patches(plan: &ClusterPlan) -> Vec<Patch> {
    if !plan.tracing.as_ref().is_some_and(restarts) {
        return Vec::new();
    }
    vec![Patch::on_manager(&json!({"early_header_mutation_extensions": forget_client_trace()}))]
}
