//! Hosts that a wildcard serves already.

use crate::check::edge::covers;
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a host in `ingress.hosts` that a wildcard in the list serves already.
    ///
    /// ## Why it matters
    /// The entry adds nothing. A reader takes it for a limit that the wildcard does not have.
    ///
    /// ## Example
    /// ```yaml
    /// ingress:
    ///   hosts:
    ///     - "*.example.com" # tenantry: allow(TN0221) the certificate has it, and no name is deeper
    ///     - api.example.com
    /// ```
    ///
    /// ## Mend
    /// Keep one of the two.
    /// ```yaml
    /// ingress:
    ///   hosts: [api.example.com]
    /// ```
    pub static RULE: TN0222, "host-covered-by-wildcard", Warning, "a wildcard serves this host already";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let hosts = &policy.ingress.hosts;
    for host in hosts {
        let Some(wildcard) = hosts.iter().find(|it| *it != host && covers(it, host)) else { continue };
        found.push(
            RULE.at(host.span, format!("`{}` serves host `{}` already", wildcard.value, host.value))
                .related(wildcard.span, "this wildcard")
                .help("keep one of the two"),
        );
    }
}
