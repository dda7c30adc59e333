//! What a gateway answers when the cluster that it forwards to cannot be reached.

use crate::plan::ClusterPlan;
use crate::plan::door::Refusal;
use serde_json::{Value, json};
use tenantry_engine::decision::STAMP_CLUSTER;

/// Envoy's response flags for that: no connection, no address to connect to, and a connection that ended before the answer.
const FLAGS: [&str; 3] = ["UF", "UH", "UC"];

/// For the connection manager: Envoy's own answer becomes a problem document. What the other gateway answers stays as it is.
/// None where nothing is forwarded.
#[must_use]
pub fn local_reply(plan: &ClusterPlan) -> Option<Value> {
    let forwarded: Vec<Value> = plan.remotes.iter().map(|remote| forwarded_to(&remote.cluster)).collect();
    let forwarded = match forwarded.as_slice() {
        [] => return None,
        [only] => only.clone(),
        _ => json!({ "or_filter": { "filters": forwarded } }),
    };
    let refusal = Refusal::ClusterUnavailable;
    let unreachable = json!({ "response_flag_filter": { "flags": FLAGS } });
    Some(json!({ "mappers": [{
        "filter": { "and_filter": { "filters": [unreachable, forwarded] } },
        "body_format_override": {
            "text_format_source": { "inline_string": refusal.document() },
            "content_type": Refusal::CONTENT_TYPE,
        },
        "headers_to_add": [{
            "header": { "key": "cache-control", "value": "no-store" },
            "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
        }],
    }] }))
}

/// By the stamp, which the filter has set or removed by the time that anything is forwarded.
fn forwarded_to(cluster: &str) -> Value {
    json!({ "header_filter": { "header": { "name": STAMP_CLUSTER, "string_match": { "exact": cluster } } } })
}
