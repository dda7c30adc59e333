//! What clients reach: the port that redirects, and the one that decides.

use super::{CERTIFICATE, ROUTES, SECRETS, file, headers, http, key};
use crate::plan::door::{DoorPlan, Refusal};
use serde_json::{Value, json};

/// Name of the route configuration with the tenants.
pub const TENANTS: &str = "tenants";

/// What Envoy notes about a request when the cluster gave no answer: no working endpoint, no connection, too many of
/// them, no such cluster, or a connection that ended first.
const NO_ANSWER: [&str; 10] = ["UH", "UF", "UO", "NC", "UC", "UR", "URX", "UT", "UPE", "LH"];

/// Both listeners.
pub fn emit(plan: &DoorPlan) -> Vec<Value> {
    let address = |port: u16| {
        json!({ "socket_address": {
            "address": plan.listen.address.to_string(),
            "port_value": port,
            // `::` takes IPv4 as well.
            "ipv4_compat": plan.listen.address.is_ipv6(),
        } })
    };
    let listener = |name: &str, port: u16, chain: &Value| {
        json!({
            "@type": "type.googleapis.com/envoy.config.listener.v3.Listener",
            "name": name,
            "address": address(port),
            "per_connection_buffer_limit_bytes": 32_768,
            "filter_chains": [chain],
        })
    };
    vec![
        listener("http", plan.listen.http, &json!({ "filters": [redirects(plan)] })),
        listener("https", plan.listen.https, &json!({ "filters": [decides(plan)], "transport_socket": tls() })),
    ]
}

fn redirects(plan: &DoorPlan) -> Value {
    let redirect = json!({
        "https_redirect": true,
        "port_redirect": plan.listen.https,
        "response_code": "PERMANENT_REDIRECT",
    });
    let routes = json!([http::unknown_host(plan), { "match": { "prefix": "/" }, "redirect": redirect }]);
    let hosts = json!([{ "name": "redirect", "domains": ["*"], "routes": routes }]);
    let mut manager = manager("http", plan);
    manager["http_filters"] = json!([router()]);
    manager["route_config"] = json!({ "name": "redirect", "virtual_hosts": hosts });
    filter(&manager)
}

fn decides(plan: &DoorPlan) -> Value {
    let mut manager = manager("https", plan);
    manager["rds"] = json!({ "route_config_name": TENANTS, "config_source": file(ROUTES) });
    manager["early_header_mutation_extensions"] = headers::early();
    manager["http_filters"] = json!([key::filter(plan), headers::forget(), router()]);
    manager["upgrade_configs"] = json!([{ "upgrade_type": "websocket" }]);
    manager["local_reply_config"] = unavailable();
    filter(&manager)
}

fn filter(manager: &Value) -> Value {
    json!({ "name": "envoy.filters.network.http_connection_manager", "typed_config": manager })
}

fn manager(name: &str, plan: &DoorPlan) -> Value {
    json!({
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": name,
        // No client is trusted to say where a request comes from, not even one nearby.
        "use_remote_address": true,
        "internal_address_config": { "cidr_ranges": [{ "address_prefix": "0.0.0.0", "prefix_len": 32 }] },
        // A cluster's answer keeps its `server`.
        "server_header_transformation": "PASS_THROUGH",
        "request_headers_timeout": "10s",
        "stream_idle_timeout": seconds(plan),
        "http2_protocol_options": {
            "max_concurrent_streams": 100,
            "initial_stream_window_size": 65_536,
            "initial_connection_window_size": 1_048_576,
        },
        "access_log": [access_log()],
    })
}

fn router() -> Value {
    json!({
        "name": "envoy.filters.http.router",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
            "suppress_envoy_headers": true,
        },
    })
}

/// The longest silence, as a protobuf duration.
pub fn seconds(plan: &DoorPlan) -> String {
    format!("{}s", plan.idle.as_secs_f64())
}

fn tls() -> Value {
    json!({
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
            "common_tls_context": {
                "alpn_protocols": ["h2", "http/1.1"],
                "tls_params": { "tls_minimum_protocol_version": "TLSv1_2" },
                "tls_certificate_sds_secret_configs": [{ "name": CERTIFICATE, "sds_config": file(SECRETS) }],
            },
        },
    })
}

/// What Envoy says itself when a cluster gives no answer. A cluster's own answers stay as they are.
fn unavailable() -> Value {
    let refusal = Refusal::ClusterUnavailable;
    json!({ "mappers": [{
        "filter": { "response_flag_filter": { "flags": NO_ANSWER } },
        "status_code": refusal.status(),
        "body_format_override": {
            "text_format_source": { "inline_string": refusal.document() },
            "content_type": Refusal::CONTENT_TYPE,
        },
        "headers_to_add": http::headers(),
    }] })
}

fn access_log() -> Value {
    json!({
        "name": "envoy.access_loggers.stdout",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog",
            "log_format": { "json_format": {
                "time": "%START_TIME%",
                "client": "%DOWNSTREAM_REMOTE_ADDRESS%",
                "method": "%REQ(:METHOD)%",
                "path": "%REQ(:PATH)%",
                "status": "%RESPONSE_CODE%",
                "flags": "%RESPONSE_FLAGS%",
                "way": "%UPSTREAM_CLUSTER%",
                "upstream": "%UPSTREAM_HOST%",
                "milliseconds": "%DURATION%",
                "request": "%REQ(X-REQUEST-ID)%",
            } },
        },
    })
}
