//! The gateway's listener and its HTTP connection manager.

use serde_json::{Value, json};
use std::net::SocketAddr;

/// An address as Envoy spells it.
#[must_use]
pub fn address(address: SocketAddr) -> Value {
    json!({ "socket_address": { "address": address.ip().to_string(), "port_value": address.port() } })
}

/// One plain-text HTTP listener.
#[derive(Debug)]
pub struct Listener<'a> {
    /// Its name, also the prefix of its statistics.
    pub name: &'a str,
    /// Where it listens.
    pub address: SocketAddr,
    /// The HTTP filters, the router last.
    pub filters: Vec<Value>,
    /// The route configuration.
    pub routes: Value,
    /// The access logger.
    pub access_log: Value,
    /// Envoy's own tracing, where it is the tracer.
    pub tracing: Option<Value>,
    /// Envoy's own answers that become others; none leaves them as they are.
    pub local_reply: Option<Value>,
    /// What changes requests before anything else looks at them; a list of extensions, or null.
    pub early: Value,
}

impl Listener<'_> {
    /// The listener as Envoy reads it.
    ///
    /// Paths are normalised as Istio does under `DECODE_AND_MERGE_SLASHES`, which the compiled
    /// mesh settings ask for; the filter decides on nothing else.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "address": address(self.address),
            "filter_chains": [{ "filters": [{
                "name": "envoy.filters.network.http_connection_manager",
                "typed_config": self.connection_manager(),
            }] }],
        })
    }

    fn connection_manager(&self) -> Value {
        let mut manager = json!({
            "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": self.name,
            "server_name": "istio-envoy",
            "use_remote_address": true,
            "forward_client_cert_details": "SANITIZE_SET",
            "set_current_client_cert_details": { "subject": true, "cert": true, "dns": true, "uri": true },
            "normalize_path": true,
            "merge_slashes": true,
            "path_with_escaped_slashes_action": "UNESCAPE_AND_FORWARD",
            "access_log": [self.access_log],
            "http_filters": self.filters,
            "route_config": self.routes,
        });
        if let Some(tracing) = &self.tracing {
            manager["tracing"] = tracing.clone();
        }
        if let Some(reply) = &self.local_reply {
            manager["local_reply_config"] = reply.clone();
        }
        if !self.early.is_null() {
            manager["early_header_mutation_extensions"] = self.early.clone();
        }
        manager
    }
}
