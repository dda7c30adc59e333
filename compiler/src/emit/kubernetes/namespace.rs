//! `Namespace`: where sidecars are injected.

use crate::emit::manifest::{Document, Manifest};
use crate::plan::ClusterPlan;

/// The policy's namespace. The control plane's own comes with the installation and is never injected.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    vec![Manifest::bare(plan, "v1", "Namespace", &plan.namespace, &[("istio-injection", "enabled")]).document()]
}
