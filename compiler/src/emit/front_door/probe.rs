//! The host that health checks ask for.

use crate::plan::door::{DoorPlan, Upstream};

/// A host that the cluster's gateway answers to and has a certificate for: the first one served that is a whole name,
/// or else one below the first wildcard. Where every host is served, it is the gateway's own name.
#[must_use]
pub fn host(plan: &DoorPlan, cluster: &Upstream) -> String {
    let whole = plan.hosts.iter().find(|host| !host.starts_with('*'));
    let below = || plan.hosts.iter().find_map(|host| host.strip_prefix("*.").map(|domain| format!("health.{domain}")));
    whole.cloned().or_else(below).unwrap_or_else(|| cluster.host.clone())
}
