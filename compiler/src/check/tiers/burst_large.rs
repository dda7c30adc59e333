//! Bursts without end.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a tier whose `burst` is more than an hour's worth of its `rate`.
    ///
    /// ## Why it matters
    /// A tenant that has been quiet may send the whole burst at once. A bucket that takes over an hour to fill
    /// does not protect a service from anything.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   tiers:
    ///     standard: {rate: 1/s, burst: 10000}
    /// ```
    ///
    /// ## Mend
    /// Choose a burst that the services can take at once.
    /// ```yaml
    /// tenancy:
    ///   tiers:
    ///     standard: {rate: 1/s, burst: 60}
    /// ```
    pub static RULE: TN0272, "burst-too-large", Warning, "the burst makes the rate meaningless";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, tier) in &policy.tenancy.tiers {
        let (Some(rate), Some(burst)) = (&tier.millirate, &tier.burst) else { continue };
        let hour = rate.value.saturating_mul(3600) / 1000;
        if rate.value > 0 && u64::from(burst.value) > hour.max(1) {
            found.push(
                RULE.at(burst.span, format!("tier `{name}` allows over an hour's worth of requests at once"))
                    .related(rate.span, format!("{hour} requests an hour"))
                    .help("lower `burst` to what the services can take at once"),
            );
        }
    }
}
