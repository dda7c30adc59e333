//! `Sidecar`: each workload is told of the services that it may call, and of no others.

use super::NETWORKING;
use crate::emit::manifest::{Document, Labels, Manifest, service_host};
use crate::plan::{ClusterPlan, SYSTEM_NAMESPACE};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    workload_selector: WorkloadSelector,
    egress: Vec<Egress>,
}

#[derive(Serialize)]
struct WorkloadSelector {
    labels: Labels,
}

#[derive(Serialize)]
struct Egress {
    hosts: Vec<String>,
}

/// Phoenix is in every scope: a proxy can only report to a collector that it knows.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let phoenix = plan.tracing.as_ref().map(|tracing| &tracing.phoenix.service.value);
    let services = plan.services.iter();
    services
        .map(|service| {
            let known = service.calls.iter().chain(phoenix);
            let known = known.map(|name| format!("./{}", service_host(name, &plan.namespace)));
            let hosts = known.chain([format!("{SYSTEM_NAMESPACE}/*")]).collect();
            let spec = Spec {
                workload_selector: WorkloadSelector { labels: service.labels.clone() },
                egress: vec![Egress { hosts }],
            };
            Manifest::new(plan, NETWORKING, "Sidecar", (&plan.namespace, &service.name), spec).document()
        })
        .collect()
}
