//! Signing keys fetched over plain HTTP.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a `jwks` address that starts with `http://`.
    ///
    /// ## Why it matters
    /// Whoever can answer in the place of that address can hand out keys of their own and then sign a token for
    /// any tenant.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   token:
    ///     issuer: https://id.example.com
    ///     jwks: http://id.example.com/keys
    ///     audiences: [shop]
    ///     claim: tenant_id
    /// ```
    ///
    /// ## Mend
    /// Fetch keys over HTTPS.
    /// ```yaml
    /// tenancy:
    ///   token:
    ///     issuer: https://id.example.com
    ///     jwks: https://id.example.com/keys
    ///     audiences: [shop]
    ///     claim: tenant_id
    /// ```
    pub static RULE: TN0214, "token-keys-over-http", Warning, "signing keys are fetched without TLS";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(jwks) = policy.tenancy.token.as_ref().and_then(|it| it.jwks.as_ref()) else { return };
    if let Some(rest) = jwks.strip_prefix("http://") {
        found.push(RULE.at(jwks.span, "signing keys are fetched without TLS").help(format!("use `https://{rest}`")));
    }
}
