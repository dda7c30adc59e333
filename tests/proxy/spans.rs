//! Spans from real Envoys, on their way to a collector that may be in trouble.

use serde_json::{Value, json};
use std::time::Duration;
use tenantry::envoy::clusters::cluster;
use tenantry_tests::envoy::client::{Connection, Request};
use tenantry_tests::envoy::gateway::{Gateway, config};
use tenantry_tests::envoy::{LATEST, VERSIONS};
use tenantry_tests::sink::{Ledger, Mode, Refusal, Sink};

const COLLECTOR: &str = "outbound|4317||phoenix.default.svc.cluster.local";
const LIMIT: Duration = Duration::from_secs(30);

fn search(tenant: &str) -> Request {
    Request::get("api.example.com", "/search").header("x-tenant-id", tenant)
}

/// A gateway's configuration that traces `alpha` and whoever is refused.
fn traced(protocol: &str, collector: &str) -> Value {
    let mut config = config(&["alpha"]);
    config["trace"] = json!({
        "service": "gateway", "kind": "CHAIN",
        "export": {
            "to": {"protocol": protocol, "cluster": collector, "authority": "phoenix.default.svc", "timeoutMs": 1000},
            "project": "p-{tenant}", "unassigned": "p-unassigned", "sampling": 10_000,
            "batch": {"spans": 20, "bytes": 1_048_576, "everyMs": 200},
            "buffer": {"spans": 2048, "bytes": 4_194_304},
        },
    });
    config
}

fn start(version: &str, protocol: &str, sink: &Sink, workers: u32) -> Gateway {
    let collector = cluster(COLLECTOR, sink.address(), protocol == "grpc");
    Gateway::start_beside(version, &traced(protocol, COLLECTOR).to_string(), workers, vec![collector])
}

fn statuses(ledger: &Ledger) -> Vec<(String, Option<String>)> {
    let status = |span: &tenantry_tests::sink::Received| {
        let found = span.span.attributes.iter().find(|attribute| attribute.key == "http.response.status_code");
        found.map(|attribute| format!("{:?}", attribute.value.as_ref().and_then(|value| value.value.as_ref())))
    };
    let mut all: Vec<_> =
        ledger.kept.iter().map(|span| (span.project.clone().unwrap_or_default(), status(span))).collect();
    all.sort();
    all
}

/// Envoy knows the answer's status when it deletes a request's context, for its own answers and for others'.
#[test]
fn with_the_status_of_the_answer() {
    for version in VERSIONS {
        for protocol in ["grpc", "http"] {
            let sink = Sink::start().expect("a sink");
            sink.keep_spans();
            let gateway = start(version, protocol, &sink, 2);
            for (tenant, status) in [("alpha", 200), ("alpha", 200), ("nobody", 403)] {
                assert_eq!(gateway.send(&search(tenant)).status, status);
            }
            assert!(sink.wait(LIMIT, |ledger| ledger.total.distinct == 3), "Envoy {version}, {protocol}");
            sink.read(|ledger| {
                let int = |status: i64| Some(format!("Some(IntValue({status}))"));
                let expected = [("p-alpha", int(200)), ("p-alpha", int(200)), ("p-unassigned", int(403))]
                    .map(|(p, s)| (p.into(), s));
                assert_eq!(statuses(ledger), expected, "Envoy {version}, {protocol}");
                assert_eq!((&ledger.violations, ledger.duplicates()), (&vec![], 0));
            });
            assert!(
                gateway.eventually(|| gateway.envoy().stats().sum(&["tenantry_spans_sent_total"]) == 3),
                "Envoy {version}, {protocol}: {:?}",
                gateway.envoy().stats()
            );
            assert_eq!(gateway.envoy().stats().sum(&["tenantry_spans_dropped_total"]), 0);
            gateway.stop();
        }
    }
}

