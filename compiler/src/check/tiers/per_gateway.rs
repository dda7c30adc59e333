//! Rates that every gateway counts alone.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, Profile};

rule! {
    /// ## What it does
    /// Finds a rate in `profile: production`.
    ///
    /// ## Why it matters
    /// The bucket of a tenant is shared by all workers of one proxy, not by several proxies. The production
    /// profile runs several gateway replicas, so a tenant whose requests spread over three of them gets up to
    /// three times its rate.
    ///
    /// ## Example
    /// ```yaml
    /// mesh:
    ///   profile: production
    /// ```
    ///
    /// ## Mend
    /// Divide the rate by the usual number of replicas, or suppress this where the rate is a guard rather than
    /// a contract.
    /// ```yaml
    /// mesh:
    ///   profile: minimal
    /// ```
    pub static RULE: TN0273, "rate-per-gateway", Note, "each gateway replica counts the rate on its own";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if policy.mesh.profile.value != Profile::Production {
        return;
    }
    let Some((name, rate)) = policy.tenancy.tiers.iter().find_map(|(name, it)| Some((name, it.millirate.as_ref()?)))
    else {
        return;
    };
    found.push(
        RULE.at(rate.span, format!("each gateway replica counts the rate of tier `{name}` on its own"))
            .related(policy.mesh.profile.span, "runs several replicas")
            .help("divide rates by the usual number of replicas"),
    );
}
