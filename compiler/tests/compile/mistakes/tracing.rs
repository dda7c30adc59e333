//! Mistakes about who makes spans, and of what.

use super::{everywhere, host, operator, whole_text};
use crate::support::{applied, cogniverse, items, load, policies};
use serde_json::{Value, json};
use tenantry::policy::TracingMode;

#[test]
fn tracing_by_open_census() {
    everywhere(|policy, cluster, objects| {
        assert!(!whole_text(policy).contains("openCensus"), "it is accepted and does nothing");
        let mesh = operator(policy, cluster)["spec"]["meshConfig"].clone();
        assert!(mesh["defaultConfig"]["tracing"].is_null());
        let providers: Vec<&Value> = items(&mesh["extensionProviders"]).iter().map(|it| &it["name"]).collect();
        let used = objects.of("Telemetry").into_iter().flat_map(|it| {
            let spec = &it["spec"];
            items(&spec["tracing"]).iter().chain(items(&spec["accessLogging"])).flat_map(|it| items(&it["providers"]))
        });
        let used: Vec<&Value> = used.map(|it| &it["name"]).collect();
        assert!(used.iter().all(|name| providers.contains(name)), "{used:?} of {providers:?}");
        let enrich = policy.tracing.as_ref().is_some_and(|tracing| *tracing.mode == TracingMode::Enrich);
        assert_eq!(enrich, used.contains(&&json!("phoenix")));
    });
}

#[test]
fn tracing_port_that_istio_does_not_read_as_grpc() {
    let mut seen = 0;
    let enrich = cogniverse(&[("mode: per-tenant", "mode: enrich")]);
    let policies = policies().into_iter().map(|path| load(&path)).chain([enrich]);
    for policy in policies {
        let policy = &policy;
        let cluster = policy.clusters.keys().next().expect("a cluster");
        let objects = applied(policy, cluster);
        let mesh = operator(policy, cluster)["spec"]["meshConfig"].clone();
        let tracers: Vec<&Value> = items(&mesh["extensionProviders"])
            .iter()
            .map(|it| &it["opentelemetry"])
            .filter(|it| !it.is_null())
            .collect();
        for service in objects.of("Service") {
            for tracer in &tracers {
                let port = items(&service["spec"]["ports"]).iter().find(|it| it["port"] == tracer["port"]);
                let port = port.expect("the tracer's port is on the Service");
                assert_eq!(port["appProtocol"], "grpc");
                assert!(port["name"].as_str().is_some_and(|name| name.starts_with("grpc-")), "{port}");
                let name = service["metadata"]["name"].as_str().expect("a name");
                assert_eq!(tracer["service"], host(policy, name));
                seen += 1;
            }
        }
        for filter in objects.of("TrafficExtension") {
            let export = &filter["spec"]["wasm"]["pluginConfig"]["trace"]["export"]["to"];
            let (Some(to), Some(service)) = (export["cluster"].as_str(), objects.of("Service").first().copied()) else {
                continue;
            };
            let ports = items(&service["spec"]["ports"]);
            let port = ports.iter().find(|it| it["appProtocol"] == export["protocol"]).expect("a port that speaks it");
            let name = service["metadata"]["name"].as_str().expect("a name");
            assert_eq!(to, format!("outbound|{}||{}", port["port"], host(policy, name)));
            seen += 1;
        }
    }
    assert!(seen >= 2, "both modes send to a Phoenix that is deployed");
}

#[test]
fn tracer_that_traces_itself() {
    let objects = applied(&cogniverse(&[("mode: per-tenant", "mode: enrich")]), "us");
    let template = &objects.get("StatefulSet", "phoenix")["spec"]["template"]["metadata"];
    assert_eq!(template["labels"]["sidecar.istio.io/inject"], "false");
    let telemetry = &objects.get("Telemetry", "phoenix")["spec"];
    assert_eq!(telemetry["tracing"], json!([{"disableSpanReporting": true}]));
    let selected = telemetry["selector"]["matchLabels"].as_object().expect("labels");
    assert!(selected.iter().all(|(name, value)| &template["labels"][name] == value), "the resource is Phoenix's");
}

#[test]
fn two_telemetry_resources_for_the_same_workload() {
    everywhere(|_, _, objects| {
        let mut seen = Vec::new();
        for telemetry in objects.of("Telemetry") {
            let key = (&telemetry["metadata"]["namespace"], &telemetry["spec"]["selector"]);
            assert!(!seen.contains(&key), "{key:?}");
            assert!(items(&telemetry["spec"]["tracing"]).len() <= 1, "only the first would count");
            seen.push(key);
        }
    });
}

/// Probes would be most of all spans, and a client's word about its trace the key to another tenant's.
#[test]
fn health_checks_and_foreign_traces_in_envoys_own_tracer() {
    let objects = applied(&cogniverse(&[("mode: per-tenant", "mode: enrich")]), "us");
    let routes = items(&objects.get("VirtualService", "cogniverse")["spec"]["http"]);
    let untraced: Vec<&Value> = items(&objects.get("EnvoyFilter", "cogniverse-untraced")["spec"]["configPatches"])
        .iter()
        .map(|patch| &patch["match"]["routeConfiguration"]["vhost"]["route"]["name"])
        .collect();
    let exempt = routes.iter().filter(|route| {
        let uri = &route["match"][0]["uri"]["exact"];
        route["match"].as_array().is_some_and(|matches| matches.len() == 1)
            && ["/health", "/health/live", "/health/ready"].iter().any(|path| uri == path)
    });
    let exempt: Vec<&Value> = exempt.map(|route| &route["name"]).collect();
    assert_eq!(exempt.len(), 3);
    assert_eq!(untraced, exempt);
    // Istio warns of a match that one before it makes unreachable.
    let mut matches: Vec<&Value> = routes.iter().flat_map(|route| route["match"].as_array()).flatten().collect();
    let before = matches.len();
    matches.sort_by_key(|it| it.to_string());
    matches.dedup();
    assert_eq!(matches.len(), before, "a match stands there twice");
    let forgets = objects.get("EnvoyFilter", "cogniverse-client-trace").to_string();
    assert!(forgets.contains("traceparent") && forgets.contains("early_header_mutation"), "{forgets}");
    let trusting =
        cogniverse(&[("mode: per-tenant", "mode: enrich"), ("trustClientTrace: false", "trustClientTrace: true")]);
    let filters = applied(&trusting, "us");
    let names: Vec<&Value> = filters.of("EnvoyFilter").iter().map(|it| &it["metadata"]["name"]).collect();
    assert!(!names.contains(&&json!("cogniverse-client-trace")), "{names:?}");
}
