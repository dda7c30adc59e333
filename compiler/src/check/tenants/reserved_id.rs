//! Ids that the filter itself uses.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a tenant named `other`.
    ///
    /// ## Why it matters
    /// The filter counts each tenant under its own label up to a bound, and all further ones under `other`. A
    /// tenant of that name would share its numbers with every tenant past the bound.
    ///
    /// ## Example
    /// ```yaml
    /// tenants:
    ///   other: {cluster: us}
    /// ```
    ///
    /// ## Mend
    /// Choose another id.
    /// ```yaml
    /// tenants:
    ///   others: {cluster: us}
    /// ```
    pub static RULE: TN0203, "tenant-id-reserved", Warning, "the tenant id has a meaning of its own in metrics";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for tenant in policy.tenants.iter().filter(|it| it.id == "other") {
        found.push(
            RULE.at(
                tenant.span,
                "the metrics of tenant `other` would mix with those of tenants past the metrics bound",
            )
            .label("this label stands for all tenants past the bound")
            .help("choose another id"),
        );
    }
}
