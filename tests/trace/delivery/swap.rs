//! Configurations that come and go under traffic.

use super::{Field, PROTOCOLS, WORKERS, config};
use serde_json::json;
use std::time::Duration;

const SWAPS: usize = 12;

/// Whether the exporter stays (the collector is the same) or another takes over, no span is lost.
#[test]
fn no_swap_loses_a_span() {
    for protocol in PROTOCOLS {
        let mut field = Field::start(protocol);
        let requests = field.traffic_during(|field| {
            for number in 0..SWAPS {
                let mut next = config(protocol);
                next["tenants"]["inline"][format!("t{number}")] = json!({"cluster": "us", "tier": "standard"});
                if number % 2 == 0 {
                    next["trace"]["export"]["batch"]["spans"] = json!(150);
                }
                let accepted = || field.gateway.envoy().stats().sum(&["tenantry_config_accepted_total"]);
                let before = accepted();
                field.gateway.swap(&next.to_string());
                // Each worker takes it, and the main thread.
                let taken = field.gateway.eventually(|| accepted() > before + u64::from(WORKERS));
                assert!(taken, "{protocol:?}: swap {number} was never taken");
                // Some swaps come while a batch is on its way, and some before it is due.
                std::thread::sleep(Duration::from_millis(130));
            }
        });
        let account = field.settled(requests);
        assert_eq!(account.dropped, 0, "{protocol:?}: {account:?} of {requests}");
        // A batch may be on its way when its configuration goes; then nobody hears the answer, and it is sent again.
        let doubled = field.sink.read(|ledger| ledger.duplicates());
        assert!(doubled == 0 || account.failed > 0, "{protocol:?}: {doubled} came twice, {account:?}");
        field.gateway.stop();
    }
}
