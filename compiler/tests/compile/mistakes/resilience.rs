//! Mistakes about timeouts, retries and circuit breakers.

use super::{everywhere, http_routes, operator, seconds};
use crate::support::{Objects, applied, cogniverse, items, production, strings};
use serde_json::{Value, json};

#[test]
fn tries_that_do_not_fit_into_the_timeout() {
    everywhere(|_, _, objects| {
        for route in http_routes(objects) {
            let retries = &route["retries"];
            if retries["perTryTimeout"].is_null() || route["timeout"].is_null() {
                continue;
            }
            let tries = 1.0 + retries["attempts"].as_f64().expect("a number");
            let needed = tries * seconds(&retries["perTryTimeout"]);
            assert!(needed <= seconds(&route["timeout"]), "{route}");
        }
    });
}

#[test]
fn duration_that_istio_refuses() {
    everywhere(|_, _, objects| {
        for route in http_routes(objects) {
            let retries = &route["retries"]["perTryTimeout"];
            for duration in [&route["timeout"], retries].into_iter().filter(|it| !it.is_null()) {
                assert!(seconds(duration) >= 0.001, "`timeout: none` is written by leaving it out: {route}");
            }
        }
    });
}

#[test]
fn time_for_one_try_cuts_a_stream_that_has_no_timeout() {
    let objects = applied(&production(&[]), "east");
    let routes = items(&objects.get("VirtualService", "shop")["spec"]["http"]);
    let stream = routes.iter().find(|it| it["match"][0]["uri"]["exact"] == "/upload").expect("a route");
    assert!(stream["timeout"].is_null() && stream["retries"]["perTryTimeout"].is_null(), "{stream}");
    assert_eq!(stream["retries"]["attempts"], 2);
}

#[test]
fn retry_of_what_may_not_be_done_twice() {
    const BEFORE_WORK: [&str; 3] = ["connect-failure", "refused-stream", "reset-before-request"];
    let check = |objects: &Objects| {
        let mut guarded = 0;
        for route in http_routes(objects) {
            let on = route["retries"]["retryOn"].as_str().unwrap_or_default();
            let conditional = on.split(',').any(|on| !on.is_empty() && !BEFORE_WORK.contains(&on));
            if conditional {
                for condition in items(&route["match"]) {
                    let methods = strings(&condition["method"]).pop().expect("conditions on the method");
                    assert!(!methods.contains("POST") && !methods.contains("PATCH"), "{route}");
                    guarded += 1;
                }
                assert!(!items(&route["match"]).is_empty(), "{route}");
            }
        }
        guarded
    };
    everywhere(|_, _, objects| {
        check(objects);
    });
    assert!(check(&applied(&cogniverse(&[]), "us")) > 0);
    // Unless the policy says so.
    let said = cogniverse(&[("retries: {attempts: 2,", "retries: {nonIdempotent: true, attempts: 2,")]);
    let objects = applied(&said, "us");
    let routes = items(&objects.get("VirtualService", "vespa-in-mesh")["spec"]["http"]);
    assert_eq!(routes.len(), 1);
    assert!(routes[0]["match"].is_null());
}

#[test]
fn circuit_breaker_that_defeats_keep_alive() {
    everywhere(|_, _, objects| {
        for rule in objects.of("DestinationRule") {
            let http = &rule["spec"]["trafficPolicy"]["connectionPool"]["http"];
            assert!(http["maxRequestsPerConnection"].is_null(), "no policy here asks for it");
        }
    });
}

#[test]
fn ejection_without_min_health_percent_or_with_locality_failover() {
    let mut ejecting = 0;
    for (policy, cluster) in [(cogniverse(&[]), "us"), (production(&[]), "east")] {
        for rule in applied(&policy, cluster).of("DestinationRule") {
            let traffic = &rule["spec"]["trafficPolicy"];
            if traffic["outlierDetection"].is_null() {
                continue;
            }
            ejecting += 1;
            assert!(traffic["outlierDetection"]["minHealthPercent"].as_u64().is_some_and(|percent| percent > 0));
            assert_eq!(traffic["loadBalancer"]["localityLbSetting"]["enabled"], false);
        }
    }
    assert_eq!(ejecting, 2);
}

#[test]
fn retries_that_nobody_asked_for() {
    everywhere(|policy, cluster, _| {
        let mesh = &operator(policy, cluster)["spec"]["meshConfig"];
        assert_eq!(mesh["defaultHttpRetryPolicy"], json!({"attempts": 0}));
    });
}

#[test]
fn conditions_of_retries_that_never_happen() {
    let policy = cogniverse(&[("retries: {attempts: 2,", "retries: {attempts: 0,")]);
    let objects = applied(&policy, "us");
    let in_mesh = objects.get("VirtualService", "vespa-in-mesh");
    let retries: Vec<&Value> = items(&in_mesh["spec"]["http"]).iter().map(|route| &route["retries"]).collect();
    assert_eq!(retries, [&json!({"attempts": 0})], "Istio refuses anything beside it");
}
