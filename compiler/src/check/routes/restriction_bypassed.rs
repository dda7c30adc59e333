//! Restrictions that come too late.

use crate::check::routes::shadows;
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a route with a `tenants` list whose path and methods an earlier route covers.
    ///
    /// ## Why it matters
    /// The first match in the policy's order wins, so the list is never looked at: requests that were meant for
    /// certain tenants only go to the earlier route, whoever sends them.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   admin: {port: 8080, callers: [ingress]}
    /// routes:
    ///   - {path: /, to: web}
    ///   - {path: /admin, to: admin, tenants: [acme]}
    /// ```
    ///
    /// ## Mend
    /// Put the restricted route first.
    /// ```yaml
    /// services:
    ///   admin: {port: 8080, callers: [ingress]}
    /// routes:
    ///   - {path: /admin, to: admin, tenants: [acme]}
    ///   - {path: /, to: web}
    /// ```
    pub static RULE: TN0251, "route-restriction-bypassed", Error, "an earlier route lets every tenant past this restriction";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (index, route) in policy.routes.iter().enumerate().filter(|(_, it)| it.tenants.is_some()) {
        let Some(first) = policy.routes.iter().take(index).find(|it| shadows(it, route)) else { continue };
        found.push(
            RULE.at(route.path.span, format!("the restriction of route `{}` is never applied", route.path.value))
                .label("this list of tenants is not looked at")
                .related(first.path.span, "takes every request first")
                .help("put the restricted route first"),
        );
    }
}
