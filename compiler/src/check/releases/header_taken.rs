//! Two releases behind one header.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use std::collections::HashMap;

rule! {
    /// ## What it does
    /// Finds two releases of a service with the same `header` and value.
    ///
    /// ## Why it matters
    /// The first one in the policy's order gets the request; the header never reaches the second.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     releases:
    ///       stable: {labels: {version: v1}, weight: 100}
    ///       blue: {labels: {version: v2}, weight: 0, header: {x-canary: "true"}}
    ///       green: {labels: {version: v3}, weight: 0, header: {x-canary: "true"}}
    /// ```
    ///
    /// ## Mend
    /// Give each a value of its own.
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     releases:
    ///       stable: {labels: {version: v1}, weight: 100}
    ///       blue: {labels: {version: v2}, weight: 0, header: {x-canary: blue}}
    ///       green: {labels: {version: v3}, weight: 0, header: {x-canary: green}}
    /// ```
    pub static RULE: TN0244, "release-header-taken", Warning, "two releases of a service are chosen by the same header";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for service in policy.services.values() {
        let mut seen = HashMap::new();
        for (name, release) in &service.releases {
            let Some(header) = &release.header else { continue };
            if let Some((first, span)) = seen.get(&header.value) {
                found.push(
                    RULE.at(header.span, format!("release `{name}` is never chosen by its header"))
                        .related(*span, format!("chooses `{first}` already"))
                        .help("give each release a value of its own"),
                );
            } else {
                seen.insert(&header.value, (name, header.span));
            }
        }
    }
}
