//! Services that wait for a route.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Caller;
use crate::policy::Policy;
use std::collections::HashSet;

rule! {
    /// ## What it does
    /// Finds a service that lists `ingress` among its `callers` while no route leads to it.
    ///
    /// ## Why it matters
    /// The gateway's permission serves nothing, and it is one that an attacker inside the gateway could use.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   search: {port: 8080, callers: [ingress, web]}
    /// ```
    ///
    /// ## Mend
    /// Add a route, or remove `ingress`.
    /// ```yaml
    /// services:
    ///   search: {port: 8080, callers: [web]}
    /// ```
    pub static RULE: TN0261, "ingress-without-route", Warning, "the gateway may call this service but no route leads there";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if policy.routes.is_empty() {
        return;
    }
    let routed: HashSet<&str> = policy.routes.iter().map(|it| it.to.as_str()).collect();
    for (name, service) in policy.services.iter().filter(|(name, _)| !routed.contains(name.as_str())) {
        let Some(caller) = service.callers.iter().find(|it| it.value == Caller::Ingress) else { continue };
        found.push(
            RULE.at(caller.span, format!("no route leads from the gateway to `{name}`"))
                .help("add a route to it, or remove `ingress` from its callers"),
        );
    }
}
