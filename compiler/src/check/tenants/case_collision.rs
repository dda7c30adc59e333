//! Tenants whose ids differ by case alone.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, Tenant};
use std::collections::HashMap;
use tenantry_engine::config::IdGrammar;

rule! {
    /// ## What it does
    /// Finds tenant ids that are equal once upper and lower case are taken for the same.
    ///
    /// ## Why it matters
    /// The filter compares whole ids byte by byte, so `acme` and `Acme` are two tenants. Stores behind it often
    /// fold case: schema names, host names, file names and e-mail domains do. There the two share data, and a
    /// person who types the id by hand reaches the other tenant.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   ids: org-colon
    /// tenants:
    ///   acme: {cluster: us}
    ///   Acme: {cluster: us}
    /// ```
    ///
    /// ## Mend
    /// Give one of them an id of its own.
    /// ```yaml
    /// tenancy:
    ///   ids: org-colon
    /// tenants:
    ///   acme: {cluster: us}
    ///   acme_labs: {cluster: us}
    /// ```
    pub static RULE: TN0201, "tenants-differ-by-case", Warning, "two tenant ids differ by case alone";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    // The other grammars have no upper case.
    if policy.tenancy.ids.value != IdGrammar::OrgColon {
        return;
    }
    let mut seen: HashMap<String, &Tenant> = HashMap::with_capacity(policy.tenants.len());
    for tenant in &policy.tenants {
        let Some(first) = seen.insert(tenant.id.to_ascii_lowercase(), tenant) else { continue };
        found.push(
            RULE.at(tenant.span, format!("tenant `{}` differs from `{}` by case alone", tenant.id, first.id))
                .related(first.span, "the other one")
                .help("give one of them an id that differs in more than case"),
        );
    }
}
