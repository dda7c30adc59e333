//! `DestinationRule`: releases as subsets, circuit breakers, and mutual TLS to other clusters.

use super::NETWORKING;
use crate::emit::manifest::{Document, Labels, Manifest, service_host};
use crate::emit::quantity::duration;
use crate::plan::forward::Remote;
use crate::plan::service::Service;
use crate::plan::{ClusterPlan, SYSTEM_NAMESPACE};
use crate::policy::{CircuitBreaker, Eject, Protocol};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    export_to: Vec<&'static str>,
    host: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    traffic_policy: Option<TrafficPolicy>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subsets: Vec<Subset>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct TrafficPolicy {
    #[serde(skip_serializing_if = "Option::is_none")]
    load_balancer: Option<LoadBalancer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_pool: Option<ConnectionPool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outlier_detection: Option<OutlierDetection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls: Option<Tls>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoadBalancer {
    simple: &'static str,
    locality_lb_setting: Enabled,
}

#[derive(Serialize)]
struct Enabled {
    enabled: bool,
}

#[derive(Serialize)]
struct ConnectionPool {
    #[serde(skip_serializing_if = "Option::is_none")]
    tcp: Option<TcpPool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http: Option<HttpPool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TcpPool {
    max_connections: u32,
}

#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpPool {
    #[serde(rename = "http1MaxPendingRequests", skip_serializing_if = "Option::is_none")]
    pending: Option<u32>,
    #[serde(rename = "http2MaxRequests", skip_serializing_if = "Option::is_none")]
    requests: Option<u32>,
    #[serde(rename = "maxRequestsPerConnection", skip_serializing_if = "Option::is_none")]
    per_connection: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    h2_upgrade_policy: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    use_client_protocol: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutlierDetection {
    #[serde(rename = "consecutive5xxErrors")]
    consecutive: u32,
    interval: String,
    base_ejection_time: String,
    max_ejection_percent: u32,
    min_health_percent: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tls {
    mode: &'static str,
    sni: String,
    subject_alt_names: Vec<String>,
}

#[derive(Serialize)]
struct Subset {
    name: String,
    labels: Labels,
}

/// A rule for each service that has releases or a circuit breaker, then one for each other cluster.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let services = plan.services.iter().filter_map(|service| of_service(plan, service));
    services.chain(plan.remotes.iter().map(|remote| of_remote(plan, remote))).collect()
}

fn of_service(plan: &ClusterPlan, service: &Service) -> Option<Document> {
    let traffic_policy = traffic_policy(service);
    if traffic_policy.is_none() && service.releases.is_empty() {
        return None;
    }
    let spec = Spec {
        export_to: vec![".", SYSTEM_NAMESPACE],
        host: service_host(&service.name, &plan.namespace),
        traffic_policy,
        subsets: service
            .releases
            .iter()
            .map(|(name, labels)| Subset { name: name.clone(), labels: labels.clone() })
            .collect(),
    };
    Some(Manifest::new(plan, NETWORKING, "DestinationRule", (&plan.namespace, &service.name), spec).document())
}

fn traffic_policy(service: &Service) -> Option<TrafficPolicy> {
    let breaker = service.circuit_breaker.as_ref();
    let eject = breaker.and_then(|breaker| breaker.eject.as_ref());
    // HTTP/2 whatever the Service's port is called: without it gRPC would go out as HTTP/1.1.
    let h2 = matches!(service.protocol, Protocol::Http2 | Protocol::Grpc).then_some("UPGRADE");
    let pool = connection_pool(breaker, h2);
    (pool.is_some() || eject.is_some()).then(|| TrafficPolicy {
        // Ejection alone would turn on locality failover, which nobody asked for.
        load_balancer: eject
            .map(|_| LoadBalancer { simple: "LEAST_REQUEST", locality_lb_setting: Enabled { enabled: false } }),
        connection_pool: pool,
        outlier_detection: eject.map(|eject| outlier_detection(eject)),
        tls: None,
    })
}

fn connection_pool(breaker: Option<&CircuitBreaker>, h2: Option<&'static str>) -> Option<ConnectionPool> {
    let value = |pick: fn(&CircuitBreaker) -> &Option<crate::source::Spanned<u32>>| {
        breaker.and_then(|breaker| pick(breaker).as_ref()).map(|limit| limit.value)
    };
    let tcp = value(|breaker| &breaker.connections).map(|max_connections| TcpPool { max_connections });
    let http = HttpPool {
        pending: value(|breaker| &breaker.pending),
        requests: value(|breaker| &breaker.requests),
        per_connection: value(|breaker| &breaker.per_connection),
        h2_upgrade_policy: h2,
        use_client_protocol: None,
    };
    let http = (http != HttpPool::default()).then_some(http);
    (tcp.is_some() || http.is_some()).then_some(ConnectionPool { tcp, http })
}

fn outlier_detection(eject: &Eject) -> OutlierDetection {
    OutlierDetection {
        consecutive: *eject.after_5xx,
        interval: duration(*eject.interval),
        base_ejection_time: duration(*eject.base),
        max_ejection_percent: *eject.most,
        min_health_percent: eject.healthy_share(),
    }
}

/// Both gateways show the certificates that the mesh gave them. The other one picks its routes by server name, so the name
/// is one that it serves; what it has to prove is that it is a gateway.
fn of_remote(plan: &ClusterPlan, remote: &Remote) -> Document {
    let tls =
        Tls { mode: "ISTIO_MUTUAL", sni: remote.server_name.clone(), subject_alt_names: vec![remote.identity.clone()] };
    let http = HttpPool { use_client_protocol: Some(true), ..HttpPool::default() };
    let connection_pool = remote.as_it_came.then_some(ConnectionPool { tcp: None, http: Some(http) });
    let spec = Spec {
        export_to: vec![".", SYSTEM_NAMESPACE],
        host: remote.host.clone(),
        traffic_policy: Some(TrafficPolicy { connection_pool, tls: Some(tls), ..TrafficPolicy::default() }),
        subsets: Vec::new(),
    };
    let name = format!("{}-cluster-{}", plan.policy, remote.cluster);
    Manifest::new(plan, NETWORKING, "DestinationRule", (&plan.namespace, &name), spec).document()
}
