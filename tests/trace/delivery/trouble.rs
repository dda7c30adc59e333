//! A sink that is there and does not do its work.

use super::{BUFFER, Field, PROTOCOLS, TIMEOUT, WORKERS};
use std::time::Duration;
use tenantry_engine::config::Otlp;
use tenantry_tests::sink::{Mode, Refusal};

/// Requests of each client in good times; one worker's buffer would hold all of them.
const FEW: usize = 400;
/// In bad times; the buffers hold a part of them.
const MANY: usize = 1_500;
/// Memory that the proxy may take more when its buffers are full and span after span is dropped.
const ROOM: u64 = 16 << 20;

/// What becomes of the spans that are made while the sink is in trouble.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// They wait while there is room.
    Wait,
    /// They are refused for good.
    Rejected,
}

/// Traffic in good times, in trouble, and in good times again.
fn endure(protocol: Otlp, mode: Mode, fate: Fate) {
    let what = format!("{mode:?} over {protocol:?}");
    let field = Field::start(protocol);
    let mut requests = field.traffic(FEW).requests();
    field.settled(requests);
    let healthy = field.traffic(FEW);
    requests += healthy.requests();
    let before = field.settled(requests);
    assert_eq!(before.dropped, 0, "{what}");
    let resident = field.gateway.envoy().resident();

    field.sink.set(mode);
    let troubled = field.traffic(MANY);
    requests += troubled.requests();
    troubled.assert_not_slower(&healthy, &what);
    // Time enough for what the first batches meet, and for more after that.
    std::thread::sleep(TIMEOUT + Duration::from_millis(500));
    let later = field.traffic(MANY);
    requests += later.requests();
    later.assert_not_slower(&healthy, &what);
    let grown = field.gateway.envoy().resident().saturating_sub(resident);
    assert!(grown < ROOM, "{what}: {grown} bytes more");

    field.sink.set(Mode::Healthy);
    let account = field.settled(requests);
    let made = troubled.requests() + later.requests();
    match fate {
        Fate::Wait => {
            assert_eq!(account.dropped, account.buffer_full, "{what}: {account:?}");
            assert!(account.buffer_full > 0, "{what}: the buffers never filled");
            let held = made - account.buffer_full;
            assert!(
                held >= BUFFER && (mode_is_slow(mode) || held <= BUFFER * u64::from(WORKERS)),
                "{what}: {held} held"
            );
        }
        Fate::Rejected => {
            assert_eq!(account.dropped, account.rejected + account.buffer_full, "{what}: {account:?}");
            assert!(account.rejected > 0, "{what}: {account:?}");
        }
    }
    assert!(mode_is_slow(mode) || account.failed > 0, "{what}: nothing failed");
    if !matches!(mode, Mode::Silent) {
        // What a hanging sink took without an answer has to come again.
        assert_eq!(field.sink.read(|ledger| ledger.duplicates()), 0, "{what}");
    }

    let again = field.traffic(FEW).requests();
    let end = field.settled(requests + again);
    assert_eq!(end.dropped, account.dropped, "{what}: all is well again");
    field.gateway.stop();
}

fn mode_is_slow(mode: Mode) -> bool {
    matches!(mode, Mode::Slow(_))
}

fn endure_by_both(mode: Mode, fate: Fate) {
    for protocol in PROTOCOLS {
        endure(protocol, mode, fate);
    }
}

#[test]
fn a_slow_sink() {
    endure_by_both(Mode::Slow(TIMEOUT / 2), Fate::Wait);
}

#[test]
fn a_sink_that_hangs() {
    endure_by_both(Mode::Silent, Fate::Wait);
}

#[test]
fn a_sink_that_closes_connections() {
    endure_by_both(Mode::Close, Fate::Wait);
}

#[test]
fn a_sink_that_is_unavailable() {
    endure_by_both(Mode::Refuse(Refusal::Unavailable), Fate::Wait);
}

#[test]
fn a_sink_that_has_too_much_to_do() {
    endure_by_both(Mode::Refuse(Refusal::Throttled), Fate::Wait);
}

#[test]
fn a_sink_whose_disk_is_full() {
    endure_by_both(Mode::Refuse(Refusal::DiskFull), Fate::Wait);
}

#[test]
fn a_sink_that_refuses_the_key() {
    endure_by_both(Mode::Refuse(Refusal::Unauthenticated), Fate::Rejected);
}

#[test]
fn a_sink_that_cannot_read() {
    endure_by_both(Mode::Refuse(Refusal::Unprocessable), Fate::Rejected);
}
