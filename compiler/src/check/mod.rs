//! The rules: what makes a policy wrong although it reads well. One folder per subject, one file per rule.

mod alb;
mod edge;
mod front_door;
mod mesh;
mod output;
mod registry;
mod releases;
mod report;
mod resilience;
mod routes;
mod services;
mod show;
mod size;
mod suppress;
mod tenants;
mod tiers;
mod tracing;

pub use registry::{find, registry};
pub use report::{Report, report};
pub use size::{estimated_size, object_size};
pub use suppress::Suppressions;

use crate::diagnostic::{Diagnostic, Rule};
use crate::policy::Policy;

/// A rule and the function that looks for what it forbids.
struct Check {
    rule: &'static Rule,
    run: fn(&Policy, &mut Vec<Diagnostic>),
}

/// Every rule about policies.
fn checks() -> impl Iterator<Item = &'static Check> {
    [
        tenants::CHECKS,
        edge::CHECKS,
        front_door::CHECKS,
        alb::CHECKS,
        mesh::CHECKS,
        output::CHECKS,
        resilience::CHECKS,
        releases::CHECKS,
        routes::CHECKS,
        services::CHECKS,
        tiers::CHECKS,
        tracing::CHECKS,
    ]
    .into_iter()
    .flatten()
}

/// Whether [`check`] runs a rule.
fn is_policy_rule(rule: &Rule) -> bool {
    checks().any(|it| it.rule.code == rule.code)
}

/// Runs every rule over a policy, whatever its comments excuse.
#[must_use]
pub fn check(policy: &Policy) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for check in checks() {
        (check.run)(policy, &mut found);
    }
    found
}
