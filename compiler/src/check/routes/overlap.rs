//! Routes that share requests.

use crate::check::routes::{bypass, covers, shadows, share, takes};
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a route that an earlier one, limited to certain methods, covers in part.
    ///
    /// ## Why it matters
    /// Requests with those methods go to the earlier route, the others to this one. Two services then share a
    /// path, which is easy to miss when either changes.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   admin: {port: 8080, callers: [ingress]}
    /// routes:
    ///   - {path: /, methods: [GET], to: web}
    ///   - {path: /admin, to: admin}
    /// ```
    ///
    /// ## Mend
    /// Put the longer path first, or say on the later route which methods it takes.
    /// ```yaml
    /// services:
    ///   admin: {port: 8080, callers: [ingress]}
    /// routes:
    ///   - {path: /admin, to: admin}
    ///   - {path: /, methods: [GET], to: web}
    /// ```
    pub static RULE: TN0252, "overlapping-routes", Warning, "an earlier route takes some of the requests of this one";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (index, route) in policy.routes.iter().enumerate() {
        let before = || policy.routes.iter().take(index);
        // Where nothing is left for the later route, or a restriction is lost, another rule says so.
        if before().any(|it| shadows(it, route)) || bypass(policy, index).is_some() {
            continue;
        }
        let Some(first) = before().find(|it| covers(&it.path, &route.path) && share(it, route) && it.to != route.to)
        else {
            continue;
        };
        let shared: Vec<_> = first.methods.iter().map(|it| it.as_str()).filter(|it| takes(route, it)).collect();
        found.push(
            RULE.at(
                route.path.span,
                format!("{} requests for `{}` go to `{}`", shared.join(" and "), route.path.value, first.to.value),
            )
            .related(first.path.span, "takes them first")
            .help("put the longer path first, or list `methods` on the later route"),
        );
    }
}
