//! An ingress in clear text.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds an `ingress` without `tls`.
    ///
    /// ## Why it matters
    /// Without a TLS secret the gateway listens on plain HTTP. Tokens and tenant ids can be read and replayed
    /// by anyone on the way.
    ///
    /// ## Example
    /// ```yaml
    /// ingress: {hosts: [api.example.com]}
    /// ```
    ///
    /// ## Mend
    /// Name a secret of type `kubernetes.io/tls` in the gateway's namespace. Suppress this only where something
    /// in front of the gateway ends TLS and the way from there is private.
    /// ```yaml
    /// ingress:
    ///   tls: {secret: api-tls}
    /// ```
    pub static RULE: TN0220, "ingress-without-tls", Warning, "tenant headers and tokens travel in clear text";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    // With a front door there is an error to say of it.
    if policy.ingress.tls.is_none() && policy.ingress.front_door.is_none() {
        let span = policy.ingress.hosts.first().map_or(policy.ingress.span, |it| it.span);
        found.push(
            RULE.at(span, "the gateway serves this in clear text")
                .help("add `tls: {secret: NAME}` with a `kubernetes.io/tls` secret in the gateway's namespace"),
        );
    }
}
