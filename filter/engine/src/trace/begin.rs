//! The start of a span.

use super::case::Case;
use super::place::Place;
use super::span::OpenSpan;
use super::tracestate::Tracestate;
use crate::config::Role;
use crate::decision::{Decision, Reason, Verdict};
use crate::load::Config;
use crate::request::Request;

/// A request whose tracing has begun.
#[derive(Debug)]
pub struct Begun {
    /// The `traceparent` that goes upstream in place of every copy that came.
    pub traceparent: [u8; 55],
    /// What becomes of `tracestate`.
    pub tracestate: Tracestate,
    /// None when nothing can come of it.
    pub span: Option<OpenSpan>,
}

/// Begins to trace a request that was decided on; a charge, where one was owed, has been paid. None where the filter does not
/// trace, or not this path.
///
/// `now` is in nanoseconds since the Unix epoch. `entropy` is random: a trace id and a span id.
#[must_use]
pub fn begin<'a>(
    config: &Config,
    request: &Request<'a>,
    decision: &Decision<'a>,
    now: u64,
    entropy: &[u8; 24],
) -> Option<Begun> {
    if decision.why.iter().any(|reason| matches!(reason, Reason::Exempt(_))) {
        return None;
    }
    let case = Case::of(config, request, decision)?;
    let place = Place::of(&case, now, entropy);
    let recorded = place.recorded && (place.own.sampled || may_be_kept(&case));
    let context = if recorded { place.own } else { place.otherwise };
    let span = recorded.then(|| OpenSpan::start(&case, &place, now));
    Some(Begun { traceparent: context.traceparent(), tracestate: place.tracestate, span })
}

/// Whether the span may be exported although its trace is not sampled. Only a gateway's: what a sidecar exported of such a
/// trace would have no parent.
fn may_be_kept(case: &Case<'_, '_>) -> bool {
    let refused = matches!(case.decision.verdict, Verdict::Refuse(_)) || case.decision.pending.body.is_some();
    let keep = case.export.keep;
    case.config.role() == Role::Gateway && (keep.errors || (keep.refused && refused))
}
