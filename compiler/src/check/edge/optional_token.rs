//! A token that a client may leave out.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds `required: false` in `tenancy.token`.
    ///
    /// ## Why it matters
    /// A token that may be absent protects only those who send one: an attacker leaves it out and names any
    /// tenant in the header.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   token:
    ///     issuer: https://id.example.com
    ///     jwks: https://id.example.com/keys
    ///     audiences: [shop]
    ///     claim: tenant_id
    ///     required: false
    /// ```
    ///
    /// ## Mend
    /// Require the token. During a migration, suppress this with the date on which it ends.
    /// ```yaml
    /// tenancy:
    ///   token:
    ///     issuer: https://id.example.com
    ///     jwks: https://id.example.com/keys
    ///     audiences: [shop]
    ///     claim: tenant_id
    /// ```
    pub static RULE: TN0211, "token-not-required", Warning, "a client without a token passes on its header alone";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(token) = policy.tenancy.token.as_ref().filter(|it| !*it.required) else { return };
    found.push(
        RULE.at(token.required.span, "a request without a token passes on its header alone")
            .help("remove `required: false`, so that such requests get 401 `token-missing`"),
    );
}
