//! The spans for one collector: what waits, and what is on its way.

use super::Call;
use super::collector::Collector;
use super::counts::Counts;
use crate::entropy;
use std::cell::RefCell;
use tenantry_engine::config::{Export, Otlp};
use tenantry_engine::trace::Span;
use tenantry_engine::trace::queue::{Outcome, Queue, grpc_outcome, http_outcome};

/// Why a batch failed that nobody answered.
const NO_ANSWER: &str = "no-answer";

/// The spans for one collector.
pub struct Exporter {
    export: Export,
    service: String,
    collector: Collector,
    state: RefCell<State>,
}

struct State {
    queue: Queue,
    flight: Option<Flight>,
    /// Whether the last batch was not delivered.
    failing: bool,
    counts: Counts,
}

/// A batch on its way.
struct Flight {
    call: Call,
    batch: u64,
}

impl Exporter {
    pub(super) fn new(export: &Export, service: &str) -> Self {
        let seed = entropy::take().and_then(|bytes| bytes.first_chunk().copied()).map_or(0, u64::from_le_bytes);
        let queue = Queue::new(export, service, seed);
        let state = State { queue, flight: None, failing: false, counts: Counts::default() };
        let collector = Collector::new(&export.to);
        Self { export: export.clone(), service: service.to_owned(), collector, state: RefCell::new(state) }
    }

    /// Whether a configuration asks for just this one.
    pub(super) fn is(&self, export: &Export, service: &str) -> bool {
        let Export { to, project, unassigned, batch, buffer, .. } = &self.export;
        self.service == service
            && *to == export.to
            && *project == export.project
            && *unassigned == export.unassigned
            && *batch == export.batch
            && *buffer == export.buffer
    }

    /// How long a span may wait, in milliseconds.
    pub(super) const fn every_ms(&self) -> u32 {
        self.export.batch.every_ms
    }

    /// Takes a finished span, and sends a batch if one is due now; `root` is the root context of whoever calls.
    pub fn push(&self, span: Span, root: u32, now: u64) {
        let state = &mut *self.state.borrow_mut();
        state.queue.push(span, now);
        self.send(state, root, now);
    }

    /// Sends a batch if one is due, and tells the metrics.
    pub(super) fn flush(&self, root: u32, now: u64) {
        let state = &mut *self.state.borrow_mut();
        self.send(state, root, now);
        state.counts.update(&state.queue);
    }

    fn send(&self, state: &mut State, root: u32, now: u64) {
        if let Some(batch) = state.queue.next(now) {
            if state.flight.is_some() {
                // The queue ran out of patience.
                state.counts.failed(NO_ANSWER);
            }
            let protocol = self.collector.protocol;
            let token = self.collector.send(&batch.body);
            state.flight = token.map(|token| Flight { call: Call { context: root, token, protocol }, batch: batch.id });
            if state.flight.is_none() {
                state.settle(batch.id, Outcome::Retry, "not-sent", now);
            }
        }
    }

    /// Takes an answer, if it is this exporter's.
    pub(super) fn answered(&self, call: Call, status: u32, now: u64) -> bool {
        let state = &mut *self.state.borrow_mut();
        let Some(flight) = state.flight.take_if(|flight| flight.call == call) else { return false };
        let outcome = match call.protocol {
            Otlp::Grpc => grpc_outcome(status),
            Otlp::Http => http_outcome(u16::try_from(status).unwrap_or(0)),
        };
        let protocol = match call.protocol {
            Otlp::Grpc => "grpc",
            Otlp::Http => "http",
        };
        state.settle(flight.batch, outcome, &format!("{protocol}-{status}"), now);
        true
    }

    /// Gives up on the answer to a call of a root context that goes away.
    pub(super) fn abandon(&self, root: u32, now: u64) {
        let state = &mut *self.state.borrow_mut();
        if let Some(flight) = state.flight.take_if(|flight| flight.call.context == root) {
            // That is nothing against the collector.
            state.counts.failed(NO_ANSWER);
            state.queue.answered(flight.batch, Outcome::Retry, now);
        }
    }

    /// Whether nothing waits here that could still be sent.
    pub(super) fn is_done(&self) -> bool {
        let state = self.state.borrow();
        state.queue.is_empty() || state.failing
    }
}

impl State {
    fn settle(&mut self, batch: u64, outcome: Outcome, reason: &str, now: u64) {
        self.failing = outcome != Outcome::Delivered;
        if self.failing {
            self.counts.failed(reason);
        }
        self.queue.answered(batch, outcome, now);
    }
}

/// What waited here for a collector that nobody names any more is lost.
impl Drop for State {
    fn drop(&mut self) {
        self.counts.close(&self.queue);
    }
}
