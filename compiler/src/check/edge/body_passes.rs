//! Body binding that a long body walks around.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use tenantry_engine::config::OverLimit;

rule! {
    /// ## What it does
    /// Finds `overLimit: pass` in `tenancy.body`.
    ///
    /// ## Why it matters
    /// A client that pads its body past the limit escapes the comparison between body and header, and can then
    /// name another tenant in the body.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   body: {pointers: [/tenant_id], limit: 64Ki, overLimit: pass}
    /// ```
    ///
    /// ## Mend
    /// Refuse such bodies, and set the limit to what your largest honest request needs.
    /// ```yaml
    /// tenancy:
    ///   body: {pointers: [/tenant_id], limit: 4Mi, overLimit: refuse}
    /// ```
    pub static RULE: TN0217, "body-over-limit-passes", Warning, "a body over the limit is not bound to the tenant";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(body) = policy.tenancy.body.as_ref().filter(|it| *it.over_limit == OverLimit::Pass) else { return };
    found.push(
        RULE.at(body.over_limit.span, format!("a body of more than {} bytes passes unchecked", body.limit))
            .help("use `overLimit: refuse`, and raise `limit` to what honest requests need"),
    );
}
