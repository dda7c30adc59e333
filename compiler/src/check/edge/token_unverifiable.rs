//! A claim that cannot be verified.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a `tenancy.token` without `issuer` or without `jwks`.
    ///
    /// ## Why it matters
    /// The gateway trusts a claim only after Istio has verified the token's signature, and for that it needs
    /// the issuer and the address of its signing keys. Without them every token would be refused, or the claim
    /// would be a client's word.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   token:
    ///     issuer: https://id.example.com
    ///     audiences: [shop]
    ///     claim: tenant_id
    /// ```
    ///
    /// ## Mend
    /// Name both.
    /// ```yaml
    /// tenancy:
    ///   token:
    ///     issuer: https://id.example.com
    ///     jwks: https://id.example.com/keys
    ///     audiences: [shop]
    ///     claim: tenant_id
    /// ```
    pub static RULE: TN0212, "token-without-issuer-or-keys", Error, "the token has no issuer or no keys to verify it with";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(token) = &policy.tenancy.token else { return };
    let missing = match (&token.issuer, &token.jwks) {
        (None, None) => "`issuer` or `jwks`",
        (None, Some(_)) => "`issuer`",
        (Some(_), None) => "`jwks`",
        (Some(_), Some(_)) => return,
    };
    found.push(
        RULE.at(token.claim.span, format!("claim `{}` cannot be verified without {missing}", token.claim.join(".")))
            .help("set `issuer` to the `iss` of your tokens and `jwks` to the URL of the signing keys"),
    );
}
