//! Values for Istio's Helm charts, the same mesh as [`super::operator`] describes.

use super::size::{Resources, Size};
use crate::emit::manifest::Document;
use crate::emit::mesh_config::MeshConfig;
use crate::plan::{ClusterPlan, GATEWAY_ACCOUNT};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Base {
    default_revision: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Istiod {
    mesh_config: MeshConfig,
    resources: Resources,
    autoscale_enabled: bool,
    autoscale_min: u32,
    autoscale_max: u32,
    global: Global,
}

#[derive(Serialize)]
struct Global {
    proxy: Proxy,
}

#[derive(Serialize)]
struct Proxy {
    resources: Resources,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Gateway {
    name: &'static str,
    service_account: ServiceAccount,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<Service>,
    resources: Resources,
    autoscaling: Autoscaling,
    #[serde(skip_serializing_if = "Option::is_none")]
    pod_disruption_budget: Option<Budget>,
}

#[derive(Serialize)]
struct ServiceAccount {
    create: bool,
    name: &'static str,
}

#[derive(Serialize)]
struct Service {
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Autoscaling {
    enabled: bool,
    min_replicas: u32,
    max_replicas: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Budget {
    min_available: u32,
}

/// Values for `istio/base`.
pub fn base(_plan: &ClusterPlan) -> Vec<Document> {
    vec![Document::file(&Base { default_revision: "default" })]
}

/// Values for `istio/istiod`.
pub fn istiod(plan: &ClusterPlan) -> Vec<Document> {
    let size = Size::of(plan.profile);
    let (autoscale_min, autoscale_max) = size.istiod_replicas;
    vec![Document::file(&Istiod {
        mesh_config: MeshConfig::new(plan),
        resources: size.istiod,
        autoscale_enabled: true,
        autoscale_min,
        autoscale_max,
        global: Global { proxy: Proxy { resources: size.sidecar } },
    })]
}

/// Values for `istio/gateway` as the ingress gateway. The service account has the name that `istioctl` gives it, for
/// the policy's identities refer to it.
pub fn ingress_gateway(plan: &ClusterPlan) -> Vec<Document> {
    vec![Document::file(&gateway(plan, "istio-ingressgateway", GATEWAY_ACCOUNT, None))]
}

/// Values for `istio/gateway` as the egress gateway, in profiles that have one.
pub fn egress_gateway(plan: &ClusterPlan) -> Vec<Document> {
    let inside = Some(Service { kind: "ClusterIP" });
    let values = gateway(plan, "istio-egressgateway", "istio-egressgateway-service-account", inside);
    Size::of(plan.profile).egress.then(|| Document::file(&values)).into_iter().collect()
}

fn gateway(plan: &ClusterPlan, name: &'static str, account: &'static str, service: Option<Service>) -> Gateway {
    let size = Size::of(plan.profile);
    let (min_replicas, max_replicas) = size.gateway_replicas;
    Gateway {
        name,
        service_account: ServiceAccount { create: true, name: account },
        service,
        resources: size.gateway,
        autoscaling: Autoscaling { enabled: true, min_replicas, max_replicas },
        // A budget on a single replica would keep its node from draining.
        pod_disruption_budget: (min_replicas > 1).then_some(Budget { min_available: 1 }),
    }
}
