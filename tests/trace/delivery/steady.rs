//! When all is well.

use super::{Account, Field, PROTOCOLS, TENANTS, config};
use serde_json::json;
use tenantry_tests::sink::Sink;

/// Of each client; there are four.
const EACH: usize = 2_500;

#[test]
fn ten_thousand_requests_make_ten_thousand_spans() {
    for protocol in PROTOCOLS {
        // Room for all of them: a busy machine may keep the sink from its work for a while.
        let mut config = config(protocol);
        config["trace"]["export"]["buffer"] = json!({ "spans": 4 * EACH, "bytes": 16 << 20 });
        let field = Field::start_with(Sink::start().expect("the sink listens"), protocol, &config);
        let sent = field.traffic(EACH).requests();
        assert_eq!(sent, 10_000);
        let account = field.settled(sent);
        assert_eq!(account, Account { sent, buffer_full: 0, rejected: 0, dropped: 0, waiting: 0, failed: 0 });
        field.sink.read(|ledger| {
            assert_eq!(ledger.duplicates(), 0, "{protocol:?}");
            let projects: Vec<&str> = ledger.projects.keys().map(String::as_str).collect();
            assert_eq!(projects, TENANTS.map(|(_, project)| project));
            assert!(ledger.projects.values().all(|&spans| spans > 3_000), "{:?}", ledger.projects);
            assert!(ledger.total.requests < sent / 10, "{} exports for {sent} spans", ledger.total.requests);
        });
        field.gateway.stop();
    }
}
