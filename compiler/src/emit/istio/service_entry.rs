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

/// Each with the port that takes forwards. In the routes' namespace, where the route finds it, and known to the gateway, which sends there.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let remotes = plan.remotes.iter();
    remotes
        .map(|remote| {
            let spec = Spec {
                export_to: vec![".", SYSTEM_NAMESPACE],
                hosts: vec![remote.host.clone()],
                location: "MESH_EXTERNAL",
                resolution: "DNS",
                ports: vec![Port { number: remote.port, name: "https", protocol: "HTTPS" }],
            };
            let name = format!("{}-cluster-{}", plan.policy, remote.cluster);
            Manifest::new(plan, NETWORKING, "ServiceEntry", (&plan.namespace, &name), spec).document()
        })
        .collect()
}
