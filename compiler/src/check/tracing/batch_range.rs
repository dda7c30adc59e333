//! Batches that cannot be sent.

use crate::diagnostic::{Diagnostic, rule};
use crate::plan::tracing::GRPC_MESSAGE_LIMIT;
use crate::policy::Policy;
use std::time::Duration;

rule! {
    /// ## What it does
    /// Finds a batch under 32 KiB or of 4 MiB and more, one that waits longer than a minute, and recorded bodies of more
    /// than a quarter of a batch.
    ///
    /// ## Why it matters
    /// Phoenix takes messages of less than 4 MiB over gRPC and refuses the whole of a larger one. A batch has to have
    /// room for the longest span, or that span is dropped.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    ///   batch: {bytes: 5Mi}
    /// ```
    ///
    /// ## Mend
    /// Keep to what can be sent. Batches that are full are sent at once, so little is won by larger ones.
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    ///   batch: {bytes: 2Mi}
    /// ```
    pub static RULE: TN0403, "batch-out-of-range", Error, "batches of this size or age cannot be sent";
}

/// Room for a span as long as the standard attributes allow.
const LEAST: u32 = 32 << 10;
const LONGEST: Duration = Duration::from_mins(1);

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tracing) = &policy.tracing else { return };
    let batch = &tracing.batch;
    if batch.bytes.value >= GRPC_MESSAGE_LIMIT {
        found.push(RULE.at(batch.bytes.span, "Phoenix takes less than 4 MiB at once").help("write at most `3Mi`"));
    }
    if batch.bytes.value < LEAST {
        found.push(RULE.at(batch.bytes.span, "a long span does not fit").help("write at least `32Ki`"));
    }
    if batch.every.value > LONGEST {
        found.push(RULE.at(batch.every.span, "spans would wait longer than a minute").help("write at most `1m`"));
    }
    let bodies = tracing.record.bodies.as_ref().filter(|bodies| bodies.value > batch.bytes.value / 4);
    if let Some(bodies) = bodies.filter(|_| batch.bytes.value >= LEAST) {
        found.push(
            RULE.at(bodies.span, "a span with two such bodies leaves too little room in a batch")
                .help(format!("record at most a quarter of a batch: `{}Ki`", batch.bytes.value / 4096)),
        );
    }
}
