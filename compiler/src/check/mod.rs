//! The rules: what makes a policy wrong although it reads well. One file per rule.

mod registry;
mod retry_budget;

pub use registry::{find, registry};

use crate::diagnostic::{Diagnostic, sort};
use crate::policy::Policy;

/// Every rule about policies, as a function that adds what it finds.
const RULES: &[fn(&Policy, &mut Vec<Diagnostic>)] = &[retry_budget::check];

/// Runs every rule over a policy. The result is in printing order.
#[must_use]
pub fn check(policy: &Policy) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in RULES {
        rule(policy, &mut found);
    }
    sort(&mut found);
    found
}
