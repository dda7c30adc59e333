//! A policy that routes nothing.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a policy without routes.
    ///
    /// ## Why it matters
    /// The gateway answers 404 to every request that has no route.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web: {port: 8000, callers: [batch]}
    ///   batch: {port: 8000, callers: [web]}
    /// routes: []
    /// ```
    ///
    /// ## Mend
    /// Route at least one path to a service.
    /// ```yaml
    /// routes:
    ///   - {path: /, to: web}
    /// ```
    pub static RULE: TN0255, "no-routes", Warning, "the policy has no routes";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if policy.routes.is_empty() {
        found.push(
            RULE.at(policy.ingress.span, "no route leads from these hosts to a service")
                .label("every request is answered with 404")
                .help("add `routes`, for example `- {path: /, to: SERVICE}`"),
        );
    }
}
