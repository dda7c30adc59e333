//! What became of spans, as Envoy's statistics page says.

use tenantry_tests::envoy::gateway::Gateway;

/// The filter's own counts at one moment, over all workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Delivered.
    pub sent: u64,
    /// Dropped, the buffer being full.
    pub buffer_full: u64,
    /// Dropped, the sink having refused them for good.
    pub rejected: u64,
    /// Dropped for any reason.
    pub dropped: u64,
    /// Not sent yet.
    pub waiting: u64,
    /// Batches that were not delivered.
    pub failed: u64,
}

impl Account {
    /// Reads them.
    pub fn read(gateway: &Gateway) -> Self {
        let stats = gateway.envoy().stats();
        let dropped = |reason: &str| stats.sum(&["tenantry_spans_dropped_total", reason]);
        Self {
            sent: stats.sum(&["tenantry_spans_sent_total"]),
            buffer_full: dropped("buffer-full"),
            rejected: dropped("rejected"),
            dropped: dropped(""),
            // Of bytes there is a gauge of its own, whose name goes on.
            waiting: stats.sum(&["tenantry_spans_waiting"]) - stats.sum(&["tenantry_spans_waiting_bytes"]),
            failed: stats.sum(&["tenantry_span_exports_failed_total"]),
        }
    }

    /// Spans whose fate is known.
    pub const fn spans(&self) -> u64 {
        self.sent + self.dropped
    }
}
