//! Metrics of the export, brought up to date at ticks and answers rather than with each span.

use crate::host::{self, Metric};
use std::collections::HashMap;
use tenantry_engine::trace::queue::{self, Queue};

/// What the proxy's metrics have been told of one queue.
#[derive(Default)]
pub struct Counts {
    told: queue::Counts,
    spans: i64,
    bytes: i64,
    /// Ids of metrics by name.
    ids: HashMap<String, u32>,
}

impl Counts {
    /// Tells what has changed.
    pub fn update(&mut self, queue: &Queue) {
        let (now, told) = (queue.counts(), std::mem::replace(&mut self.told, queue.counts()));
        self.count(String::from("tenantry_spans_sent_total"), now.sent.saturating_sub(told.sent));
        self.dropped("buffer-full", now.buffer_full.saturating_sub(told.buffer_full));
        self.dropped("rejected", now.rejected.saturating_sub(told.rejected));
        self.dropped("too-large", now.too_large.saturating_sub(told.too_large));
        self.waiting(queue.len(), queue.held());
    }

    /// A batch was not delivered.
    pub fn failed(&mut self, reason: &str) {
        self.count(with_reason(reason, "tenantry_span_exports_failed_total"), 1);
    }

    /// The queue is no more, and neither is what waits in it.
    pub fn close(&mut self, queue: &Queue) {
        self.update(queue);
        self.dropped("collector-gone", u64::try_from(queue.len()).unwrap_or(u64::MAX));
        self.waiting(0, 0);
    }

    fn dropped(&mut self, reason: &str, by: u64) {
        self.count(with_reason(reason, "tenantry_spans_dropped_total"), by);
    }

    /// The workers of a proxy share these gauges, so each adds its own part.
    fn waiting(&mut self, spans: usize, bytes: usize) {
        let change = |told: &mut i64, to: usize| {
            let to = i64::try_from(to).unwrap_or(i64::MAX);
            to.saturating_sub(std::mem::replace(told, to))
        };
        let (spans, bytes) = (change(&mut self.spans, spans), change(&mut self.bytes, bytes));
        for (name, change) in [("tenantry_spans_waiting", spans), ("tenantry_spans_waiting_bytes", bytes)] {
            if change != 0 {
                self.add(Metric::Gauge, String::from(name), change);
            }
        }
    }

    fn count(&mut self, name: String, by: u64) {
        if by > 0 {
            self.add(Metric::Counter, name, i64::try_from(by).unwrap_or(i64::MAX));
        }
    }

    fn add(&mut self, kind: Metric, name: String, by: i64) {
        let known = self.ids.get(&name).copied();
        let Some(id) = known.or_else(|| host::define_metric(kind, &name)) else { return };
        self.ids.insert(name, id);
        host::add(id, by);
    }
}

fn with_reason(reason: &str, name: &str) -> String {
    format!("tenantry_reason=.={reason};.;{name}")
}
