//! A route matches, and the tenant may use it.

use super::Step;
use super::scan::Seen;
use crate::code::Code;
use crate::decision::{Decision, Reason, Verdict};
use crate::load::{Config, Route};

pub(super) fn choose<'a>(
    config: &'a Config,
    seen: &Seen<'_>,
    path: &[u8],
    id: &str,
    decision: &mut Decision<'a>,
) -> Step<'a, &'a Route> {
    let method = seen.method.once().unwrap_or_default();
    let Some((index, route)) = find(config, path, method) else {
        return Err(Verdict::Refuse(Code::RouteUnknown));
    };
    // Some servers take `;x` off a segment: they must not see another route's path behind this one's permission.
    if path.contains(&b';') && find(config, &without_parameters(path), method).map(|(other, _)| other) != Some(index) {
        return Err(Verdict::Refuse(Code::PathMalformed));
    }
    decision.service = Some(&route.service);
    decision.note(Reason::Route(index));
    if let Some(tenants) = &route.tenants {
        if tenants.binary_search_by(|tenant| tenant.as_str().cmp(id)).is_err() {
            return Err(Verdict::Refuse(Code::RouteForbidden));
        }
        decision.note(Reason::RouteAllowed(index));
    }
    Ok(route)
}

fn find<'a>(config: &'a Config, path: &[u8], method: &[u8]) -> Option<(usize, &'a Route)> {
    config.routes.iter().enumerate().find(|(_, route)| matches(route, path, method))
}

fn without_parameters(path: &[u8]) -> Vec<u8> {
    let segments = path.split(|&byte| byte == b'/');
    let plain = segments.map(|segment| segment.split(|&byte| byte == b';').next().unwrap_or_default());
    plain.collect::<Vec<_>>().join(&b'/')
}

fn matches(route: &Route, path: &[u8], method: &[u8]) -> bool {
    let path_matches = route.path == "/"
        || path.strip_prefix(route.path.as_bytes()).is_some_and(|rest| matches!(rest.first(), None | Some(b'/')));
    path_matches && (route.methods.is_empty() || route.methods.iter().any(|allowed| allowed.as_bytes() == method))
}
