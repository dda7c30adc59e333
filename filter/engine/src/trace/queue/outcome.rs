//! What came of sending a batch.

/// What came of sending a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The collector has it.
    Delivered,
    /// The collector cannot take it now. It is sent again, for as long as it takes.
    Retry,
    /// Something went wrong, and it may be the batch. It is sent again, but not for ever.
    Unclear,
    /// The collector will never take it.
    Rejected,
}

/// The outcome of a gRPC call by its status (<https://grpc.io/docs/guides/status-codes/>).
///
/// Envoy says INTERNAL for a stream that was reset, as by a collector that restarts, and UNKNOWN for one that ended without a
/// status; a collector says either where it stumbles over the batch.
#[must_use]
pub const fn grpc_outcome(status: u32) -> Outcome {
    match status {
        0 => Outcome::Delivered,
        // CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, UNAVAILABLE
        1 | 4 | 8 | 10 | 14 => Outcome::Retry,
        // UNKNOWN, INTERNAL, DATA_LOSS
        2 | 13 | 15 => Outcome::Unclear,
        _ => Outcome::Rejected,
    }
}

/// The outcome of an HTTP request by its status, 0 where there was no answer. 507 is a collector whose disk is full.
#[must_use]
pub const fn http_outcome(status: u16) -> Outcome {
    match status {
        200..=299 => Outcome::Delivered,
        0 | 429 | 502 | 503 | 504 | 507 => Outcome::Retry,
        500 => Outcome::Unclear,
        _ => Outcome::Rejected,
    }
}
