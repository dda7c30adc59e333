//! A sink that is not there.

use super::{Account, BUFFER, Field, PROTOCOLS};
use std::time::Duration;
use tenantry_tests::sink::Sink;

/// Requests of each client that the buffers hold between them, whichever worker gets them.
const FEW: usize = BUFFER as usize / 5;
/// Of each client, so many that the buffers do not hold them.
const MANY: usize = 1_500;
const RESTARTS: usize = 6;

#[test]
fn down_at_the_start() {
    for protocol in PROTOCOLS {
        let mut field = Field::start_before(Sink::reserve().expect("a port"), protocol);
        let requests = field.traffic(FEW).requests();
        std::thread::sleep(Duration::from_millis(700));
        let account = Account::read(&field.gateway);
        assert!(account.failed > 0 && account.sent == 0, "{protocol:?}: {account:?}");
        field.sink.up().expect("the sink listens");
        let account = field.settled(requests);
        assert_eq!((account.sent, account.dropped), (requests, 0), "{protocol:?}: everything was held");
        assert_eq!(field.sink.read(|ledger| ledger.duplicates()), 0, "{protocol:?}");
        field.gateway.stop();
    }
}

#[test]
fn down_for_long_in_the_middle() {
    for protocol in PROTOCOLS {
        let mut field = Field::start(protocol);
        let healthy = field.traffic(MANY);
        let mut requests = healthy.requests();
        field.settled(requests);
        field.sink.down();
        for _ in 0..2 {
            let traffic = field.traffic(MANY);
            requests += traffic.requests();
            traffic.assert_not_slower(&healthy, &format!("down over {protocol:?}"));
            std::thread::sleep(Duration::from_secs(1));
        }
        field.sink.up().expect("the sink listens");
        let account = field.settled(requests);
        assert!(account.buffer_full > 0 && account.dropped == account.buffer_full, "{protocol:?}: {account:?}");
        field.gateway.stop();
    }
}

/// Connections break in the middle of exports, again and again.
#[test]
fn restarting_under_traffic() {
    for protocol in PROTOCOLS {
        let mut field = Field::start(protocol);
        let requests = field.traffic_during(|field| {
            for _ in 0..RESTARTS {
                std::thread::sleep(Duration::from_millis(300));
                field.sink.down();
                std::thread::sleep(Duration::from_millis(50));
                field.sink.up().expect("the sink listens");
            }
        });
        let account = field.settled(requests);
        assert_eq!(account.dropped, account.buffer_full, "{protocol:?}: {account:?}");
        field.gateway.stop();
    }
}
