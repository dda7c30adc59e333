//! Routes that never match.

use crate::check::routes::{bypass, shadows};
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a route whose path and methods an earlier route covers.
    ///
    /// ## Why it matters
    /// The first match in the policy's order wins. Such a route is never reached.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   admin: {port: 8080, callers: [ingress]}
    /// routes:
    ///   - {path: /, to: web}
    ///   - {path: /admin, to: admin}
    /// ```
    ///
    /// ## Mend
    /// Put the longer path first.
    /// ```yaml
    /// services:
    ///   admin: {port: 8080, callers: [ingress]}
    /// routes:
    ///   - {path: /admin, to: admin}
    ///   - {path: /, to: web}
    /// ```
    pub static RULE: TN0250, "unreachable-route", Warning, "an earlier route takes everything this one matches";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (index, route) in policy.routes.iter().enumerate() {
        let Some(first) = policy.routes.iter().take(index).find(|it| shadows(it, route)) else { continue };
        // A restriction that is lost this way is an error of its own.
        if bypass(policy, index).is_some() {
            continue;
        }
        found.push(
            RULE.at(route.path.span, format!("route `{}` is never reached", route.path.value))
                .related(first.path.span, "takes every request that it matches")
                .help("put the longer path first, or remove the route"),
        );
    }
}
