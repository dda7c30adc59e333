//! Holding a request back until its whole body is bound.

use serde_json::{Value, json};

/// Room above the body limit, so that the filter's own answer to a larger body comes before Envoy's.
const HEADROOM: u32 = 64 * 1024;

/// Envoy's buffer filter for JSON bodies, to stand right before the router.
///
/// Without it Envoy would open the upstream request while the tenancy filter still reads the body,
/// and a refused request would reach the service as a request cut short.
#[must_use]
pub fn hold(limit: u32) -> Value {
    json!({
        "name": "tenantry.hold",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.common.matching.v3.ExtensionWithMatcher",
            "extension_config": {
                "name": "envoy.filters.http.buffer",
                "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer",
                    "max_request_bytes": limit.saturating_add(HEADROOM),
                },
            },
            "xds_matcher": { "matcher_list": { "matchers": [{
                "predicate": { "not_matcher": { "single_predicate": {
                    "input": {
                        "name": "content-type",
                        "typed_config": {
                            "@type": "type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput",
                            "header_name": "content-type",
                        },
                    },
                    "value_match": { "contains": "json", "ignore_case": true },
                } } },
                "on_match": { "action": {
                    "name": "skip",
                    "typed_config": {
                        "@type": "type.googleapis.com/envoy.extensions.filters.common.matcher.action.v3.SkipFilter",
                    },
                } },
            }] } },
        },
    })
}
