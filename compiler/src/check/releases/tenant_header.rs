//! Releases chosen by the tenant header.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a release whose `header` is the policy's tenant header.
    ///
    /// ## Why it matters
    /// The gateway replaces the tenant header by its canonical form before anything is routed, and each tenant
    /// has one value of it. Who gets which release is what `sticky` is for.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     releases:
    ///       stable: {labels: {version: v1}, weight: 100}
    ///       canary: {labels: {version: v2}, weight: 0, header: {x-tenant-id: acme}}
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
    pub static RULE: TN0243, "release-by-tenant-header", Error, "the tenant header cannot choose a release";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let tenant_header = &policy.tenancy.header;
    for service in policy.services.values() {
        for (name, release) in &service.releases {
            let Some(header) = release.header.as_ref().filter(|it| it.0.eq_ignore_ascii_case(tenant_header)) else {
                continue;
            };
            found.push(
                RULE.at(header.span, format!("release `{name}` cannot be chosen by the tenant header"))
                    .related(tenant_header.span, "the tenant header")
                    .help("choose a header of your own, or use `sticky: tenant`"),
            );
        }
    }
}
