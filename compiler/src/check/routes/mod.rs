//! Rules about routes.

mod closed_service;
mod grpc_rewrite;
mod overlap;
mod restriction_bypassed;
mod unreachable;

use super::Check;
use crate::policy::Route;

/// The rules, in the order of their codes.
pub static CHECKS: &[Check] = &[
    Check { rule: &unreachable::RULE, run: unreachable::check },
    Check { rule: &restriction_bypassed::RULE, run: restriction_bypassed::check },
    Check { rule: &overlap::RULE, run: overlap::check },
    Check { rule: &closed_service::RULE, run: closed_service::check },
    Check { rule: &grpc_rewrite::RULE, run: grpc_rewrite::check },
];

/// Whether a route's path, which matches by whole segments, covers another path.
pub(super) fn covers(route: &str, path: &str) -> bool {
    let rest = path.strip_prefix(route.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a route takes a method.
fn takes(route: &Route, method: &str) -> bool {
    route.methods.is_empty() || route.methods.iter().any(|it| it.value == method)
}

/// Whether every request that `later` matches goes to `first`.
fn shadows(first: &Route, later: &Route) -> bool {
    let methods =
        first.methods.is_empty() || !later.methods.is_empty() && later.methods.iter().all(|it| takes(first, it));
    methods && covers(&first.path, &later.path)
}
