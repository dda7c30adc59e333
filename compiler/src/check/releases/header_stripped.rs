//! Headers that never arrive.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use tenantry_engine::decision::STAMP_PREFIX;

rule! {
    /// ## What it does
    /// Finds a release whose `header` starts with `x-tenantry-`, or is the tenant header.
    ///
    /// ## Why it matters
    /// The gateway removes every client-sent header under `x-tenantry-` before it looks at anything, so such a
    /// release can never be chosen. The tenant header is replaced by its canonical form; choose tenants with
    /// `sticky` or a tier instead.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     releases:
    ///       stable: {labels: {version: v1}, weight: 100}
    ///       canary: {labels: {version: v2}, weight: 0, header: {x-tenantry-canary: "true"}}
    /// ```
    ///
    /// ## Mend
    /// Choose a header of your own.
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     releases:
    ///       stable: {labels: {version: v1}, weight: 100}
    ///       canary: {labels: {version: v2}, weight: 0, header: {x-canary: "true"}}
    /// ```
    pub static RULE: TN0243, "release-header-stripped", Error, "the gateway removes the header that chooses this release";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for service in policy.services.values() {
        for (name, release) in &service.releases {
            let Some(header) = &release.header else { continue };
            let spelled = &header.value.0;
            let why = if spelled.replace('_', "-").starts_with(STAMP_PREFIX) {
                "removed from every request"
            } else if spelled.eq_ignore_ascii_case(&policy.tenancy.header) {
                "the tenant header"
            } else {
                continue;
            };
            found.push(
                RULE.at(header.span, format!("release `{name}` cannot be chosen by header `{spelled}`"))
                    .label(why)
                    .help("choose a header of your own, such as `x-canary`"),
            );
        }
    }
}
