//! Services that no verified tenant reaches.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Caller, Policy};
use std::collections::HashSet;

rule! {
    /// ## What it does
    /// Finds a service with callers, none of which is the gateway or is reached from it.
    ///
    /// ## Why it matters
    /// The gateway removes what clients forge, compares the tenant header with the token and stamps the
    /// request. A call that never came through it carries whatever tenant header its caller has made up.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   nightly: {port: 8080}
    ///   index: {port: 8080, callers: [nightly]}
    /// ```
    ///
    /// ## Mend
    /// Let the calls start at the gateway, or excuse the note where the caller is to be believed.
    /// ```yaml
    /// services:
    ///   index: {port: 8080, callers: [web]}
    /// ```
    pub static RULE: TN0267, "service-not-behind-gateway", Note, "no chain of callers leads from the gateway to this service";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let mut behind: HashSet<&str> = HashSet::new();
    loop {
        let before = behind.len();
        let reached = policy.services.iter().filter(|(_, service)| {
            service.callers.iter().any(|it| match &it.value {
                Caller::Ingress => true,
                Caller::Service(name) => behind.contains(name.as_str()),
            })
        });
        let reached: Vec<&str> = reached.map(|(name, _)| name.as_str()).collect();
        behind.extend(reached);
        if behind.len() == before {
            break;
        }
    }
    for (name, service) in policy.services.iter().filter(|(name, _)| !behind.contains(name.as_str())) {
        let Some(caller) = service.callers.first() else { continue };
        found.push(
            RULE.at(caller.span, format!("no call to `{name}` comes through the gateway"))
                .label("says itself which tenant it acts for")
                .help("let the calls start at the gateway, if the caller is not to be believed"),
        );
    }
}
