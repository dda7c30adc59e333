//! Services that nobody may call.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Caller, Policy};
use std::collections::HashSet;

rule! {
    /// ## What it does
    /// Finds a service without `callers` that calls no other service either.
    ///
    /// ## Why it matters
    /// Access is denied to everyone who is not listed, so nothing in the mesh reaches such a service. A
    /// workload that only calls others, such as a scheduled job, needs no callers.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   search: {port: 8080}
    /// ```
    ///
    /// ## Mend
    /// List who calls it, or remove it.
    /// ```yaml
    /// services:
    ///   search: {port: 8080, callers: [web]}
    /// ```
    pub static RULE: TN0260, "service-without-callers", Warning, "nobody may call this service";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let calls = policy.services.values().flat_map(|it| &it.callers).filter_map(|it| match &it.value {
        Caller::Service(name) => Some(name.as_str()),
        Caller::Ingress => None,
    });
    let calling: HashSet<&str> = calls.collect();
    for (name, service) in policy.services.iter().filter(|(_, it)| it.callers.is_empty()) {
        if calling.contains(name.as_str()) {
            continue;
        }
        found.push(
            RULE.at(service.span, format!("nobody may call `{name}`"))
                .help("add `callers`, for example `callers: [ingress]`, or remove the service"),
        );
    }
}