/// A collector that Envoy knows nothing of, one without endpoints, and one that nobody listens at. Envoy answers some such
/// calls before it has said that they left, which no filter may stumble over.
#[test]
fn to_nowhere() {
    for version in VERSIONS {
        for protocol in ["grpc", "http"] {
            let down = Sink::reserve().expect("a port");
            let mut empty = cluster("empty", down.address(), protocol == "grpc");
            empty["load_assignment"]["endpoints"] = json!([]);
            let clusters = vec![empty, cluster("down", down.address(), protocol == "grpc")];
            let config = |collector| traced(protocol, collector).to_string();
            let gateway = Gateway::start_beside(version, &config("unknown"), 1, clusters);
            let failures = || gateway.envoy().stats().sum(&["tenantry_span_exports_failed_total"]);
            for collector in ["unknown", "empty", "down"] {
                gateway.swap(&config(collector));
                let before = failures();
                assert!(
                    gateway.eventually(|| {
                        for (tenant, status) in [("alpha", 200), ("nobody", 403)] {
                            assert_eq!(gateway.send(&search(tenant)).status, status, "Envoy {version}, {collector}");
                        }
                        failures() > before + 1
                    }),
                    "Envoy {version} never failed to reach `{collector}` by {protocol}: {:?}",
                    gateway.envoy().stats()
                );
            }
            assert!(!gateway.envoy().log().contains("panicked"), "{}", gateway.envoy().log());
            gateway.stop();
        }
    }
}

/// Whatever the collector does, requests are answered; when it is well again, so is the export.
#[test]
fn to_a_collector_in_trouble() {
    let modes = [Mode::Silent, Mode::Close, Mode::Slow(Duration::from_millis(500))];
    for protocol in ["grpc", "http"] {
        let mut sink = Sink::start().expect("a sink");
        let gateway = start(LATEST, protocol, &sink, 1);
        let mut connection = Connection::open(gateway.address()).expect("a connection");
        let mut requests = 0_u64;
        let mut send = |connection: &mut Connection| {
            for _ in 0..50 {
                assert_eq!(connection.send(&search("alpha")).expect("an answer").status, 200);
                requests += 1;
            }
            std::thread::sleep(Duration::from_millis(300));
        };
        for mode in modes.into_iter().chain(Refusal::ALL.map(Mode::Refuse)) {
            sink.set(mode);
            send(&mut connection);
        }
        sink.down();
        send(&mut connection);
        sink.up().expect("the same port");
        sink.set(Mode::Healthy);
        send(&mut connection);
        let count = |name: &str| gateway.envoy().stats().sum(&[name]);
        let accounts = || (count("tenantry_spans_sent_total"), count("tenantry_spans_dropped_total"));
        let settled = |requests: u64| gateway.eventually(|| accounts().0 + accounts().1 == requests);
        assert!(settled(requests), "{protocol}: {requests} requests, {:?}", gateway.envoy().stats());
        // How much was dropped on the way is a matter of time; from here on nothing is.
        let (sent, dropped) = accounts();
        for _ in 0..50 {
            assert_eq!(connection.send(&search("alpha")).expect("an answer").status, 200);
        }
        assert!(settled(requests + 50), "{protocol}: {:?}", gateway.envoy().stats());
        assert_eq!(accounts(), (sent + 50, dropped), "{protocol}");
        assert!(!gateway.envoy().log().contains("panicked"), "{}", gateway.envoy().log());
        gateway.stop();
    }
}

/// Configurations come and go with batches on their way, and every span arrives.
#[test]
fn through_new_configurations() {
    for version in VERSIONS {
        let sink = Sink::start().expect("a sink");
        sink.set(Mode::Slow(Duration::from_millis(100)));
        let gateway = start(version, "grpc", &sink, 2);
        let mut requests = 0;
        for round in 0..10 {
            let mut connection = Connection::open(gateway.address()).expect("a connection");
            for _ in 0..60 {
                assert_eq!(connection.send(&search("alpha")).expect("an answer").status, 200);
                requests += 1;
            }
            let mut config = traced("grpc", COLLECTOR);
            config["policy"] = format!("p{round}").into();
            gateway.swap(&config.to_string());
            std::thread::sleep(Duration::from_millis(120));
        }
        let arrived = sink.wait(LIMIT, |ledger| ledger.total.distinct == requests);
        assert!(arrived, "Envoy {version}: {requests} requests, {:?}", sink.read(|ledger| ledger.total));
        assert_eq!(gateway.envoy().stats().sum(&["tenantry_spans_dropped_total"]), 0);
        gateway.stop();
    }
}
