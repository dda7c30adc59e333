//! Ports of the ingress gateway's Service.

use crate::emit::FORWARD_PORT_NAME;
use crate::plan::ClusterPlan;
use serde::Serialize;

/// A port of a Service.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Port {
    name: &'static str,
    port: u16,
    protocol: &'static str,
    target_port: u16,
}

impl Port {
    const fn new(name: &'static str, port: u16, target_port: u16) -> Self {
        Self { name, port, protocol: "TCP", target_port }
    }
}

/// Every port of the Service where the cluster takes forwards. Istio knows no way to add one to its own list, so the list is
/// repeated: the status port that load balancers probe, and those for clients, which lead to `http` and `https` in the pod.
/// None where Istio's own list will do.
pub fn of_ingress(plan: &ClusterPlan, http: u16, https: u16) -> Option<Vec<Port>> {
    let forward = plan.forward_port?;
    Some(vec![
        Port::new("status-port", 15021, 15021),
        Port::new("http2", 80, http),
        Port::new("https", 443, https),
        Port::new(FORWARD_PORT_NAME, forward, forward),
    ])
}
