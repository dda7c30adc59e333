//! Batches that never fill.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a `batch` that is larger than the `buffer`.
    ///
    /// ## Why it matters
    /// What waits to be sent waits in the buffer. A batch that does not fit into it never fills, and spans are
    /// dropped before they could be sent.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    ///   batch: {spans: 2000}
    ///   buffer: {spans: 1000}
    /// ```
    ///
    /// ## Mend
    /// Leave room for several batches, for the time when Phoenix restarts.
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    ///   batch: {spans: 500}
    ///   buffer: {spans: 4000}
    /// ```
    pub static RULE: TN0404, "batch-over-buffer", Error, "a batch does not fit into the buffer";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tracing) = &policy.tracing else { return };
    let (batch, buffer) = (&tracing.batch, &tracing.buffer);
    for (batch, buffer, what) in [(&batch.spans, &buffer.spans, "spans"), (&batch.bytes, &buffer.bytes, "bytes")] {
        if batch.value > buffer.value {
            found.push(
                RULE.at(buffer.span, format!("the buffer holds {} {what}, a batch {}", buffer.value, batch.value))
                    .related(batch.span, "the batch")
                    .help("make the buffer several times as large as a batch"),
            );
        }
    }
}
