//! Restrictions that come too late.

use crate::check::routes::{bypass, shadows, takes};
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, Route};

rule! {
    /// ## What it does
    /// Finds a route with a `tenants` list whose path an earlier route covers, for some method at least and for
    /// tenants that are not in the list.
    ///
    /// ## Why it matters
    /// The first match in the policy's order wins, so the list is not looked at for those requests: tenants
    /// that were to be kept out get in by the earlier route.
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
    pub static RULE: TN0251, "route-restriction-bypassed", Error, "an earlier route lets other tenants past this restriction";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (index, route) in policy.routes.iter().enumerate() {
        let Some(first) = bypass(policy, index) else { continue };
        let methods = if shadows(first, route) { String::new() } else { methods(first, route) };
        found.push(
            RULE.at(route.path.span, format!("other tenants get past the restriction of route `{}`", route.path.value))
                .label("this list of tenants is not looked at")
                .related(first.path.span, format!("takes {methods}requests first"))
                .help("put the restricted route first"),
        );
    }
}

/// The methods that both routes take, for a sentence to go on with.
fn methods(first: &Route, route: &Route) -> String {
    let shared: Vec<_> = first.methods.iter().map(|it| it.as_str()).filter(|it| takes(route, it)).collect();
    format!("{} ", shared.join(" and "))
}
