//! Routes that nobody may use.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a route with an empty `tenants` list.
    ///
    /// ## Why it matters
    /// Without a list every tenant may use a route; with an empty one nobody may.
    ///
    /// ## Example
    /// ```yaml
    /// routes:
    ///   - {path: /admin, to: web, tenants: []}
    ///   - {path: /, to: web}
    /// ```
    ///
    /// ## Mend
    /// Remove the list to open the route to every tenant, name the tenants, or remove the route.
    /// ```yaml
    /// routes:
    ///   - {path: /admin, to: web, tenants: [acme]}
    ///   - {path: /, to: web}
    /// ```
    pub static RULE: TN0254, "route-for-nobody", Warning, "the list of tenants of this route is empty";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for route in policy.routes.iter().filter(|it| it.tenants.as_ref().is_some_and(Vec::is_empty)) {
        found.push(
            RULE.at(route.path.span, format!("no tenant may use route `{}`", route.path.value))
                .help("remove the empty `tenants` to open it to all, or name the tenants"),
        );
    }
}
