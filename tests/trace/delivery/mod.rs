//! Delivery: the built module in real Envoy, with a sink in Phoenix's place that can misbehave on demand.
//!
//! Whatever the sink does, no request is delayed or fails, memory stays bounded, and every span is accounted for once:
//! it arrived, or a counter on Envoy's statistics page says why not.

mod account;
mod outage;
mod steady;
mod swap;
mod traffic;
mod trouble;

use account::Account;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tenantry::envoy::clusters;
use tenantry_engine::config::Otlp;
use tenantry_tests::envoy::LATEST;
use tenantry_tests::envoy::gateway::{self, Gateway};
use tenantry_tests::sink::Sink;
use traffic::Traffic;

/// Tenants of the gateway, and the Phoenix project of each.
const TENANTS: [(&str, &str); 3] = [("alpha", "p-alpha:alpha"), ("beta", "p-beta:beta"), ("org:unit", "p-org:unit")];
/// Both ways to deliver.
const PROTOCOLS: [Otlp; 2] = [Otlp::Grpc, Otlp::Http];
/// Envoy's name of the sink.
const CLUSTER: &str = "outbound|4317||phoenix.default.svc.cluster.local";
/// Worker threads, each with a buffer of its own.
const WORKERS: u32 = 2;
/// Spans that one worker may hold.
const BUFFER: u64 = 2_000;
/// Between the requests of one client, where they go on for long.
const PACE: Duration = Duration::from_millis(2);
/// How long an export may take.
const TIMEOUT: Duration = Duration::from_millis(800);
/// How long spans may take to arrive once nothing is in their way; a backoff may have to end first.
const SETTLE_LIMIT: Duration = Duration::from_secs(90);

/// A gateway's `pluginConfig` that exports every request's span.
fn config(protocol: Otlp) -> Value {
    let mut config = gateway::config(&TENANTS.map(|(tenant, _)| tenant));
    config["trace"] = json!({
        "service": "gateway",
        "kind": "CHAIN",
        "export": {
            "to": {
                "protocol": protocol,
                "cluster": CLUSTER,
                "authority": "phoenix.default.svc.cluster.local:4317",
                "timeoutMs": TIMEOUT.as_millis(),
            },
            "project": "p-{org}:{tenant}",
            "unassigned": "p-unassigned",
            "sampling": 10_000,
            "batch": { "spans": 200, "bytes": 1 << 18, "everyMs": 200 },
            "buffer": { "spans": BUFFER, "bytes": 4 << 20 },
        },
    });
    config
}

/// A gateway that exports to a sink.
struct Field {
    gateway: Gateway,
    sink: Sink,
}

impl Field {
    /// With a healthy sink.
    fn start(protocol: Otlp) -> Self {
        Self::start_before(Sink::start().expect("the sink listens"), protocol)
    }

    /// With a sink in any state.
    fn start_before(sink: Sink, protocol: Otlp) -> Self {
        Self::start_with(sink, protocol, &config(protocol))
    }

    fn start_with(sink: Sink, protocol: Otlp, config: &Value) -> Self {
        let cluster = clusters::cluster(CLUSTER, sink.address(), protocol == Otlp::Grpc);
        let gateway = Gateway::start_beside(LATEST, &config.to_string(), WORKERS, vec![cluster]);
        Self { gateway, sink }
    }

    /// Sends allowed requests, `each` from each of several clients at once.
    fn traffic(&self, each: usize) -> Traffic {
        Traffic::send(self.gateway.address(), each)
    }

    /// Sends allowed requests at a gentle pace for as long as `meanwhile` takes, and returns their number.
    fn traffic_during(&mut self, meanwhile: impl FnOnce(&mut Self)) -> u64 {
        let (address, over) = (self.gateway.address(), &AtomicBool::new(false));
        std::thread::scope(|scope| {
            let more = |_| {
                std::thread::sleep(PACE);
                !over.load(Ordering::Relaxed)
            };
            let traffic = scope.spawn(move || Traffic::send_while(address, more));
            meanwhile(self);
            over.store(true, Ordering::Relaxed);
            traffic.join().expect("every answer as expected").requests()
        })
    }

    /// Waits until nothing waits to be sent and the account of `requests` spans is whole.
    fn settled(&self, requests: u64) -> Account {
        let begin = Instant::now();
        loop {
            let account = Account::read(&self.gateway);
            if account.waiting == 0 && account.spans() == requests {
                self.sink.read(|ledger| {
                    assert_eq!(ledger.violations, [""; 0]);
                    assert_eq!(ledger.total.distinct, account.sent, "what counts as sent arrived, and nothing else");
                });
                return account;
            }
            assert!(begin.elapsed() < SETTLE_LIMIT, "{requests} spans were made, and the account is {account:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
