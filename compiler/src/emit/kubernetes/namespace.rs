//! `Namespace`: where sidecars are injected.

use crate::emit::manifest::{Document, Manifest};
use crate::plan::{ClusterPlan, SYSTEM_NAMESPACE};

/// The policy's namespace. The control plane's own comes with the installation and is never injected.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    if plan.namespace == SYSTEM_NAMESPACE {
        return Vec::new();
    }
    vec![Manifest::bare(plan, "v1", "Namespace", &plan.namespace, &[("istio-injection", "enabled")]).document()]
}
