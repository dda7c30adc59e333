//! Restrictions that a rewrite walks around.

use crate::check::routes::{admits_others, covers, share};
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, Route};

rule! {
    /// ## What it does
    /// Finds a route that, with its own rewrite or that of a route with a `tenants` list, leads tenants that
    /// are not in the list to the same paths of the same service.
    ///
    /// ## Why it matters
    /// The gateway looks at the path that the client sends, the service at the rewritten one. With `rewrite:
    /// /`, a request for `/shop/admin` arrives as `/admin`, and the list on route `/admin` was never looked at.
    ///
    /// ## Example
    /// ```yaml
    /// routes:
    ///   - {path: /admin, to: web, tenants: [acme]}
    ///   - {path: /shop, to: web, rewrite: /}
    /// ```
    ///
    /// ## Mend
    /// Restrict what the rewrite leads to as well, with a route of its own.
    /// ```yaml
    /// routes:
    ///   - {path: /admin, to: web, tenants: [acme]}
    ///   - {path: /shop/admin, to: web, rewrite: /admin, tenants: [acme]}
    ///   - {path: /shop, to: web, rewrite: /}
    /// ```
    pub static RULE: TN0257, "route-restriction-rewritten", Error, "a rewrite leads other tenants to what a route restricts";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for restricted in policy.routes.iter().filter(|it| it.tenants.is_some()) {
        for (index, route) in policy.routes.iter().enumerate() {
            let rewritten = restricted.rewrite.is_some() || route.rewrite.is_some();
            if !rewritten || route.to != restricted.to || !share(route, restricted) || !admits_others(route, restricted)
            {
                continue;
            }
            let (arrives, guarded) = (upstream(route), upstream(restricted));
            // A path that is spelled out, or lies below what is guarded, was opened on purpose.
            let spelled_out = route.rewrite.is_none() && arrives == guarded;
            if spelled_out || !covers(arrives, guarded) {
                continue;
            }
            let rest = &guarded[arrives.trim_end_matches('/').len()..];
            let sent = join(&route.path, rest);
            let taker = policy.routes.iter().position(|it| covers(&it.path, &sent) && share(it, restricted));
            if taker != Some(index) {
                continue;
            }
            let place = route.rewrite.as_ref().unwrap_or(&route.path);
            let message =
                format!("`{sent}` leads other tenants past the restriction of route `{}`", restricted.path.value);
            found.push(
                RULE.at(place.span, message)
                    .label(format!("`{sent}` arrives at `{}` as `{}`", route.to.value, join(arrives, rest)))
                    .related(restricted.path.span, "this list of tenants is not looked at")
                    .help(format!("put a route for `{sent}` with the same `tenants` before this one")),
            );
        }
    }
}

/// The path under which a service sees a route.
fn upstream(route: &Route) -> &str {
    route.rewrite.as_ref().unwrap_or(&route.path)
}

fn join(prefix: &str, rest: &str) -> String {
    let joined = format!("{}{rest}", prefix.trim_end_matches('/'));
    if joined.is_empty() { "/".to_owned() } else { joined }
}
