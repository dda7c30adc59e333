//! Routes and answers, as every listener of the front door has them.

use crate::emit::front_door::pattern;
use crate::plan::door::{DoorPlan, Refusal};
use serde_json::{Value, json};
use tenantry_engine::code::Code;

/// Matches every path under the conditions on headers.
pub fn when(headers: &[Value]) -> Value {
    json!({ "prefix": "/", "headers": headers })
}

/// A route that refuses.
pub fn refuse(matched: &Value, code: Code) -> Value {
    let refusal = Refusal::Filter(code);
    json!({
        "match": matched,
        "direct_response": { "status": refusal.status(), "body": { "inline_string": refusal.document() } },
        "response_headers_to_add": headers(),
    })
}

/// What every refusal says about itself.
pub fn headers() -> Value {
    let header = |key: &str, value: &str| {
        json!({
            "header": { "key": key, "value": value },
            "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
        })
    };
    json!([header("content-type", Refusal::CONTENT_TYPE), header("cache-control", "no-store")])
}

/// Refuses hosts that are not served, with or without a port.
pub fn unknown_host(plan: &DoorPlan) -> Value {
    let hosts: Vec<String> =
        plan.hosts.iter().map(|host| pattern::host(host).trim_matches(['^', '$']).to_owned()).collect();
    let served = format!("(?i)({})(:[0-9]+)?", hosts.join("|"));
    let other = json!({ "name": ":authority", "string_match": regex(&served), "invert_match": true });
    refuse(&when(&[other]), Code::HostUnknown)
}

/// Matches a whole string.
pub fn regex(regex: &str) -> Value {
    json!({ "safe_regex": { "regex": regex } })
}
