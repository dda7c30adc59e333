//! Says in a problem document that the cluster which a request was forwarded to cannot be reached.

use super::Patch;
use crate::envoy::unavailable::local_reply;
use crate::plan::ClusterPlan;
use serde_json::json;

/// Nothing where nothing is forwarded. Istio has no resource for answers that Envoy gives by itself.
pub fn patches(plan: &ClusterPlan) -> Vec<Patch> {
    let replies = local_reply(plan).map(|reply| Patch::on_manager(&json!({ "local_reply_config": reply })));
    replies.into_iter().collect()
}
