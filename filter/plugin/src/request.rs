//! The life of a request.

use crate::answer::{self, Asked};
use crate::body::{Binding, Progress};
use crate::host::{self, Map};
use crate::root::Running;
use crate::trace::Traced;
use crate::{metrics, pairs, properties, throttle};
use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::Action;
use std::rc::Rc;
use tenantry_engine::code::Code;
use tenantry_engine::config::Role;
use tenantry_engine::decide;
use tenantry_engine::decision::Decision;
use tenantry_engine::request::{Claim, Request};

/// Property path of the mTLS peer's SPIFFE id.
const PEER: &[u8] = b"connection\0uri_san_peer_certificate";

/// One request.
pub struct Http {
    /// The configuration that was in force when the request came; it stays the same to its end.
    running: Option<Rc<Running>>,
    stage: Stage,
    traced: Option<Box<Traced>>,
}

/// How far a request has come.
enum Stage {
    /// It goes on, or has not come yet.
    Open,
    /// Its body is being read.
    Binding(Box<Binding>),
    /// It was answered here; nothing of it may go on.
    Answered,
}

impl Http {
    /// A request under `running`, if any configuration is in force.
    pub fn new(running: Option<Rc<Running>>) -> Self {
        Self { running, stage: Stage::Open, traced: None }
    }

    /// Feeds the body, and says whether the request goes on.
    fn bind(&mut self, read: impl FnOnce(&mut Binding, &mut Option<Box<Traced>>) -> Progress) -> Action {
        let Stage::Binding(binding) = &mut self.stage else { return self.action() };
        let (stage, refusal) = match read(binding, &mut self.traced) {
            Progress::More => return Action::Pause,
            Progress::Pass => (Stage::Open, None),
            Progress::Refuse(code) => (Stage::Answered, Some(code)),
        };
        if let (Some(code), Some(traced)) = (refusal, &mut self.traced) {
            traced.refused(code);
        }
        if let Stage::Binding(binding) = std::mem::replace(&mut self.stage, stage) {
            binding.settle(refusal);
        }
        self.action()
    }

    const fn action(&self) -> Action {
        match self.stage {
            Stage::Open => Action::Continue,
            Stage::Binding(_) | Stage::Answered => Action::Pause,
        }
    }
}

impl Context for Http {}

impl HttpContext for Http {
    fn on_http_request_headers(&mut self, _count: usize, end_of_stream: bool) -> Action {
        (self.stage, self.traced) = enter(self.running.as_ref(), !end_of_stream);
        match self.stage {
            // Envoy gives no body to a filter that pauses on headers; the body callbacks hold the body instead.
            Stage::Open | Stage::Binding(_) => Action::Continue,
            Stage::Answered => Action::Pause,
        }
    }

    fn on_http_request_body(&mut self, buffered: usize, end_of_stream: bool) -> Action {
        if let (Stage::Open, Some(traced)) = (&self.stage, &mut self.traced) {
            traced.request_passes(buffered);
        }
        self.bind(|binding, traced| binding.read(buffered, end_of_stream, traced.as_deref_mut()))
    }

    fn on_http_request_trailers(&mut self, _count: usize) -> Action {
        self.bind(|binding, _| binding.finish())
    }

    fn on_http_response_headers(&mut self, _count: usize, _end_of_stream: bool) -> Action {
        if let Some(traced) = &mut self.traced {
            traced.response_headers();
        }
        Action::Continue
    }

    fn on_http_response_body(&mut self, len: usize, _end_of_stream: bool) -> Action {
        if let Some(traced) = &mut self.traced {
            traced.response_passes(len);
        }
        Action::Continue
    }
}

/// The SDK drops a context when the host deletes it, which it does to every request at its end, however it ends. That
/// costs requests without a span nothing, where a callback of its own would.
impl Drop for Http {
    fn drop(&mut self) {
        if let Some(traced) = self.traced.take() {
            traced.end();
        }
    }
}

/// Decides on a request whose headers have come.
fn enter(running: Option<&Rc<Running>>, has_body: bool) -> (Stage, Option<Box<Traced>>) {
    let block = host::headers(Map::Request);
    let headers = block.as_deref().and_then(pairs::parse);
    let (Some(running), Some(headers)) = (running, headers) else {
        let refusal = Decision::refused(Code::PolicyUnavailable);
        metrics::count(refusal.verdict, None, 0);
        answer::send(refusal.verdict, Asked::default(), None);
        return (Stage::Answered, None);
    };
    let config = &running.config;

    let claim = running.claim.as_deref().and_then(host::property);
    let peer = if config.role() == Role::Workload { host::property(PEER) } else { None };
    let request = Request {
        headers: &headers,
        has_body,
        claim: claim.as_deref().map_or(Claim::Absent, Claim::Value),
        peer: peer.as_deref(),
    };
    let mut decision = decide(config, &request);
    let timed = decision.pending.charge.is_some() || running.exporter.is_some();
    let now = if timed { host::now() } else { None };
    let taken = decision.pending.charge.map(|charge| throttle::charge(config.policy(), &charge, now));
    if let Some(taken) = &taken {
        decision = decision.charged(taken);
    }
    if decision.verdict.status().is_none() && !rewrite(&decision) {
        decision = Decision::refused(Code::PolicyUnavailable);
    }

    let traced = Traced::begin(running, &request, &decision, now).map(Box::new);
    properties::publish(config, &request, &decision);
    if let Some(binding) = Binding::owed(running, &request, &decision) {
        return (Stage::Binding(Box::new(binding)), traced);
    }
    metrics::count(decision.verdict, decision.tenant, config.metric_tenants());
    if decision.verdict.status().is_none() {
        return (Stage::Open, traced);
    }
    answer::send(decision.verdict, Asked::of(&headers), taken.as_ref());
    (Stage::Answered, traced)
}

/// Changes the request's headers as decided. Envoy finds the route again by itself after each change, as it does for
/// every module of ABI 0.2.1. False if the host refused a change.
fn rewrite(decision: &Decision<'_>) -> bool {
    decision.remove.iter().all(|name| host::remove_header(name))
        && decision.set.iter().all(|(name, value)| host::replace_header(name, value.as_bytes()))
}
