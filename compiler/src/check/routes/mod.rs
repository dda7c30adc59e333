//! Rules about routes.

mod closed_service;
mod grpc_rewrite;
mod overlap;
mod restriction_bypassed;
mod rewrite_bypass;
mod unreachable;

use super::Check;
use crate::policy::{Policy, Route};

/// The rules, in the order of their codes.
pub static CHECKS: &[Check] = &[
    Check { rule: &unreachable::RULE, run: unreachable::check },
    Check { rule: &restriction_bypassed::RULE, run: restriction_bypassed::check },
    Check { rule: &overlap::RULE, run: overlap::check },
    Check { rule: &closed_service::RULE, run: closed_service::check },
    Check { rule: &grpc_rewrite::RULE, run: grpc_rewrite::check },
    Check { rule: &rewrite_bypass::RULE, run: rewrite_bypass::check },
];

/// Whether a route's path, which matches by whole segments, covers another path.
pub(super) fn covers(route: &str, path: &str) -> bool {
    let rest = path.strip_prefix(route.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a route takes a method.
pub(super) fn takes(route: &Route, method: &str) -> bool {
    route.methods.is_empty() || route.methods.iter().any(|it| it.value == method)
}

/// Whether every request that `later` matches goes to `first`.
fn shadows(first: &Route, later: &Route) -> bool {
    let methods =
        first.methods.is_empty() || !later.methods.is_empty() && later.methods.iter().all(|it| takes(first, it));
    methods && covers(&first.path, &later.path)
}

/// Whether some method goes to both routes.
fn share(a: &Route, b: &Route) -> bool {
    a.methods.is_empty() || b.methods.is_empty() || a.methods.iter().any(|it| takes(b, it))
}

/// Whether a route lets tenants in that a restricted one keeps out.
fn admits_others(route: &Route, restricted: &Route) -> bool {
    let Some(listed) = &restricted.tenants else { return false };
    route.tenants.as_ref().is_none_or(|admitted| admitted.iter().any(|it| !listed.contains(it)))
}

/// The earlier route by which other tenants get past the restriction of the route at `index`, if it has one.
fn bypass(policy: &Policy, index: usize) -> Option<&Route> {
    let (before, after) = policy.routes.split_at(index);
    let restricted = &after.first()?.value;
    for first in before.iter().filter(|it| covers(&it.path, &restricted.path) && share(it, restricted)) {
        if admits_others(first, restricted) {
            return Some(first);
        }
        // What this route takes, and turns away, no later one sees.
        if shadows(first, restricted) {
            return None;
        }
    }
    None
}
