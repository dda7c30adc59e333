//! Hosts that are listed twice.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a host that `ingress.hosts` lists twice, in any case, or that a wildcard in the list covers
    /// already.
    ///
    /// ## Why it matters
    /// Istio refuses or ignores the second of two equal hosts on a gateway, and which of a name and a wildcard
    /// wins is easy to misread.
    ///
    /// ## Example
    /// ```yaml
    /// ingress:
    ///   hosts: [api.example.com, API.example.com]
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
        let others = policy.ingress.hosts.iter().enumerate();
        let first =
            others.filter(|&(at, it)| at != index && covers(it, host)).find(|&(at, it)| at < index || **it != **host);
        let Some((_, first)) = first else { continue };
        found.push(
            RULE.at(host.span, format!("host `{}` is served already", host.value))
                .related(first.span, format!("covered by `{}`", first.value))
                .help("remove it"),
        );
    }
}

/// Whether `pattern` serves all that `host` does. Hosts differ in case at most where this is called twice over, so
/// equal names cover each other.
fn covers(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (pattern.to_ascii_lowercase(), host.to_ascii_lowercase());
    match pattern.strip_prefix('*') {
        Some(suffix) if pattern != host => host.ends_with(suffix),
        _ => pattern == host,
    }
}
