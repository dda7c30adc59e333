//! Sizes before anything is compiled.

use super::object_size;
use crate::diagnostic::Diagnostic;
use crate::plan::filter::with_tenants;
use crate::plan::moves::Stage;
use crate::plan::place::Place;
use crate::plan::tenants;
use crate::policy::Policy;

/// What is wrong with the size of the largest object that a policy compiles to: the gateway's filter with its
/// configuration. It is nearly the same in every cluster, so one diagnostic stands for all.
#[must_use]
pub fn estimated_size(policy: &Policy) -> Option<Diagnostic> {
    let (cluster, _) = policy.clusters.first()?;
    // A table that cannot be laid out has no size; compiling says why.
    let table = tenants::table(policy).ok()?;
    let tenants = table.told(cluster, Place::Gateway, Stage::Before);
    let config = with_tenants(policy, cluster, Place::Gateway, tenants);
    let bytes = serde_json::to_vec(&config).map_or(0, |json| json.len());
    object_size("the configuration of the gateway's filter", bytes, policy.filter.table.span)
}
