//! Mistakes that any object can have.

use super::everywhere;
use crate::support::{applied, cogniverse, items};
use serde_json::{Value, json};

#[test]
fn old_api_versions() {
    everywhere(|_, _, objects| {
        for object in objects.all() {
            let version = object["apiVersion"].as_str().expect("a version");
            let kind = object["kind"].as_str().expect("a kind");
            let newest = match kind {
                "EnvoyFilter" => "networking.istio.io/v1alpha3",
                "TrafficExtension" => "extensions.istio.io/v1alpha1",
                "Namespace" | "Service" => "v1",
                "StatefulSet" => "apps/v1",
                "Telemetry" => "telemetry.istio.io/v1",
                _ if kind.ends_with("Authentication") || kind == "AuthorizationPolicy" => "security.istio.io/v1",
                _ => "networking.istio.io/v1",
            };
            assert_eq!(version, newest, "{kind}");
        }
    });
}

#[test]
fn resources_that_the_whole_mesh_sees() {
    everywhere(|_, _, objects| {
        for kind in ["VirtualService", "DestinationRule", "ServiceEntry"] {
            for object in objects.of(kind) {
                let to = items(&object["spec"]["exportTo"]);
                assert!(!to.is_empty() && !to.contains(&json!("*")), "{kind} {}", object["metadata"]["name"]);
            }
        }
    });
    let objects = applied(&cogniverse(&[]), "us");
    let told = |name: &str| objects.get("Sidecar", name)["spec"]["egress"][0]["hosts"].clone();
    assert_eq!(
        told("cogniverse-runtime"),
        json!([
            "./vespa.default.svc.cluster.local",
            "./ollama.default.svc.cluster.local",
            "./phoenix.default.svc.cluster.local",
            "istio-system/*"
        ])
    );
    assert_eq!(told("vespa"), json!(["./phoenix.default.svc.cluster.local", "istio-system/*"]));
}

#[test]
fn selector_that_selects_every_workload() {
    everywhere(|_, _, objects| {
        let root = |object: &Value| object["metadata"]["namespace"] == "istio-system";
        for object in objects.all().iter().filter(|it| root(it)) {
            let kind = object["kind"].as_str().expect("a kind");
            let everywhere = ["PeerAuthentication", "Telemetry"].contains(&kind);
            let spec = &object["spec"];
            let selects = !spec["selector"].is_null() || !spec["workloadSelector"].is_null();
            assert!(everywhere || selects, "{kind} in the root namespace without a selector is for the whole mesh");
        }
    });
}
