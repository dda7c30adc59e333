//! Values for Istio's Helm charts, the same mesh as [`super::operator`] describes.

use super::istiod_environment;
use super::ports::{self, Port};
use super::size::{Global, Resources, Size};
use crate::emit::api_key::{self, Injection};
use crate::emit::environment::Variable;
use crate::emit::manifest::Document;
use crate::emit::mesh_config::MeshConfig;
use crate::plan::{ClusterPlan, GATEWAY_ACCOUNT, GATEWAY_SERVICE};
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    env_var_from: Vec<Variable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sidecar_injector_webhook: Option<Injection>,
    global: Global,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Gateway {
    name: &'static str,
    service_account: ServiceAccount,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<Service>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    env_var_from: Vec<Variable>,
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
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ports: Option<Vec<Port>>,
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
        env_var_from: istiod_environment(plan),
        sidecar_injector_webhook: api_key::injection(plan),
        global: size.global(),
    })]
}

/// Values for `istio/gateway` as the ingress gateway. The service account has the name that `istioctl` gives it, for
/// the policy's identities refer to it.
pub fn ingress_gateway(plan: &ClusterPlan) -> Vec<Document> {
    // The chart's pods listen on 80 and 443 themselves.
    let service = ports::of_ingress(plan, 80, 443).map(|ports| Service { kind: None, ports: Some(ports) });
    let values = gateway(plan, GATEWAY_SERVICE, GATEWAY_ACCOUNT, service);
    vec![Document::file(&Gateway { env_var_from: api_key::at_gateway(plan), ..values })]
}

/// Values for `istio/gateway` as the egress gateway, in profiles that have one.
pub fn egress_gateway(plan: &ClusterPlan) -> Vec<Document> {
    let inside = Some(Service { kind: Some("ClusterIP"), ports: None });
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
        env_var_from: Vec::new(),
        resources: size.gateway,
        autoscaling: Autoscaling { enabled: true, min_replicas, max_replicas },
        // A budget on a single replica would keep its node from draining.
        pod_disruption_budget: (min_replicas > 1).then_some(Budget { min_available: 1 }),
    }
}
