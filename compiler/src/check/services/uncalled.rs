//! Services that nobody may call.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a service without `callers`.
    ///
    /// ## Why it matters
    /// Access is denied to everyone who is not listed, so nothing in the mesh reaches such a service.
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
    for (name, service) in policy.services.iter().filter(|(_, it)| it.callers.is_empty()) {
        found.push(
            RULE.at(service.span, format!("nobody may call `{name}`"))
                .help("add `callers`, for example `callers: [ingress]`, or remove the service"),
        );
    }
}
