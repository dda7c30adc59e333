//! Where a request's span stands: at the top of a trace of its own, or below the caller's.
//!
//! At a gateway the trace is started anew, unless the policy trusts its clients and the request has a tenant: whoever
//! chooses a trace id could choose another tenant's, and Phoenix puts a whole trace into the project of the span that
//! comes first. In a sidecar the trace of a peer that may come is continued.

use super::context::TraceContext;
use super::tracestate::{self, List, Tracestate};
use crate::config::{Export, Role};
use crate::decision::{Decision, Reason};
use crate::load::{Config, Tracing};
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
    pub(super) fn of(
        config: &Config,
        tracing: &Tracing,
        export: &Export,
        request: &Request<'a>,
        decision: &Decision<'a>,
        now: u64,
        entropy: &[u8; 24],
    ) -> Self {
        let came = Came::of(request);
        let fresh = fresh(entropy, now);
        let carried = came.state.as_ref().filter(|_| export.carry_tenant).and_then(List::tenant);
        match came.context {
            Some(parent) if continues(config, export, decision) => {
                // In a sidecar the trace is whose it was at the gateway, even where a caller names another tenant.
                let carried = carried.filter(|_| config.role() == Role::Workload);
                let tenant = carried.and_then(|id| known(config, id)).or(decision.tenant);
                if tenant.is_none() && decision.verdict.status().is_some() {
                    // Nobody's project may get hold of the trace, and nothing of it goes on.
                    return Self::root(tracing, export, decision, fresh, &came);
                }
                Self {
                    own: TraceContext { span_id: fresh.span_id, ..parent },
                    // The span above an unsampled one is nowhere to be found.
                    parent: parent.sampled.then_some(parent.span_id),
                    instead_of: None,
                    tenant,
                    tracestate: came.continued(config, export, tenant),
                    // Without a tenant the span could take the whole trace into the project of nobody.
                    recorded: tenant.is_some(),
                    otherwise: parent,
                }
            }
            _ => Self::root(tracing, export, decision, fresh, &came),
        }
    }

    fn root(tracing: &Tracing, export: &Export, decision: &Decision<'a>, fresh: TraceContext, came: &Came<'_>) -> Self {
        let own = TraceContext { sampled: tracing.share(decision.tier).holds(&fresh.trace_id), ..fresh };
        let tracestate = match decision.tenant {
            Some(tenant) if export.carry_tenant => Tracestate::Set(List::default().with(tenant)),
            _ if came.has_state => Tracestate::Remove,
            _ => Tracestate::Keep,
        };
        let (instead_of, tenant) = (came.context, decision.tenant);
        Self { own, parent: None, instead_of, tenant, tracestate, recorded: true, otherwise: own }
    }
}

/// What a request brings of a trace.
struct Came<'a> {
    context: Option<TraceContext>,
    /// None where it is malformed.
    state: Option<List<'a>>,
    has_state: bool,
}

impl<'a> Came<'a> {
    fn of(request: &Request<'a>) -> Self {
        let (mut parents, mut context, mut has_state) = (0, None, false);
        for (name, value) in request.headers {
            if name.eq_ignore_ascii_case(TraceContext::HEADER.as_bytes()) {
                parents += 1;
                context = TraceContext::parse(value).filter(|_| parents == 1);
            } else if name.eq_ignore_ascii_case(tracestate::HEADER.as_bytes()) {
                has_state = true;
            }
        }
        let ours = |(name, _): &&(&[u8], &[u8])| name.eq_ignore_ascii_case(tracestate::HEADER.as_bytes());
        let state = || List::parse(request.headers.iter().filter(ours).map(|&(_, value)| value));
        // The letter says: where `traceparent` cannot be read, `tracestate` is not looked at.
        Self { context, state: if context.is_some() && has_state { state() } else { None }, has_state }
    }

    /// What becomes of `tracestate` where the trace goes on.
    fn continued(&self, config: &Config, export: &Export, tenant: Option<&str>) -> Tracestate {
        let list = self.state.as_ref();
        let named = list.and_then(List::tenant).is_some() && config.role() == Role::Workload;
        match (tenant, list) {
            (Some(tenant), _) if export.carry_tenant && !named => {
                Tracestate::Set(list.unwrap_or(&List::default()).with(tenant))
            }
            (_, None) if self.has_state => Tracestate::Remove,
            _ => Tracestate::Keep,
        }
    }
}

/// Whether the caller may say which trace a request belongs to.
fn continues(config: &Config, export: &Export, decision: &Decision<'_>) -> bool {
    match config.role() {
        Role::Gateway => export.trust_client_trace && decision.tenant.is_some(),
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
