//! `ServiceEntry`: the gateways of other clusters.

use super::NETWORKING;
use crate::emit::manifest::{Document, Manifest};
use crate::plan::{ClusterPlan, SYSTEM_NAMESPACE};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    export_to: Vec<&'static str>,
    hosts: Vec<String>,
    location: &'static str,
    resolution: &'static str,
    ports: Vec<Port>,
}

#[derive(Serialize)]
struct Port {
    number: u16,
    name: &'static str,
    protocol: &'static str,
}

/// Known to the gateway alone: no workload has business with another cluster's gateway.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let remotes = plan.remotes.iter();
    remotes
        .map(|remote| {
            let spec = Spec {
                export_to: vec!["."],
                hosts: vec![remote.host.clone()],
                location: "MESH_EXTERNAL",
                resolution: "DNS",
                ports: vec![Port { number: remote.port, name: "https", protocol: "HTTPS" }],
            };
            let name = format!("{}-cluster-{}", plan.policy, remote.cluster);
            Manifest::new(plan, NETWORKING, "ServiceEntry", (SYSTEM_NAMESPACE, &name), spec).document()
        })
        .collect()
}
