//! `PeerAuthentication`: mutual TLS between workloads.

use super::SECURITY;
use crate::emit::manifest::{Document, Manifest};
use crate::plan::{ClusterPlan, SYSTEM_NAMESPACE};
use crate::policy::Mtls;
use serde::Serialize;

#[derive(Serialize)]
struct Spec {
    mtls: Mode,
}

#[derive(Serialize)]
struct Mode {
    mode: &'static str,
}

/// For the mesh, and for the policy's namespace as well, where an older resource could say otherwise.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let mode = match plan.mtls {
        Mtls::Strict => "STRICT",
        Mtls::Permissive => "PERMISSIVE",
    };
    let document = |namespace: &str| {
        let spec = Spec { mtls: Mode { mode } };
        Manifest::new(plan, SECURITY, "PeerAuthentication", (namespace, "default"), spec).document()
    };
    vec![document(SYSTEM_NAMESPACE), document(&plan.namespace)]
}
