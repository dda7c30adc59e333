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
    let phoenix = plan.tracing.as_ref().map(|tracing| {
        let host = service_host(&tracing.phoenix.service, &plan.namespace);
        let namespace = host.split('.').nth(1).unwrap_or(&plan.namespace);
        format!("{namespace}/{host}")
    });
    let services = plan.services.iter();
    services
        .map(|service| {
            let calls = service.calls.iter().map(|call| format!("./{}", service_host(call, &plan.namespace)));
            let hosts = calls.chain(phoenix.clone()).chain([format!("{SYSTEM_NAMESPACE}/*")]).collect();
            let spec = Spec {
                workload_selector: WorkloadSelector { labels: service.labels.clone() },
                egress: vec![Egress { hosts }],
            };
            Manifest::new(plan, NETWORKING, "Sidecar", (&plan.namespace, &service.name), spec).document()
        })
        .collect()
}
