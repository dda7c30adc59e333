//! Reads a request's body and binds it to the tenant, while the proxy holds it.

use crate::answer::{self, Asked};
use crate::properties::Late;
use crate::root::Running;
use crate::trace::Traced;
use crate::{host, metrics};
use std::rc::Rc;
use tenantry_engine::body::Binder;
pub use tenantry_engine::body::Progress;
use tenantry_engine::code::Code;
use tenantry_engine::decision::{Decision, Verdict};
use tenantry_engine::request::Request;

/// A body on its way, with what is needed to account for it when the headers are gone.
pub struct Binding {
    running: Rc<Running>,
    binder: Binder,
    /// Bytes that the binder has seen of what the proxy holds.
    seen: usize,
    tenant: String,
    request_id: Option<Vec<u8>>,
    late: Late,
}

impl Binding {
    /// What `decision` owes, if it owes a body.
    pub fn owed(running: &Rc<Running>, request: &Request<'_>, decision: &Decision<'_>) -> Option<Self> {
        let kind = decision.pending.body?;
        let tenant = decision.tenant.unwrap_or_default();
        Some(Self {
            running: Rc::clone(running),
            binder: Binder::new(&running.config, tenant, kind)?,
            seen: 0,
            tenant: tenant.to_owned(),
            request_id: Asked::of(request.headers).request_id.map(<[u8]>::to_owned),
            late: Late::new(&running.config, request, decision),
        })
    }

    /// Reads what has come since the last time; the proxy holds `buffered` bytes in all.
    pub fn read(&mut self, buffered: usize, end_of_stream: bool, traced: Option<&mut Traced>) -> Progress {
        let fresh = buffered.saturating_sub(self.seen);
        if fresh > 0 {
            let chunk = host::body(host::Body::Request, self.seen, fresh);
            let Some(chunk) = chunk else { return Progress::Refuse(Code::PolicyUnavailable) };
            self.seen = self.seen.saturating_add(chunk.len());
            if let Some(traced) = traced {
                traced.request_read(&chunk);
            }
            let progress = self.binder.push(&chunk);
            if progress != Progress::More {
                return progress;
            }
        }
        if end_of_stream { self.finish() } else { Progress::More }
    }

    /// The body is over.
    pub fn finish(&mut self) -> Progress {
        match self.binder.finish() {
            Ok(()) => Progress::Pass,
            Err(code) => Progress::Refuse(code),
        }
    }

    /// Accounts for the body, and answers the request where it is refused: because the body does not agree, or cannot be
    /// told to.
    pub fn settle(self, refusal: Option<Code>) {
        let config = &self.running.config;
        let verdict = refusal.map_or(Verdict::Allow, Verdict::Refuse);
        metrics::count(verdict, Some(&self.tenant), config.metric_tenants());
        if let Some(code) = refusal {
            self.late.refuse(config, code);
            answer::send(verdict, Asked { request_id: self.request_id.as_deref(), target: None }, None);
        }
    }
}
