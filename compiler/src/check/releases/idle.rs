//! Releases that get nothing.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a release with weight 0 that no header chooses.
    ///
    /// ## Why it matters
    /// Nothing ever reaches it. A release at 0% makes sense as one that testers choose with a header, or as a
    /// step of a rollout that was forgotten.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     releases:
    ///       stable: {labels: {version: v1}, weight: 100}
    ///       canary: {labels: {version: v2}, weight: 0}
    /// ```
    ///
    /// ## Mend
    /// Give it a share or a header, or remove it.
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     releases:
    ///       stable: {labels: {version: v1}, weight: 100}
    ///       canary: {labels: {version: v2}, weight: 0, header: {x-canary: "true"}}
    /// ```
    pub static RULE: TN0242, "release-gets-no-traffic", Warning, "no request reaches this release";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for service in policy.services.values() {
        for (name, release) in service.releases.iter().filter(|(_, it)| it.weight.value == 0 && it.header.is_none()) {
            found.push(
                RULE.at(release.weight.span, format!("no request reaches release `{name}`"))
                    .help("give it a weight or a `header` that chooses it, or remove it"),
            );
        }
    }
}
