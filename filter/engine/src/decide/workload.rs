//! A workload's sidecar accepts what a gateway stamped, and the callers that the policy allows.

use super::scan::{Field, Seen, scan};
use super::{Step, exempt, header_once, path};
use crate::code::Code;
use crate::config::Workload;
use crate::decision::{Decision, Reason, STAMP_CLUSTER, STAMP_TIER, STAMP_TRACK, Verdict};
use crate::load::{Class, Config, Here};
use crate::request::Request;

pub(super) fn accept<'a>(config: &'a Config, request: &Request<'a>, decision: &mut Decision<'a>) -> Step<'a> {
    match (&config.workload, request.peer) {
        (Some(workload), Some(peer)) if among(&workload.gateways, peer) => decision.note(Reason::GatewayPeer),
        (Some(Workload { callers, .. }), Some(peer)) if among(callers, peer) => {
            decision.note(Reason::MeshPeer);
            name(config, request, decision);
            return Ok(());
        }
        _ => return Err(Verdict::Refuse(Code::CallerForbidden)),
    }
    let seen = scan(config, request);
    let path = path::check(&seen)?;
    if matches!(seen.tenant, Field::Absent) && exempt::applies(config, path, request, decision) {
        return Ok(());
    }
    let id = tenant(config, &seen)?;
    decision.note(Reason::Header(id));
    let class = super::tenant::check(config, id, decision)?;
    decision.note(match class.here {
        Here::Home => Reason::Home,
        Here::Standby => Reason::Standby(&class.tenant.cluster),
        Here::Elsewhere => return Err(Verdict::Refuse(Code::TenantElsewhere)),
    });
    if stamped(config, class, request) { Ok(()) } else { Err(Verdict::Refuse(Code::StampMissing)) }
}

/// Notes the tenant that a caller inside the mesh names, for its metrics and spans. It need not name one, so that nothing it
/// says is a reason to refuse it.
fn name<'a>(config: &'a Config, request: &Request<'a>, decision: &mut Decision<'a>) {
    if let Ok(id) = tenant(config, &scan(config, request))
        && let Some(class) = super::tenant::find(config, id)
    {
        decision.note(Reason::Header(id));
        super::tenant::note(id, class, decision);
    }
}

fn among(ids: &[String], peer: &[u8]) -> bool {
    ids.iter().any(|id| id.as_bytes() == peer)
}

/// The tenant as a gateway would have left it: one header, canonical to the byte, nothing that looks like it.
fn tenant<'a>(config: &Config, seen: &Seen<'a>) -> Step<'a, &'a str> {
    let id = seen.tenant.once().filter(|_| !seen.lookalike).and_then(|id| config.ids.check(id));
    id.ok_or(Verdict::Refuse(Code::StampMissing))
}

/// Whether the stamps that this policy uses are there, once each, and say what the table says.
fn stamped(config: &Config, class: &Class, request: &Request<'_>) -> bool {
    let says = |stamp, value: &str| header_once(request, stamp) == Some(value.as_bytes());
    let absent = |stamp: &str| !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(stamp.as_bytes()));
    (!config.stamps.cluster || says(STAMP_CLUSTER, &config.cluster))
        && (!config.stamps.tier || says(STAMP_TIER, &class.tenant.tier))
        // Which release a service gets is not this workload's business, but no gateway sets it twice.
        && (header_once(request, STAMP_TRACK).is_some() || absent(STAMP_TRACK))
}
