//! Routes to a closed door.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Caller;
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a route to a service that does not list `ingress` among its `callers`.
    ///
    /// ## Why it matters
    /// Callers are compiled into an AuthorizationPolicy that denies everyone else. The gateway would be
    /// refused, and every request on this route would get 403.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   search: {port: 8080, callers: [web]}
    /// routes:
    ///   - {path: /search, to: search}
    ///   - {path: /, to: web}
    /// ```
    ///
    /// ## Mend
    /// List `ingress` as a caller, or route to a service that does.
    /// ```yaml
    /// services:
    ///   search: {port: 8080, callers: [ingress, web]}
    /// routes:
    ///   - {path: /search, to: search}
    ///   - {path: /, to: web}
    /// ```
    pub static RULE: TN0253, "route-to-closed-service", Error, "the service does not accept calls from the gateway";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for route in &policy.routes {
        let Some(service) = policy.services.get(&route.to.value) else { continue };
        if service.callers.iter().any(|it| it.value == Caller::Ingress) {
            continue;
        }
        let place = service.callers.first().map_or(service.span, |it| it.span);
        found.push(
            RULE.at(route.to.span, format!("`{}` does not accept calls from the gateway", route.to.value))
                .label("every request is refused with 403")
                .related(place, "`ingress` is not among its callers")
                .help(format!("add `ingress` to the callers of `{}`", route.to.value)),
        );
    }
}
