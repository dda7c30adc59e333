//! The clusters' gateways, and the ways that lead to several of them.

use super::ANY;
use super::listeners::seconds;
use crate::emit::front_door::probe;
use crate::plan::door::{DoorPlan, Upstream, Way};
use serde_json::{Value, json};

/// Far beyond what one proxy holds open: Envoy's own limit is 1,024 of each, streams among them.
const NO_LIMIT: u32 = 1_000_000;

/// Each cluster, and each way that has more than one.
pub fn emit(plan: &DoorPlan) -> Vec<Value> {
    let gateways = plan.clusters.iter().map(|cluster| gateway(plan, cluster));
    let ways = plan.ways.iter().filter(|Way { clusters, .. }| clusters.len() > 1);
    let ways = ways.map(|way| in_turn(plan, &way.name, way.clusters.iter().collect()));
    let any = (!plan.exempt.is_empty())
        .then(|| in_turn(plan, ANY, plan.clusters.iter().map(|cluster| &cluster.name).collect()));
    gateways.chain(ways).chain(any).collect()
}

fn gateway(plan: &DoorPlan, cluster: &Upstream) -> Value {
    let mut gateway = common(plan, &cluster.name);
    let endpoint = json!({ "address": { "socket_address": { "address": cluster.host, "port_value": cluster.port } } });
    let more = json!({
        "cluster_type": {
            "name": "envoy.clusters.dns",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster",
                "dns_lookup_family": "V4_PREFERRED",
                "respect_dns_ttl": true,
            },
        },
        "load_assignment": {
            "cluster_name": cluster.name,
            "endpoints": [{ "lb_endpoints": [{ "endpoint": endpoint }] }],
        },
        // A gateway that fails its checks gets nothing, even if none is left.
        "common_lb_config": { "healthy_panic_threshold": { "value": 0.0 } },
        "health_checks": [check(plan, cluster)],
        "transport_socket": tls(plan, cluster),
        "upstream_connection_options": { "tcp_keepalive": {} },
    });
    merge(&mut gateway, more);
    gateway
}

/// Several clusters: the first that works.
fn in_turn(plan: &DoorPlan, name: &str, clusters: Vec<&String>) -> Value {
    let mut way = common(plan, name);
    let more = json!({
        "lb_policy": "CLUSTER_PROVIDED",
        "cluster_type": {
            "name": "envoy.clusters.aggregate",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig",
                "clusters": clusters,
            },
        },
    });
    merge(&mut way, more);
    way
}

fn common(plan: &DoorPlan, name: &str) -> Value {
    json!({
        "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
        "name": name,
        "connect_timeout": "5s",
        "circuit_breakers": { "thresholds": [{
            "max_connections": NO_LIMIT,
            "max_pending_requests": NO_LIMIT,
            "max_requests": NO_LIMIT,
            "max_retries": NO_LIMIT,
        }] },
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                // The host that a client asks for is the one that the cluster is asked for.
                "upstream_http_protocol_options": { "auto_sni": true, "auto_san_validation": true },
                "common_http_protocol_options": { "idle_timeout": seconds(plan) },
                // gRPC comes over HTTP/2 and goes on over it; WebSockets come over HTTP/1.1.
                "use_downstream_protocol_config": { "http_protocol_options": {}, "http2_protocol_options": {} },
            },
        },
    })
}

fn check(plan: &DoorPlan, cluster: &Upstream) -> Value {
    let mut check = json!({
        "interval": "2s",
        "no_traffic_interval": "2s",
        "timeout": "3s",
        "unhealthy_threshold": 2,
        "healthy_threshold": 2,
        "always_log_health_check_failures": false,
        "tls_options": { "alpn_protocols": ["http/1.1"] },
    });
    let how = match &plan.health {
        Some(path) => json!({ "http_health_check": { "path": path, "host": probe::host(plan, cluster) } }),
        None => json!({ "tcp_health_check": {} }),
    };
    merge(&mut check, how);
    check
}

/// TLS to a name that its certificate has to hold: that of the request, or of the check.
fn tls(plan: &DoorPlan, cluster: &Upstream) -> Value {
    json!({
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
            "sni": probe::host(plan, cluster),
            "auto_sni_san_validation": true,
            "common_tls_context": {
                "tls_params": { "tls_minimum_protocol_version": "TLSv1_2" },
                "validation_context": { "trusted_ca": { "filename": plan.trust } },
            },
        },
    })
}

fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}
