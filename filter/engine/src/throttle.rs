//! Rate limits by the generic cell rate algorithm (GCRA): one timestamp per tenant stands for a bucket.
//!
//! The engine has no clock and no memory: the caller brings the time and the state, and stores the state
//! that it gets back, by compare-and-swap when several workers share it.

use crate::decision::Charge;

/// Length of a bucket's state in bytes.
pub const STATE_BYTES: usize = 8;

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// What came of taking one request from a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Whether the bucket had room.
    pub admitted: bool,
    /// The state to store; unchanged in meaning when not admitted.
    pub state: [u8; STATE_BYTES],
    /// Size of the bucket, in requests.
    pub limit: u32,
    /// Requests that would be admitted right now.
    pub remaining: u32,
    /// Seconds, rounded up, until another request is admitted; 0 if one would be right now.
    pub retry_after: u64,
    /// Seconds, rounded up, in which an empty bucket fills.
    pub window: u64,
}

/// Takes one request from a bucket. `state` is what the last call returned, none for a new bucket; `now` is
/// in nanoseconds of any clock. Anything else than 8 bytes counts as a new bucket, and a state from the
/// future (the clock went back, the limit changed, garbage) counts at worst as an empty one.
#[must_use]
pub fn take(charge: &Charge<'_>, state: Option<&[u8]>, now: u64) -> Taken {
    // Rounded up, so that rounding never admits more than the rate.
    let interval = (1_000 * NANOS_PER_SECOND).div_ceil(charge.millirate.max(1));
    let capacity = interval.saturating_mul(u64::from(charge.burst.max(1)));

    let stored = state.and_then(|state| state.try_into().ok()).map_or(0, u64::from_le_bytes);
    let full_at = stored.clamp(now, now.saturating_add(capacity));
    let used = full_at - now;
    let admitted = used.saturating_add(interval) <= capacity;
    let used = if admitted { used.saturating_add(interval) } else { used };

    let room = capacity - used;
    let wait = interval.saturating_sub(room);
    Taken {
        admitted,
        state: now.saturating_add(used).to_le_bytes(),
        limit: charge.burst.max(1),
        remaining: u32::try_from(room / interval).unwrap_or(u32::MAX),
        retry_after: wait.div_ceil(NANOS_PER_SECOND),
        window: capacity.div_ceil(NANOS_PER_SECOND),
    }
}

/// Fields of a 429: `retry-after` (RFC 9110), `ratelimit-policy` and `ratelimit`
/// (draft-ietf-httpapi-ratelimit-headers-10).
#[must_use]
pub fn fields(taken: &Taken) -> [(&'static str, String); 3] {
    let Taken { limit, remaining, retry_after, window, .. } = taken;
    [
        ("retry-after", retry_after.to_string()),
        ("ratelimit-policy", format!("\"tenant\";q={limit};w={window}")),
        ("ratelimit", format!("\"tenant\";r={remaining};t={retry_after}")),
    ]
}
