//! The `IstioOperator` file for `istioctl install -y -f FILE`. It is read by `istioctl`, not by the cluster.

use super::istiod_environment;
use super::ports::{self, Port};
use super::size::{Global, Resources, Size};
use crate::emit::api_key::{self, Injection};
use crate::emit::environment::Variable;
use crate::emit::manifest::{Document, Manifest};
use crate::emit::mesh_config::MeshConfig;
use crate::plan::{ClusterPlan, GATEWAY_SERVICE, SYSTEM_NAMESPACE};
use crate::policy::Profile;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    profile: &'static str,
    mesh_config: MeshConfig,
    components: Components,
    values: Values,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Components {
    pilot: Component,
    ingress_gateways: Vec<Component>,
    egress_gateways: Vec<Component>,
}

#[derive(Serialize)]
struct Component {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    k8s: Option<K8s>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct K8s {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    env: Vec<Variable>,
    resources: Resources,
    hpa_spec: Replicas,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<Service>,
}

#[derive(Serialize)]
struct Service {
    ports: Vec<Port>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replicas {
    min_replicas: u32,
    max_replicas: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Values {
    #[serde(skip_serializing_if = "Option::is_none")]
    sidecar_injector_webhook: Option<Injection>,
    global: Global,
}

/// The gateways' Services keep the ports that the profile gives them, unless there is one to add.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let size = Size::of(plan.profile);
    let component = |name, resources, (min_replicas, max_replicas), env| Component {
        name,
        enabled: true,
        k8s: Some(K8s { env, resources, hpa_spec: Replicas { min_replicas, max_replicas }, service: None }),
    };
    let mut ingress = component(Some(GATEWAY_SERVICE), size.gateway, size.gateway_replicas, api_key::at_gateway(plan));
    if let Some(k8s) = &mut ingress.k8s {
        k8s.service = ports::of_ingress(plan, 8080, 8443).map(|ports| Service { ports });
    }
    let egress = Some("istio-egressgateway");
    let spec = Spec {
        profile: match plan.profile {
            Profile::Minimal => "minimal",
            // Istio has no profile called production; its default one, with the settings below, is that.
            Profile::Production => "default",
        },
        mesh_config: MeshConfig::new(plan),
        components: Components {
            pilot: component(None, size.istiod, size.istiod_replicas, istiod_environment(plan)),
            ingress_gateways: vec![ingress],
            egress_gateways: vec![if size.egress {
                component(egress, size.gateway, size.gateway_replicas, Vec::new())
            } else {
                Component { name: egress, enabled: false, k8s: None }
            }],
        },
        values: Values { sidecar_injector_webhook: api_key::injection(plan), global: size.global() },
    };
    let at = (SYSTEM_NAMESPACE, plan.policy.as_str());
    vec![Manifest::new(plan, "install.istio.io/v1alpha1", "IstioOperator", at, spec).document()]
}
