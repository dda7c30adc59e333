//! Rate limits.

use crate::fixture::{gateway, get};
use tenantry_engine::decision::Charge;
use tenantry_engine::throttle::{Taken, fields, take};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SECOND: u64 = 1_000_000_000;
/// Two a second, five at once.
const CHARGE: Charge<'static> = Charge { tenant: "tenant_a", millirate: 2_000, burst: 5 };

#[test]
fn a_burst_then_the_rate() {
    let mut state = None;
    let mut at = |now: u64| {
        let taken = take(&CHARGE, state.as_ref().map(<[u8; 8]>::as_slice), now);
        state = Some(taken.state);
        taken
    };
    let start = 1_000 * SECOND;
    let remaining: Vec<u32> = (0..5).map(|_| at(start).remaining).collect();
    assert_eq!(remaining, [4, 3, 2, 1, 0]);
    let refused = at(start);
    assert_eq!((refused.admitted, refused.remaining, refused.retry_after), (false, 0, 1));
    assert!(!at(start + SECOND / 2 - 1).admitted);
    assert!(at(start + SECOND / 2).admitted);
    assert!(!at(start + SECOND / 2).admitted);
    // A refused request costs nothing, and a full bucket does not overflow.
    assert_eq!(at(start + 1_000 * SECOND).remaining, 4);
}

#[test]
fn slow_rates_wait_long() {
    let slow = Charge { tenant: "tenant_a", millirate: 1, burst: 1 };
    let first = take(&slow, None, SECOND);
    assert!(first.admitted);
    let second = take(&slow, Some(&first.state), 2 * SECOND);
    assert_eq!((second.admitted, second.retry_after, second.window), (false, 999, 1_000));
}

#[test]
fn a_clock_that_goes_back_costs_one_bucket_at_most() {
    let late = (0..5).fold(None, |state: Option<[u8; 8]>, _| {
        Some(take(&CHARGE, state.as_ref().map(<[u8; 8]>::as_slice), 1_000_000 * SECOND).state)
    });
    let refused = take(&CHARGE, late.as_ref().map(<[u8; 8]>::as_slice), SECOND);
    assert!(!refused.admitted);
    assert!(take(&CHARGE, Some(&refused.state), SECOND + SECOND / 2).admitted);
}

#[test]
fn any_state_and_any_limit_are_harmless() {
    for state in [&[][..], &[1], &[0; 8], &[255; 8], &[255; 9]] {
        for millirate in [0, 1, 3, u64::MAX] {
            for burst in [0, 1, u32::MAX] {
                for now in [0, SECOND, u64::MAX] {
                    let charge = Charge { tenant: "tenant_a", millirate, burst };
                    let taken = take(&charge, Some(state), now);
                    assert!(taken.remaining <= taken.limit, "{taken:?}");
                    assert!(taken.admitted || taken.retry_after > 0, "{taken:?}");
                }
            }
        }
    }
}

#[test]
fn the_client_is_told_in_standard_fields() {
    let state = [0; 8].map(|_: u8| 255);
    let taken = take(&Charge { tenant: "tenant_a", millirate: 50_000, burst: 100 }, Some(&state), SECOND);
    let expected = [
        ("retry-after", "1".to_owned()),
        ("ratelimit-policy", "\"tenant\";q=100;w=2".to_owned()),
        ("ratelimit", "\"tenant\";r=0;t=1".to_owned()),
    ];
    assert_eq!(fields(&taken), expected);
}

#[test]
fn being_over_the_rate_is_a_decision() {
    let config = gateway(|_| {});
    let taken = |admitted| Taken { admitted, state: [0; 8], limit: 100, remaining: 0, retry_after: 1, window: 2 };
    get("/search").tenant("tenant_a").decide(&config, |decision| {
        let allowed = decision.clone().charged(&taken(true));
        assert_eq!((allowed.verdict, allowed.pending.charge), (decision.verdict, None));
        let refused = decision.charged(&taken(false));
        assert_eq!(refused.verdict.to_string(), "refuse:tenant-throttled");
        assert_eq!(refused.why.last().map(ToString::to_string).as_deref(), Some("refused:tenant-throttled"));
        assert!(refused.set.is_empty());
    });
}
