//! Exempt paths that lead nowhere.

use crate::check::routes::covers;
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds an exempt path that no route covers.
    ///
    /// ## Why it matters
    /// An exempt path needs no tenant, but it still needs a route. Without one the gateway answers 404, and a
    /// load balancer that probes it takes the whole cluster out.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   exempt: [/health]
    /// routes:
    ///   - {path: /shop, to: web}
    /// ```
    ///
    /// ## Mend
    /// Add a route for it.
    /// ```yaml
    /// tenancy:
    ///   exempt: [/health]
    /// routes:
    ///   - {path: /health, methods: [GET], to: web}
    ///   - {path: /shop, to: web}
    /// ```
    pub static RULE: TN0216, "exempt-path-unserved", Warning, "no route serves this exempt path";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for exempt in &policy.tenancy.exempt {
        if !policy.routes.iter().any(|route| covers(&route.path, exempt)) {
            found.push(
                RULE.at(exempt.span, format!("no route serves exempt path `{}`", exempt.value))
                    .label("answered with 404")
                    .help(format!("add a route such as `{{path: {}, methods: [GET], to: ...}}`", exempt.value)),
            );
        }
    }
}
