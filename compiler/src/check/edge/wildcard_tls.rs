//! Wildcards that no certificate covers.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a wildcard in `ingress.hosts` together with `ingress.tls`.
    ///
    /// ## Why it matters
    /// `*.example.com` serves names of any depth, and `*` serves every name, but a certificate's
    /// `*.example.com` covers one label only. Clients of the other names see a certificate error, and the
    /// gateway accepts hosts that nobody meant to serve.
    ///
    /// ## Example
    /// ```yaml
    /// ingress:
    ///   hosts: ["*"]
    /// ```
    ///
    /// ## Mend
    /// List the names. Suppress this for `*.example.com` if the certificate has it and no deeper name is in
    /// use.
    /// ```yaml
    /// ingress:
    ///   hosts: [api.example.com, shop.example.com]
    /// ```
    pub static RULE: TN0221, "wildcard-host-with-tls", Warning, "no certificate covers every name of this wildcard";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tls) = &policy.ingress.tls else { return };
    for host in policy.ingress.hosts.iter().filter(|it| it.starts_with('*')) {
        found.push(
            RULE.at(host.span, format!("no certificate covers every name that `{}` serves", host.value))
                .related(tls.secret.span, "one certificate for all of them")
                .help("list the names that are meant"),
        );
    }
}
