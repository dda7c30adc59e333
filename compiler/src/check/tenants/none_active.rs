//! A policy that serves nobody.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a policy with no tenant at all, or with suspended ones only.
    ///
    /// ## Why it matters
    /// Unknown and suspended tenants are refused with 403. Without an active tenant nothing but exempt paths
    /// gets an answer; a `tenantsFrom` file that came out empty looks just like this.
    ///
    /// ## Example
    /// ```yaml
    /// tenants:
    ///   acme: {cluster: us, status: suspended}
    /// ```
    ///
    /// ## Mend
    /// Add a tenant, or make one active.
    /// ```yaml
    /// tenants:
    ///   acme: {cluster: us}
    /// ```
    pub static RULE: TN0204, "no-active-tenants", Warning, "no tenant is active, so every request is refused";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if policy.tenants.iter().any(|it| !it.suspended) {
        return;
    }
    let message = if policy.tenants.is_empty() { "the policy has no tenants" } else { "every tenant is suspended" };
    let span = policy.tenants.first().map_or(policy.name.span, |it| it.span);
    found.push(RULE.at(span, message).help("add an active tenant, or check the files named by `tenantsFrom`"));
}
