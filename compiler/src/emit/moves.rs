//! The steps of tenants' moves: for each, the files that it changes, below `move/NUMBER-NAME/` at their usual paths.

use super::filter::{Filter, Module};
use super::{Artifacts, front_door, istio, text};
use crate::plan::moves::{Change, Stage, Step, steps};
use crate::plan::tenants::TenantTable;
use crate::plan::{self, door};
use crate::policy::Policy;

/// Directory of the steps, below the output directory.
pub const DIR: &str = "move";

/// Where a step's files are, below the output directory.
#[must_use]
pub fn directory(step: &Step) -> String {
    format!("{DIR}/{}-{}", step.number, step.change.name())
}

/// Adds the files of every step. What a step leaves as it was is not among them.
pub fn emit(policy: &Policy, module: &Module, table: &TenantTable<'_>, artifacts: &mut Artifacts) {
    // What the steps so far have changed.
    let mut changed = Artifacts::default();
    for step in steps(policy) {
        let mut then = Artifacts::default();
        match step.change {
            Change::Accept => filters(policy, module, table, &step, Stage::Accepted, &mut then),
            Change::HandOver => filters(policy, module, table, &step, Stage::HandedOver, &mut then),
            Change::FrontDoor => {
                if let Some(door) = door::plan(policy, true) {
                    front_door::emit(policy, &door, &mut then);
                }
            }
        }
        for (path, bytes) in then.iter() {
            if changed.get(path).or_else(|| artifacts.get(path)) != Some(bytes) {
                artifacts.add(format!("{}/{path}", directory(&step)), bytes);
                changed.add(path, bytes);
            }
        }
    }
}

/// Nothing but what the filters are told changes in a cluster.
fn filters(
    policy: &Policy,
    module: &Module,
    table: &TenantTable<'_>,
    step: &Step,
    stage: Stage,
    artifacts: &mut Artifacts,
) {
    for plan in step.clusters.iter().filter_map(|name| plan::plan(policy, name)) {
        let filter = Filter::new(policy, &plan.cluster, module, table, stage);
        let documents = istio::traffic_extension::emit(&plan, &filter);
        artifacts.add(format!("{}/{}", plan.cluster, istio::traffic_extension::FILE), text(&plan, &documents));
    }
}
