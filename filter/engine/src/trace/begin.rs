//! The start of a span.

use super::place::Place;
use super::span::OpenSpan;
use super::tracestate::Tracestate;
use crate::config::{Export, Role};
use crate::decision::{Decision, Reason, Verdict};
use crate::load::Config;
use crate::request::Request;
use std::sync::Arc;

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
/// trace, or not this path: then no header is touched.
///
/// `now` is in nanoseconds since the Unix epoch. `entropy` is random: a trace id and a span id.
#[must_use]
pub fn begin(
    config: &Config,
    request: &Request<'_>,
    decision: &Decision<'_>,
    now: u64,
    entropy: &[u8; 24],
) -> Option<Begun> {
    let tracing = config.tracing.as_ref()?;
    let export = tracing.trace.export.as_ref()?;
    if decision.why.iter().any(|reason| matches!(reason, Reason::Exempt(_))) {
        return None;
    }
    let place = Place::of(config, tracing, export, request, decision, now, entropy);
    let recorded = place.recorded && (place.own.sampled || may_be_kept(config, export, decision));
    let context = if recorded { place.own } else { place.otherwise };
    let span = recorded.then(|| OpenSpan::start(Arc::clone(tracing), config, request, decision, &place, now));
    Some(Begun { traceparent: context.traceparent(), tracestate: place.tracestate, span })
}

/// Whether the span may be exported although its trace is not sampled. Only a gateway's: what a sidecar exported of such a
/// trace would have no parent.
fn may_be_kept(config: &Config, export: &Export, decision: &Decision<'_>) -> bool {
    let refused = matches!(decision.verdict, Verdict::Refuse(_)) || decision.pending.body.is_some();
    config.role() == Role::Gateway && (export.keep.errors || (export.keep.refused && refused))
}
