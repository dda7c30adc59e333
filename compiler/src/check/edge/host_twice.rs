//! Hosts that are listed twice.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a host that `ingress.hosts` lists twice, or that a wildcard in the list covers
    /// already.
    ///
    /// ## Why it matters
    /// Istio refuses or ignores the second of two equal hosts on a gateway, and which of a name and a wildcard
    /// wins is easy to misread.
    ///
    /// ## Example
    /// ```yaml
    /// ingress:
    ///   hosts: [api.example.com, api.example.com]
    /// ```
    ///
    /// ## Mend
    /// List each host once.
    /// ```yaml
    /// ingress:
    ///   hosts: [api.example.com]
    /// ```
    pub static RULE: TN0222, "host-served-twice", Warning, "a host is listed twice or covered by a wildcard";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (index, host) in policy.ingress.hosts.iter().enumerate() {
        // Of two equal hosts the second is the one too many.
        let first = policy
            .ingress
            .hosts
            .iter()
            .enumerate()
            .find(|&(at, it)| if it == host { at < index } else { covers(it, host) });
        let Some((_, first)) = first else { continue };
        found.push(
            RULE.at(host.span, format!("host `{}` is served already", host.value))
                .related(first.span, format!("covered by `{}`", first.value))
                .help("remove it"),
        );
    }
}

/// Whether a wildcard serves another host.
fn covers(pattern: &str, host: &str) -> bool {
    pattern.strip_prefix('*').is_some_and(|suffix| host.ends_with(suffix))
}
