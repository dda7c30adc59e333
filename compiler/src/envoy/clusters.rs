//! Upstream clusters: a service's release, or another cluster's gateway.

use super::{listener, routes::duration};
use crate::plan::{ClusterPlan, forward::Remote, service::Service};
use crate::policy::{CircuitBreaker, Eject, Protocol};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// The name that Istio gives a service's release.
#[must_use]
pub fn service_name(plan: &ClusterPlan, service: &str, port: u16, release: Option<&str>) -> String {
    let release = release.unwrap_or_default();
    format!("outbound|{port}|{release}|{service}.{}.svc.cluster.local", plan.namespace)
}

/// The name of another cluster's gateway, as Istio names the host of a `ServiceEntry`.
#[must_use]
pub fn remote_name(plan: &ClusterPlan, cluster: &str) -> String {
    let remote = plan.remotes.iter().find(|remote| remote.cluster == cluster);
    remote.map_or_else(String::new, |remote| format!("outbound|{}||{}", remote.port, remote.host))
}

/// The cluster of a service's release, with the service's circuit breaker.
#[must_use]
pub fn service(plan: &ClusterPlan, service: &Service, release: Option<&str>, endpoint: SocketAddr) -> Value {
    let http2 = matches!(service.protocol, Protocol::Http2 | Protocol::Grpc);
    let mut cluster = cluster(&service_name(plan, &service.name, service.port, release), endpoint, http2);
    if let Some(breaker) = &service.circuit_breaker {
        bound(&mut cluster, breaker);
    }
    cluster
}

/// The cluster of another cluster's gateway.
#[must_use]
pub fn remote(plan: &ClusterPlan, remote: &Remote, endpoint: SocketAddr) -> Value {
    let mut cluster = cluster(&remote_name(plan, &remote.cluster), endpoint, false);
    if remote.as_it_came {
        let options = &mut cluster["typed_extension_protocol_options"][HTTP_OPTIONS];
        options["use_downstream_protocol_config"] =
            json!({ "http_protocol_options": {}, "http2_protocol_options": {} });
        if let Some(options) = options.as_object_mut() {
            options.remove("explicit_http_config");
        }
    }
    cluster
}

/// A cluster with one endpoint, which speaks HTTP/2 or HTTP/1.1.
#[must_use]
pub fn cluster(name: &str, endpoint: SocketAddr, http2: bool) -> Value {
    let protocol = if http2 { "http2_protocol_options" } else { "http_protocol_options" };
    json!({
        "name": name,
        "type": "STATIC",
        "connect_timeout": "10s",
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{ "lb_endpoints": [{ "endpoint": { "address": listener::address(endpoint) } }] }],
        },
        "typed_extension_protocol_options": {
            HTTP_OPTIONS: {
                "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                "explicit_http_config": { protocol: {} },
            },
        },
    })
}

const HTTP_OPTIONS: &str = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

/// Applies a circuit breaker as a `DestinationRule` does; what it does not limit is unlimited.
fn bound(cluster: &mut Value, breaker: &CircuitBreaker) {
    let limit = |limit: &Option<crate::source::Spanned<u32>>| limit.as_ref().map_or(u32::MAX, |limit| limit.value);
    cluster["circuit_breakers"] = json!({ "thresholds": [{
        "max_connections": limit(&breaker.connections),
        "max_pending_requests": limit(&breaker.pending),
        "max_requests": limit(&breaker.requests),
        "max_retries": u32::MAX,
    }] });
    if let Some(most) = &breaker.per_connection {
        cluster["typed_extension_protocol_options"][HTTP_OPTIONS]["common_http_protocol_options"] =
            json!({ "max_requests_per_connection": most.value });
    }
    if let Some(eject) = &breaker.eject {
        cluster["outlier_detection"] = outlier_detection(eject);
        cluster["common_lb_config"] = json!({ "healthy_panic_threshold": { "value": eject.healthy_share() } });
    }
}

fn outlier_detection(eject: &Eject) -> Value {
    json!({
        "consecutive_5xx": eject.after_5xx.value,
        "enforcing_consecutive_5xx": 100,
        "enforcing_success_rate": 0,
        "interval": duration(eject.interval.value),
        "base_ejection_time": duration(eject.base.value),
        "max_ejection_percent": eject.most.value,
    })
}
