//! Configurations that come and go under load: what Envoy and the filter make of them together.

use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tenantry_tests::envoy::VERSIONS;
use tenantry_tests::envoy::client::{Connection, Request};
use tenantry_tests::envoy::gateway::{Gateway, config};

fn search(tenant: &str) -> Request {
    Request::get("api.example.com", "/search").header("x-tenant-id", tenant)
}

/// Good, bad, good again, without one dropped or undecided request meanwhile.
#[test]
fn updates_under_load() {
    for version in VERSIONS {
        let gateway = Gateway::start(version, &config(&["alpha"]).to_string(), 2);
        let status = |tenant: &str| gateway.send(&search(tenant)).status;
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let load: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        let mut connection = Connection::open(gateway.address()).expect("a connection");
                        let mut sent = 0;
                        while !stop.load(Ordering::Relaxed) {
                            let allowed = connection.send(&search("alpha")).expect("an answer").status;
                            let refused = connection.send(&search("nobody")).expect("an answer").status;
                            assert_eq!((allowed, refused), (200, 403), "Envoy {version}");
                            sent += 1;
                        }
                        sent
                    })
                })
                .collect();

            gateway.swap(&config(&["alpha", "beta"]).to_string());
            assert!(gateway.eventually(|| status("beta") == 200), "Envoy {version} never took the update");

            let mut bad = config(&["alpha"]);
            bad["routes"][0]["service"] = json!(7);
            gateway.swap(&bad.to_string());
            assert!(
                gateway.eventually(|| gateway.envoy().stats().sum(&["tenantry_config_rejected_total"]) > 0),
                "Envoy {version} never saw the bad update"
            );
            assert_eq!(status("beta"), 200, "Envoy {version}: the old configuration stays");
            assert!(gateway.envoy().log().contains("the configuration is refused"), "the log says why");
            assert_eq!(gateway.envoy().stats().sum(&["extension_config_discovery", "update_rejected"]), 1);

            gateway.swap(&config(&["alpha"]).to_string());
            assert!(gateway.eventually(|| status("beta") == 403), "Envoy {version} never took the third update");
            stop.store(true, Ordering::Relaxed);
            let sent: u32 = load.into_iter().map(|thread| thread.join().expect("every answer as expected")).sum();
            assert!(sent > 20, "only {sent} requests went by");
        });
        gateway.stop();
    }
}

/// A gateway whose only configuration is bad serves nobody.
#[test]
fn a_bad_first_configuration_serves_nobody() {
    for version in VERSIONS {
        assert!(Gateway::starts_static(version, &config(&["alpha"]).to_string()), "Envoy {version}");
        assert!(!Gateway::starts_static(version, "{\"version\": 1}"), "Envoy {version} took a bad configuration");
    }
}

/// What the statistics pages show.
#[test]
fn statistics() {
    for version in VERSIONS {
        let gateway = Gateway::start(version, &config(&["alpha", "org:beta"]).to_string(), 1);
        for tenant in ["alpha", "alpha", "org:beta", "nobody"] {
            gateway.send(&search(tenant));
        }
        std::thread::sleep(Duration::from_millis(50));
        let page = gateway.envoy().admin("/stats/prometheus?filter=tenantry");
        for line in [
            "tenantry_requests_total{tenantry_decision=\"allow\",tenantry_tenant=\"alpha\"} 2",
            "tenantry_requests_total{tenantry_decision=\"allow\",tenantry_tenant=\"org:beta\"} 1",
            "tenantry_requests_total{tenantry_decision=\"tenant-unknown\",tenantry_tenant=\"none\"} 1",
            "tenantry_tenants{} 2",
        ] {
            assert!(page.contains(line), "Envoy {version}: no `{line}` in\n{page}");
        }
        gateway.stop();
    }
}
