//! Where a request's span stands: at the top of a trace of its own, or below the caller's.
//!
//! At a gateway the trace is started anew, unless the policy trusts its clients and the request has a tenant: whoever
//! chooses a trace id could choose another tenant's, and Phoenix puts a whole trace into the project of the span that
//! comes first. In a sidecar the trace of a peer that may come is continued.

use super::case::Case;
use super::context::TraceContext;
use super::tracestate::{self, List, Tracestate};
use crate::config::Role;
use crate::decision::Reason;
use crate::load::Config;
use crate::request::Request;

/// Where a request's span stands.
pub(super) struct Place<'a> {
    /// The context of the request's own span.
    pub(super) own: TraceContext,
    /// The span above it.
    pub(super) parent: Option<[u8; 8]>,
    /// The caller's context, where the trace was started anew.
    pub(super) instead_of: Option<TraceContext>,
    /// The tenant whose trace it is.
    pub(super) tenant: Option<&'a str>,
    pub(super) tracestate: Tracestate,
    /// Whether a span may be recorded at all.
    pub(super) recorded: bool,
    /// The context that goes upstream if no span comes of it.
    pub(super) otherwise: TraceContext,
}

impl<'a> Place<'a> {
    pub(super) fn of(case: &Case<'_, 'a>, now: u64, entropy: &[u8; 24]) -> Self {
        let &Case { config, export, decision, ref seen, .. } = case;
        let fresh = fresh(entropy, now);
        // The letter says: where `traceparent` cannot be read, `tracestate` is not looked at.
        let came = seen.traceparent.get().and_then(TraceContext::parse);
        let Some(parent) = came.filter(|_| continues(case)) else {
            return Self::root(case, fresh, came);
        };
        let list = if seen.has_tracestate { list(case.request) } else { None };
        // In a sidecar the trace is whose it was at the gateway, even where a caller names another tenant.
        let carries = export.carry_tenant && config.role() == Role::Workload;
        let carried = list.as_ref().filter(|_| carries).and_then(List::tenant);
        let tenant = carried.and_then(|id| known(config, id)).or(decision.tenant);
        if tenant.is_none() && decision.verdict.status().is_some() {
            // Nobody's project may get hold of the trace, and nothing of it goes on.
            return Self::root(case, fresh, came);
        }
        Self {
            own: TraceContext { span_id: fresh.span_id, ..parent },
            // The span above an unsampled one is nowhere to be found.
            parent: parent.sampled.then_some(parent.span_id),
            instead_of: None,
            tenant,
            tracestate: continued(case, list.as_ref(), tenant),
            // Without a tenant the span could take the whole trace into the project of nobody.
            recorded: tenant.is_some(),
            otherwise: parent,
        }
    }

    fn root(case: &Case<'_, 'a>, fresh: TraceContext, instead_of: Option<TraceContext>) -> Self {
        let &Case { tracing, export, decision, ref seen, .. } = case;
        let own = TraceContext { sampled: tracing.share(decision.tier).holds(&fresh.trace_id), ..fresh };
        let tracestate = match decision.tenant {
            Some(tenant) if export.carry_tenant => Tracestate::Set(List::default().with(tenant)),
            _ if seen.has_tracestate => Tracestate::Remove,
            _ => Tracestate::Keep,
        };
        let tenant = decision.tenant;
        Self { own, parent: None, instead_of, tenant, tracestate, recorded: true, otherwise: own }
    }
}

/// The members of all `tracestate` headers, if they are well-formed.
fn list<'a>(request: &Request<'a>) -> Option<List<'a>> {
    let ours = |(name, _): &&(&[u8], &[u8])| name.eq_ignore_ascii_case(tracestate::HEADER.as_bytes());
    List::parse(request.headers.iter().filter(ours).map(|&(_, value)| value))
}

/// What becomes of `tracestate` where the trace goes on.
fn continued(case: &Case<'_, '_>, list: Option<&List<'_>>, tenant: Option<&str>) -> Tracestate {
    let named = list.and_then(List::tenant).is_some() && case.config.role() == Role::Workload;
    match (tenant, list) {
        (Some(tenant), _) if case.export.carry_tenant && !named => {
            Tracestate::Set(list.unwrap_or(&List::default()).with(tenant))
        }
        (_, None) if case.seen.has_tracestate => Tracestate::Remove,
        _ => Tracestate::Keep,
    }
}

/// Whether the caller may say which trace a request belongs to.
fn continues(case: &Case<'_, '_>) -> bool {
    let decision = case.decision;
    match case.config.role() {
        Role::Gateway => case.export.trust_client_trace && decision.tenant.is_some(),
        Role::Workload => decision.why.iter().any(|reason| matches!(reason, Reason::GatewayPeer | Reason::MeshPeer)),
    }
}

/// `id` if it is in the tenant table.
fn known<'a>(config: &Config, id: &'a [u8]) -> Option<&'a str> {
    config.ids.check(id).filter(|id| config.table.lookup(id.as_bytes()).is_some())
}

/// A context of its own. Zero ids mean none at all, so that a source of randomness which fails leaves the time.
fn fresh(entropy: &[u8; 24], now: u64) -> TraceContext {
    let time = now.max(1).to_be_bytes();
    let (mut trace_id, mut span_id) = ([0; 16], [0; 8]);
    trace_id.iter_mut().chain(&mut span_id).zip(entropy).for_each(|(byte, random)| *byte = *random);
    if trace_id == [0; 16] {
        trace_id.iter_mut().zip(time).for_each(|(byte, time)| *byte = time);
    }
    if span_id == [0; 8] {
        span_id = time;
    }
    TraceContext { trace_id, span_id, sampled: false }
}
