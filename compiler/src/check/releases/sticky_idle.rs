//! Stickiness with nothing to hold on to.

use crate::check::show::WHOLE;
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds `sticky: tenant` on the first release of a service, and on a release whose weight is 0 or 100.
    ///
    /// ## Why it matters
    /// The first release is the base: it takes every tenant that no other release takes, so it has no share of
    /// its own to stick to. A share of nothing or of everything cannot be sticky either.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     releases:
    ///       stable: {labels: {version: v1}, weight: 95, sticky: tenant}
    ///       canary: {labels: {version: v2}, weight: 5}
    /// ```
    ///
    /// ## Mend
    /// Make the release sticky that takes a share of the tenants.
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     releases:
    ///       stable: {labels: {version: v1}, weight: 95}
    ///       canary: {labels: {version: v2}, weight: 5, sticky: tenant}
    /// ```
    pub static RULE: TN0241, "sticky-without-effect", Warning, "`sticky` has no effect on this release";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for service in policy.services.values() {
        for (index, (name, release)) in service.releases.iter().enumerate().filter(|(_, (_, it))| it.sticky) {
            let why = match release.weight.value {
                _ if index == 0 => "the first release takes the tenants that the others leave",
                0 => "no tenant is in a share of 0%",
                WHOLE => "every tenant is in a share of 100%",
                _ => continue,
            };
            found.push(
                RULE.at(release.span, format!("`sticky` has no effect on release `{name}`: {why}"))
                    .help("remove `sticky` here; put it on the release that takes a share of the tenants"),
            );
        }
    }
}
