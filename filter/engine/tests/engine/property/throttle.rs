//! A bucket never admits more than its burst and its rate.

use proptest::collection::vec;
use proptest::prelude::*;
use tenantry_engine::decision::Charge;
use tenantry_engine::throttle::take;

const SECOND: u64 = 1_000_000_000;

proptest! {
    #[test]
    fn no_window_holds_more_than_burst_plus_rate(
        millirate in 1..10_000_000u64,
        burst in 1..50u32,
        gaps in vec(prop_oneof![Just(0), 0..SECOND / 1000, 0..SECOND, 0..100 * SECOND], 1..300),
    ) {
        let charge = Charge { tenant: "t", millirate, burst };
        let (mut now, mut state, mut admitted) = (SECOND, None::<[u8; 8]>, Vec::new());
        for gap in gaps {
            now += gap;
            let taken = take(&charge, state.as_ref().map(<[u8; 8]>::as_slice), now);
            state = Some(taken.state);
            if taken.admitted {
                admitted.push(now);
            } else {
                // Waiting as told is enough.
                let later = now + taken.retry_after * SECOND;
                prop_assert!(take(&charge, Some(&taken.state), later).admitted);
            }
        }
        for (first, &start) in admitted.iter().enumerate() {
            for (count, &end) in admitted[first..].iter().enumerate() {
                let rate = u128::from(end - start) * u128::from(millirate) / (1000 * u128::from(SECOND));
                let besides = count as u128;
                prop_assert!(besides < u128::from(burst) + rate, "{} in {} ns", besides + 1, end - start);
            }
        }
    }

    #[test]
    fn a_tenant_within_its_rate_is_never_refused(millirate in 1..10_000_000u64, burst in 1..50u32, slack in 0..1000u64) {
        let charge = Charge { tenant: "t", millirate, burst };
        let gap = (1000 * SECOND).div_ceil(millirate) + slack;
        let mut state = None::<[u8; 8]>;
        for step in 0..200 {
            let taken = take(&charge, state.as_ref().map(<[u8; 8]>::as_slice), SECOND + step * gap);
            prop_assert!(taken.admitted);
            state = Some(taken.state);
        }
    }

    #[test]
    fn any_state_at_any_time_is_harmless(
        state in vec(any::<u8>(), 0..10), millirate: u64, burst: u32, now: u64,
    ) {
        let taken = take(&Charge { tenant: "t", millirate, burst }, Some(&state), now);
        prop_assert!(taken.remaining <= taken.limit);
        prop_assert!(taken.admitted || taken.retry_after > 0);
    }
}
