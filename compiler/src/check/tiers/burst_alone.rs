//! Bursts of nothing.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a tier with `burst` and no `rate`.
    ///
    /// ## Why it matters
    /// A burst is how far a tenant may run ahead of its rate. Without a rate there is no limit at all.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   tiers:
    ///     standard: {burst: 100}
    /// ```
    ///
    /// ## Mend
    /// Add the rate.
    /// ```yaml
    /// tenancy:
    ///   tiers:
    ///     standard: {rate: 50/s, burst: 100}
    /// ```
    pub static RULE: TN0270, "burst-without-rate", Warning, "a burst without a rate limits nothing";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, tier) in &policy.tenancy.tiers {
        let (None, Some(burst)) = (&tier.millirate, &tier.burst) else { continue };
        found.push(
            RULE.at(burst.span, format!("tier `{name}` has a burst but no rate, so it limits nothing"))
                .help(format!("add a rate, for example `rate: {}/s`", burst.value)),
        );
    }
}
