//! Sampling of what is not traced.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a tier's `sampling` in a policy without `tracing`.
    ///
    /// ## Why it matters
    /// Nothing is traced. Somebody who reads the tier expects spans that never come.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   tiers:
    ///     standard: {sampling: 10%}
    ///   default: {tier: standard}
    /// ```
    ///
    /// ## Mend
    /// Add `tracing`, or remove the tier's share.
    /// ```yaml
    /// tenancy:
    ///   tiers:
    ///     standard: {sampling: 10%}
    ///   default: {tier: standard}
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    /// ```
    pub static RULE: TN0411, "tier-sampling-untraced", Warning, "a tier is sampled and nothing is traced";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let sampled = policy.tenancy.tiers.values().filter_map(|tier| tier.sampling.as_ref());
    for sampling in sampled.filter(|_| policy.tracing.is_none()) {
        found.push(RULE.at(sampling.span, "nothing is traced").help("add `tracing`, or remove `sampling`"));
    }
}
