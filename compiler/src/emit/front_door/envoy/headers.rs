//! What is removed from requests before anything is decided on them.

use crate::emit::front_door::pattern;
use serde_json::{Value, json};
use tenantry_engine::decision::STAMP_PREFIX;

/// The extension that does it.
pub fn early() -> Value {
    let names = [
        // Only the mesh itself sets these, and only this proxy says for whom it asks.
        format!("{}.*", pattern::alike(STAMP_PREFIX)),
        "forwarded".to_owned(),
        "x-forwarded-.*".to_owned(),
        // These change how Envoy itself handles a request.
        "x-envoy-.*".to_owned(),
    ];
    json!([{
        "name": "envoy.http.early_header_mutation.header_mutation",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation",
            "mutations": names.map(|names| remove(&names)),
        },
    }])
}

/// The filter that removes what a route says.
pub const FORGET: &str = "envoy.filters.http.header_mutation";

/// That filter; by itself it removes nothing.
pub fn forget() -> Value {
    json!({
        "name": FORGET,
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
        },
    })
}

/// What it does on exempt paths: it removes the tenant header in every spelling.
pub fn forget_tenant(header: &str) -> Value {
    json!({
        "@type": "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute",
        "mutations": { "request_mutations": [remove(&pattern::alike(header))] },
    })
}

/// Removes every header whose whole name matches.
fn remove(names: &str) -> Value {
    json!({ "remove_on_match": { "key_matcher": { "safe_regex": { "regex": names } } } })
}
