//! Exempt paths that open a tenant route.

use crate::check::routes::covers;
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, Route};

rule! {
    /// ## What it does
    /// Finds an exempt path that a route with a `tenants` list serves, and one that is itself the path of a
    /// route open to every method.
    ///
    /// ## Why it matters
    /// A request on an exempt path needs no tenant, no token and no rate: anyone may send it. The route's own
    /// list of tenants is not looked at either.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   exempt: [/search]
    /// services:
    ///   search: {port: 8080, callers: [ingress]}
    /// routes:
    ///   - {path: /search, to: search}
    ///   - {path: /, to: web}
    /// ```
    ///
    /// ## Mend
    /// Exempt only what is public, such as health probes, and give each a route of its own that is read-only.
    /// ```yaml
    /// tenancy:
    ///   exempt: [/search/health]
    /// services:
    ///   search: {port: 8080, callers: [ingress]}
    /// routes:
    ///   - {path: /search/health, methods: [GET], to: search}
    ///   - {path: /search, to: search}
    ///   - {path: /, to: web}
    /// ```
    pub static RULE: TN0215, "exempt-path-exposes-route", Warning, "an exempt path opens a route that tenants use";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for exempt in &policy.tenancy.exempt {
        let Some(route) = policy.routes.iter().find(|route| covers(&route.path, exempt)) else { continue };
        let (place, label) = match &route.tenants {
            Some(_) => (route.path.span, "this route is for certain tenants only"),
            None if route.path == *exempt && !read_only(route) => (route.path.span, "this route takes any method"),
            None => continue,
        };
        found.push(
            RULE.at(
                exempt.span,
                format!("exempt path `{}` opens route `{}` to everyone", exempt.value, route.path.value),
            )
            .label("no tenant, no token and no rate apply here")
            .related(place, label)
            .help(format!(
                "remove it from `exempt`, or put a route `{{path: {}, methods: [GET], to: ...}}` first",
                exempt.value
            )),
        );
    }
}

fn read_only(route: &Route) -> bool {
    !route.methods.is_empty() && route.methods.iter().all(|it| matches!(it.as_str(), "GET" | "HEAD" | "OPTIONS"))
}
