//! Charges a request to its tenant's bucket, which all workers of the proxy share.
//!
//! Two workers that see a tenant's first request at the same moment may both find no bucket; the host has no
//! compare-and-swap for creation, so each such worker can admit one request too many, once in the proxy's life. Every
//! later charge is exact. When other workers keep winning the race for the bucket, or the host has no clock or no
//! shared data, the request is refused.

use crate::host::{self, Swap};
use tenantry_engine::decision::Charge;
use tenantry_engine::throttle::{self, Taken};

/// Races to lose before giving up; a worker loses one only to a worker that won it.
const ATTEMPTS: usize = 32;

/// Takes one request from the bucket of `policy`'s tenant; `now` is the host's time, where it has one.
pub fn charge(policy: &str, charge: &Charge<'_>, now: Option<u64>) -> Taken {
    let refusal = Taken { admitted: false, retry_after: 1, ..throttle::take(charge, None, now.unwrap_or_default()) };
    let Some(now) = now else { return refusal };
    let key = ["tenantry.rate", policy, charge.tenant].join("\0");
    for _ in 0..ATTEMPTS {
        let Some((state, version)) = host::shared(&key) else { return refusal };
        let taken = throttle::take(charge, state.as_deref(), now);
        if !taken.admitted {
            return taken;
        }
        match host::set_shared(&key, &taken.state, version) {
            Swap::Done => return taken,
            Swap::Lost => {}
            Swap::Failed => return refusal,
        }
    }
    refusal
}
