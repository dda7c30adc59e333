//! Ids that the filter itself uses.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a tenant named `other` or `none`.
    ///
    /// ## Why it matters
    /// The filter counts each tenant under its own label up to a bound, all further ones under `other`, and requests
    /// without an established tenant under `none`. A tenant of such a name would share its numbers with them.
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
    for tenant in &policy.tenants {
        let meaning = match tenant.id.as_str() {
            "other" => "the label of all tenants past the metrics bound",
            "none" => "the label of requests without an established tenant",
            _ => continue,
        };
        found.push(
            RULE.at(tenant.span, format!("the metrics of tenant `{}` would mix with others", tenant.id))
                .label(meaning)
                .help("choose another id"),
        );
    }
}
