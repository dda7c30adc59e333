//! Tokens made for someone else.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a `tenancy.token` without `audiences`.
    ///
    /// ## Why it matters
    /// An issuer signs tokens for many applications. Without an audience, a token that was made for any of them
    /// opens this mesh, as long as it has the claim.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   token:
    ///     issuer: https://id.example.com
    ///     jwks: https://id.example.com/keys
    ///     claim: tenant_id
    /// ```
    ///
    /// ## Mend
    /// List the audiences that stand for this application.
    /// ```yaml
    /// tenancy:
    ///   token:
    ///     issuer: https://id.example.com
    ///     jwks: https://id.example.com/keys
    ///     audiences: [shop]
    ///     claim: tenant_id
    /// ```
    pub static RULE: TN0213, "token-without-audience", Warning, "tokens made for other applications are accepted";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(token) = policy.tenancy.token.as_ref().filter(|it| it.audiences.is_empty()) else { return };
    let span = token.issuer.as_ref().map_or(token.span, |it| it.span);
    found.push(
        RULE.at(span, "tokens that this issuer made for other applications are accepted")
            .help("add `audiences` with the `aud` of tokens made for this application"),
    );
}
