//! The access log: one JSON object a request on standard output.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// One line of the access log of a local Envoy. Envoy writes `null` where it knows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The cluster whose gateway wrote it.
    pub cluster: String,
    /// The method.
    pub method: Option<String>,
    /// The path as the client sent it, after normalisation, without its query.
    pub path: Option<String>,
    /// The authority.
    pub host: Option<String>,
    /// The status of the answer; 0 when the client left before one.
    pub status: Option<u16>,
    /// What the filter decided, for example `allow` or `tenant-unknown`.
    pub decision: Option<String>,
    /// The tenant.
    pub tenant: Option<String>,
    /// The tenant's tier.
    pub tier: Option<String>,
    /// The release that the filter chose.
    pub release: Option<String>,
    /// The ordered reasons.
    pub why: Option<String>,
    /// The name of the route that it met.
    pub route: Option<String>,
    /// The Envoy cluster of the route, whether or not the request went there.
    pub upstream: Option<String>,
    /// Envoy's own account of the answer, for example `via_upstream`.
    pub details: Option<String>,
    /// Envoy's response flags, for example `UH`.
    pub flags: Option<String>,
    /// Milliseconds from first byte in to last byte out.
    pub duration: Option<u64>,
}

impl Entry {
    /// The Envoy cluster that answered; none when the gateway itself did.
    #[must_use]
    pub fn answered_by(&self) -> Option<&str> {
        self.upstream.as_deref().filter(|_| self.details.as_deref() == Some("via_upstream"))
    }
}

/// Each field of [`Entry`] with the format that fills it.
const FIELDS: &[(&str, &str)] = &[
    ("method", "%REQ(:METHOD)%"),
    ("path", "%PATH(NQ:ORIG_OR_PATH)%"),
    ("host", "%REQ(:AUTHORITY)%"),
    ("status", "%RESPONSE_CODE%"),
    ("decision", "%FILTER_STATE(wasm.tenantry.decision:PLAIN)%"),
    ("tenant", "%FILTER_STATE(wasm.tenantry.tenant:PLAIN)%"),
    ("tier", "%FILTER_STATE(wasm.tenantry.tier:PLAIN)%"),
    ("release", "%FILTER_STATE(wasm.tenantry.release:PLAIN)%"),
    ("why", "%FILTER_STATE(wasm.tenantry.why:PLAIN)%"),
    ("route", "%ROUTE_NAME%"),
    ("upstream", "%UPSTREAM_CLUSTER%"),
    ("details", "%RESPONSE_CODE_DETAILS%"),
    ("flags", "%RESPONSE_FLAGS%"),
    ("duration", "%DURATION%"),
];

/// The access logger that writes [`Entry`] lines for the gateway of `cluster`.
#[must_use]
pub fn logger(cluster: &str) -> Value {
    let fields = FIELDS.iter().map(|&(name, format)| (name.to_owned(), Value::from(format)));
    let mut format: Map<String, Value> = [("cluster".to_owned(), Value::from(cluster))].into_iter().collect();
    format.extend(fields);
    json!({
        "name": "envoy.access_loggers.stdout",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog",
            "log_format": { "json_format": format },
        },
    })
}
