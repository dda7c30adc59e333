//! Head sampling by trace id, so that every proxy comes to the same answer about a trace.

/// The whole, in hundredths of a percent.
const WHOLE: u32 = 10_000;
/// Trace ids have this many random bits at their end; it is how OpenTelemetry samples consistently.
const RANDOM_BITS: u32 = 56;

/// A share of all traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    /// Traces are in it whose random bits are at least this.
    threshold: u64,
}

impl Share {
    /// `share` in hundredths of a percent; anything over 10,000 is the whole.
    pub(crate) fn of(share: u32) -> Self {
        let left_out = u64::from(WHOLE - share.min(WHOLE));
        // 56 bits times 10,000 is more than 64 bits hold, and the exact quotient is not worth 128-bit division.
        let threshold = (1u64 << RANDOM_BITS) / u64::from(WHOLE) * left_out;
        Self { threshold: if share == 0 { 1 << RANDOM_BITS } else { threshold } }
    }

    /// Whether the trace is in the share. A larger share holds every trace of a smaller one.
    pub(crate) fn holds(self, trace_id: &[u8; 16]) -> bool {
        let low = trace_id.last_chunk::<8>().map_or(0, |low| u64::from_be_bytes(*low));
        low & ((1 << RANDOM_BITS) - 1) >= self.threshold
    }
}
