//! Ids that an application takes for the same tenant.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use crate::source::Span;
use std::collections::HashMap;
use tenantry_engine::config::IdGrammar;

rule! {
    /// ## What it does
    /// Finds, under `ids: org-colon`, a tenant `acme` beside a tenant `acme:acme`.
    ///
    /// ## Why it matters
    /// Applications that use this grammar complete a bare `acme` to `acme:acme` before they look anything up.
    /// The mesh would treat the two as different tenants, with a cluster, a tier and a status each, while the
    /// application serves both from the same data.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   ids: org-colon
    /// tenants:
    ///   acme: {cluster: us}
    ///   "acme:acme": {cluster: us}
    /// ```
    ///
    /// ## Mend
    /// Keep one spelling of each tenant.
    /// ```yaml
    /// tenancy:
    ///   ids: org-colon
    /// tenants:
    ///   acme: {cluster: us}
    ///   "acme:production": {cluster: us}
    /// ```
    pub static RULE: TN0202, "tenants-share-canonical-form", Error, "`NAME` and `NAME:NAME` are the same tenant to the application";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if policy.tenancy.ids.value != IdGrammar::OrgColon {
        return;
    }
    let bare: HashMap<&str, Span> = policy.tenants.iter().map(|it| (it.id.as_str(), it.span)).collect();
    for tenant in &policy.tenants {
        let Some((org, name)) = tenant.id.split_once(':') else { continue };
        let Some(&other) = bare.get(org).filter(|_| org == name) else { continue };
        found.push(
            RULE.at(tenant.span, format!("`{}` and `{org}` are the same tenant to the application", tenant.id))
                .label("the completed form")
                .related(other, "the bare form")
                .help("remove one of the two"),
        );
    }
}
