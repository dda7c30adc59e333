//! Which release of the routed service.

use super::header_once;
use crate::config::Release;
use crate::decision::{Decision, Reason};
use crate::load::{Config, Releases, Route, WHOLE};
use crate::request::Request;
use xxhash_rust::xxh3::Xxh3Default;

pub(super) fn choose<'a>(
    config: &'a Config,
    route: &Route,
    request: &Request<'_>,
    id: &str,
    decision: &mut Decision<'a>,
) {
    let Some(releases) = route.releases.and_then(|index| config.releases.get(index)) else { return };
    if let Some(release) = releases.list.iter().find(|release| asked_for(release, request)) {
        decision.release = Some(&release.name);
        decision.note(Reason::ReleaseByHeader(&release.name));
    } else if releases.sticky {
        if let Some((release, point)) = stick(releases, id) {
            decision.release = Some(release);
            decision.note(Reason::ReleaseByHash { release, point });
        }
    } else {
        decision.note(Reason::ReleaseByWeight);
    }
}

fn asked_for(release: &Release, request: &Request<'_>) -> bool {
    release.header.as_ref().is_some_and(|(name, value)| header_once(request, name) == Some(value.as_bytes()))
}

/// The release that a tenant sticks to, and the point that decided it.
///
/// Each release after the first takes the tenants whose point lies under its share of what the releases
/// before it left over; the first takes the rest. So the tenants of a release only grow with its weight.
fn stick<'a>(releases: &'a Releases, id: &str) -> Option<(&'a str, u32)> {
    let (base, others) = releases.list.split_first()?;
    let mut left = WHOLE;
    let mut last = 0;
    for release in others {
        last = point(id, &releases.service, &release.name);
        if release.weight > 0 && u64::from(last) * u64::from(left) < u64::from(release.weight) * u64::from(WHOLE) {
            return Some((&release.name, last));
        }
        left = left.saturating_sub(release.weight);
    }
    Some((&base.name, last))
}

/// A tenant's point for one release of one service, on the scale of 0 to 9,999.
fn point(id: &str, service: &str, release: &str) -> u32 {
    let mut hash = Xxh3Default::new();
    hash.update(id.as_bytes());
    hash.update(&[0]);
    hash.update(service.as_bytes());
    hash.update(&[0]);
    hash.update(release.as_bytes());
    (hash.digest() % u64::from(WHOLE)) as u32
}
