//! A tenant header that nothing vouches for.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a policy without `tenancy.token`.
    ///
    /// ## Why it matters
    /// The gateway removes every copy of its own internal headers, but the tenant header itself comes from the
    /// client. Without a verified claim to compare it with, whoever reaches the gateway can be any tenant whose
    /// id they know or guess.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy: {header: X-Tenant-ID, ids: slug, tiers: {standard: {rate: 50/s, burst: 100}}, default: {tier: standard}}
    /// ```
    ///
    /// ## Mend
    /// Bind the header to a claim of a verified token. Suppress this only where something in front of the
    /// gateway authenticates clients, sets the header itself and is the only way in.
    /// ```yaml
    /// tenancy:
    ///   token:
    ///     issuer: https://id.example.com
    ///     jwks: https://id.example.com/keys
    ///     audiences: [shop]
    ///     claim: tenant_id
    /// ```
    pub static RULE: TN0210, "unverified-tenant-header", Warning, "the tenant header is whatever the client says";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if policy.tenancy.token.is_none() {
        found.push(
            RULE.at(
                policy.tenancy.header.span,
                format!("nothing vouches for header `{}`", policy.tenancy.header.value),
            )
            .label("any client can name any tenant")
            .help("add `tenancy.token` with `issuer`, `jwks`, `audiences` and `claim`"),
        );
    }
}
