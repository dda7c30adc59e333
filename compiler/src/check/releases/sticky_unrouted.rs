//! Stickiness without the gateway.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use std::collections::HashSet;

rule! {
    /// ## What it does
    /// Finds `sticky: tenant` on a release of a service that no route leads to.
    ///
    /// ## Why it matters
    /// The gateway chooses a tenant's side and stamps the request for the service that the route leads to.
    /// Calls inside the mesh carry no such stamp for other services, so their releases are split by weight at
    /// random.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   search:
    ///     port: 8080
    ///     callers: [web]
    ///     releases:
    ///       stable: {labels: {version: v1}, weight: 95}
    ///       canary: {labels: {version: v2}, weight: 5, sticky: tenant}
    /// ```
    ///
    /// ## Mend
    /// Remove `sticky`, or route to the service.
    /// ```yaml
    /// services:
    ///   search:
    ///     port: 8080
    ///     callers: [web]
    ///     releases:
    ///       stable: {labels: {version: v1}, weight: 95}
    ///       canary: {labels: {version: v2}, weight: 5}
    /// ```
    pub static RULE: TN0246, "sticky-without-route", Warning, "`sticky` needs a route from the gateway";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let routed: HashSet<&str> = policy.routes.iter().map(|it| it.to.as_str()).collect();
    for (name, service) in policy.services.iter().filter(|(name, _)| !routed.contains(name.as_str())) {
        for (release, sticky) in service.releases.iter().filter(|(_, it)| it.sticky) {
            found.push(
                RULE.at(
                    sticky.span,
                    format!("release `{release}` cannot stick to tenants: no route leads to `{name}`"),
                )
                .help("remove `sticky`, or route to the service"),
            );
        }
    }
}
