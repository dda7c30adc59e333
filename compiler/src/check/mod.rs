//! The rules: what makes a policy wrong although it reads well. One folder per subject, one file per rule.

mod edge;
mod mesh;
mod registry;
mod releases;
mod resilience;
mod routes;
mod services;
mod show;
mod tenants;
mod tiers;
mod tracing;

pub use registry::{find, registry};

use crate::diagnostic::{Diagnostic, Rule, sort};
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
        mesh::CHECKS,
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

/// Runs every rule over a policy. The result is in printing order.
#[must_use]
pub fn check(policy: &Policy) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for check in checks() {
        (check.run)(policy, &mut found);
    }
    sort(&mut found);
    found
}
