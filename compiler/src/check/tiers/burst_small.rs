//! Bursts that eat the rate.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a tier whose `burst` is less than a tenth of a second's worth of its `rate`.
    ///
    /// ## Why it matters
    /// Clients do not send evenly. At 500 requests a second with a burst of 1, two requests within 2
    /// milliseconds are one too many, so tenants are refused far below their rate.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   tiers:
    ///     standard: {rate: 500/s, burst: 1}
    /// ```
    ///
    /// ## Mend
    /// Allow at least a tenth of a second's worth; a second's worth is the default.
    /// ```yaml
    /// tenancy:
    ///   tiers:
    ///     standard: {rate: 500/s, burst: 500}
    /// ```
    pub static RULE: TN0271, "burst-too-small", Warning, "the burst is too small for the rate";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, tier) in &policy.tenancy.tiers {
        let (Some(rate), Some(burst)) = (&tier.millirate, &tier.burst) else { continue };
        let least = rate.value.div_ceil(10_000);
        if u64::from(burst.value) < least {
            found.push(
                RULE.at(burst.span, format!("tier `{name}` refuses requests far below its rate"))
                    .label("the bucket is this small")
                    .related(rate.span, format!("{} requests in a tenth of a second", least))
                    .help(format!("raise `burst` to at least {least}, or remove it for one second's worth")),
            );
        }
    }
}
