//! Reads a request's body and binds it to the tenant, while the proxy holds it.

use crate::answer::{self, Asked};
use crate::root::Running;
use crate::{host, metrics, pairs, properties};
use std::rc::Rc;
use tenantry_engine::body::Binder;
pub use tenantry_engine::body::Progress;
use tenantry_engine::code::Code;
use tenantry_engine::decision::{Decision, Verdict};

/// A body on its way, with what is needed to account for it when the headers are gone.
pub struct Binding {
    running: Rc<Running>,
    binder: Binder,
    /// Bytes that the binder has seen of what the proxy holds.
    seen: usize,
    tenant: String,
    request_id: Option<Vec<u8>>,
    why: Option<String>,
}

impl Binding {
    /// What `decision` owes, if it owes a body.
    pub fn owed(running: &Rc<Running>, decision: &Decision<'_>, headers: &[pairs::Header<'_>]) -> Option<Self> {
        let kind = decision.pending.body?;
        let tenant = decision.tenant.unwrap_or_default();
        Some(Self {
            running: Rc::clone(running),
            binder: Binder::new(&running.config, tenant, kind)?,
            seen: 0,
            tenant: tenant.to_owned(),
            request_id: Asked::of(headers).request_id.map(<[u8]>::to_owned),
            why: properties::why(running.config.properties(), decision),
        })
    }

    /// Reads what has come since the last time; the proxy holds `buffered` bytes in all.
    pub fn read(&mut self, buffered: usize, end_of_stream: bool) -> Progress {
        let fresh = buffered.saturating_sub(self.seen);
        if fresh > 0 {
            let Some(chunk) = host::body(self.seen, fresh) else { return Progress::Refuse(Code::PolicyUnavailable) };
            self.seen = self.seen.saturating_add(chunk.len());
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

    /// The body agrees.
    pub fn passed(&self) {
        self.count(Verdict::Allow);
    }

    /// The body does not agree, or cannot be told to.
    pub fn refused(&self, code: Code) {
        properties::refuse(self.running.config.properties(), code, self.why.as_deref());
        self.count(Verdict::Refuse(code));
        let asked = Asked { request_id: self.request_id.as_deref(), target: None };
        answer::send(Verdict::Refuse(code), asked, None);
    }

    fn count(&self, verdict: Verdict<'_>) {
        metrics::count(verdict, Some(&self.tenant), self.running.config.metric_tenants());
    }
}
