//! Headers to set, and what the request still owes.

use super::Step;
use crate::body::{self, Applies};
use crate::code::Code;
use crate::decision::{Charge, Decision, Reason, STAMP_CLUSTER, STAMP_TIER, STAMP_TRACK, STAMP_VIA, Verdict};
use crate::load::{Class, Config};
use crate::request::Request;
use std::borrow::Cow;

/// Stamps a request for another cluster: where it goes, and through which gateways it has come.
pub(super) fn onward<'a>(config: &'a Config, class: &'a Class, via: Cow<'a, str>, decision: &mut Decision<'a>) {
    serving(config, &class.tenant.cluster, class, decision);
    let _ = decision.set.try_push((STAMP_VIA, via));
}

/// Stamps the cluster that serves the request, and the tenant's tier.
fn serving<'a>(config: &Config, cluster: &'a str, class: &'a Class, decision: &mut Decision<'a>) {
    if config.stamps.cluster {
        set(STAMP_CLUSTER, cluster, decision);
    }
    if config.stamps.tier {
        set(STAMP_TIER, &class.tenant.tier, decision);
    }
}

/// Stamps everything that a request of this cluster carries.
pub(super) fn stamp<'a>(config: &'a Config, class: &'a Class, decision: &mut Decision<'a>) {
    serving(config, &config.cluster, class, decision);
    if config.stamps.track
        && let Some(release) = decision.release
    {
        set(STAMP_TRACK, release, decision);
    }
}

/// Notes what the host still has to do: charge the tenant's rate, bind the body.
pub(super) fn owe<'a>(
    config: &Config,
    class: &Class,
    request: &Request<'_>,
    id: &'a str,
    decision: &mut Decision<'a>,
) -> Step<'a> {
    if config.body.is_some() && request.has_body {
        match body::applies(request) {
            Applies::No => {}
            Applies::Yes(kind) => decision.pending.body = Some(kind),
            Applies::Encoded => return Err(Verdict::Refuse(Code::BodyEncoded)),
        }
    }
    if let Some((millirate, burst)) = class.rate {
        decision.pending.charge = Some(Charge { tenant: id, millirate, burst });
        decision.note(Reason::Charged);
    }
    if decision.pending.body.is_some() {
        decision.note(Reason::BodyBound);
    }
    Ok(())
}

/// Sets a header. There is room for every stamp and the tenant header.
pub(super) fn set<'a>(name: &'a str, value: &'a str, decision: &mut Decision<'a>) {
    let _ = decision.set.try_push((name, Cow::Borrowed(value)));
}
