//! Tiers that nobody has.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use std::collections::HashSet;

rule! {
    /// ## What it does
    /// Finds a tier that is neither a tenant's nor the default.
    ///
    /// ## Why it matters
    /// A tier that nobody has limits nobody. Often a tenant was meant to have it.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   tiers:
    ///     standard: {rate: 50/s, burst: 100}
    ///     gold: {rate: 500/s, burst: 1000}
    /// ```
    ///
    /// ## Mend
    /// Give the tier to a tenant, or remove it.
    /// ```yaml
    /// tenancy:
    ///   tiers:
    ///     standard: {rate: 50/s, burst: 100}
    ///     gold: {rate: 500/s, burst: 1000}
    /// tenants:
    ///   acme: {cluster: us, tier: gold}
    /// ```
    pub static RULE: TN0206, "unused-tier", Warning, "no tenant has this tier";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let mut used: HashSet<&str> = policy.tenants.iter().map(|it| it.tier.as_str()).collect();
    used.insert(&policy.tenancy.default_tier);
    for (name, tier) in policy.tenancy.tiers.iter().filter(|(name, _)| !used.contains(name.as_str())) {
        found.push(
            RULE.at(tier.span, format!("no tenant has tier `{name}`")).help("give it to a tenant, or remove the tier"),
        );
    }
}
