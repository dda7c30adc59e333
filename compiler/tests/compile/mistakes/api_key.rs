//! Mistakes about Phoenix's API key.

use super::operator;
use crate::support::{applied, cogniverse, items, production};
use serde_json::{Value, json};

#[test]
fn injection_template_that_knows_one_place_of_the_proxy() {
    let policy = production(&[]);
    for cluster in policy.clusters.keys() {
        let webhook = &operator(&policy, cluster)["spec"]["values"]["sidecarInjectorWebhook"];
        let template = webhook["templates"]["phoenix"].as_str().expect("a template");
        // As a native sidecar, which is what it is from Kubernetes 1.33 on, and as a container.
        let branches = ["NativeSidecars", "\n  initContainers:\n", "\n  containers:\n"];
        assert!(branches.iter().all(|branch| template.contains(branch)), "{cluster}: {template}");
    }
}

/// The key is the Secret's alone: no object and no installation value holds it, and each container that sends spans
/// reads it from there.
#[test]
fn api_key_that_stands_in_a_configuration() {
    let policy = production(&[]);
    let reads = |value: &Value| {
        let text = value.to_string();
        text.contains("PHOENIX_API_KEY") && text.contains("phoenix-api-key") && text.contains("secretKeyRef")
    };
    let operator = operator(&policy, "east");
    assert!(reads(&operator["spec"]["components"]["ingressGateways"][0]["k8s"]["env"]), "the gateway");
    assert!(reads(&operator["spec"]["values"]["sidecarInjectorWebhook"]["templates"]), "the sidecars");
    assert!(
        !operator["spec"]["components"]["pilot"]["k8s"]["env"].to_string().contains("API_KEY"),
        "istiod needs none"
    );
    let objects = applied(&policy, "east");
    for filter in objects.of("TrafficExtension") {
        let wasm = &filter["spec"]["wasm"];
        assert_eq!(wasm["vmConfig"], json!({"env": [{"name": "PHOENIX_API_KEY", "valueFrom": "HOST"}]}));
        assert_eq!(wasm["pluginConfig"]["trace"]["export"]["to"]["apiKeyEnv"], "PHOENIX_API_KEY");
    }
    let pod = &objects.get("StatefulSet", "phoenix")["spec"]["template"]["spec"]["containers"][0]["env"];
    for name in ["PHOENIX_SECRET", "PHOENIX_ADMIN_SECRET"] {
        let variable = items(pod).iter().find(|it| it["name"] == name).expect("Phoenix asks for keys");
        assert_eq!(variable["valueFrom"]["secretKeyRef"]["name"], "phoenix-api-key");
    }
    assert!(objects.of("Secret").is_empty() && objects.of("ConfigMap").is_empty());
}

/// Where Envoy is the tracer the key has to pass through istiod, which says so in one place.
#[test]
fn api_key_of_envoys_own_tracer() {
    let changes = [("mode: per-tenant", "mode: enrich"), ("grpc: 4317,", "grpc: 4317, apiKey: {secret: keys},")];
    let policy = cogniverse(&changes);
    let operator = operator(&policy, "us");
    let provider = items(&operator["spec"]["meshConfig"]["extensionProviders"])
        .iter()
        .find(|it| it["name"] == "phoenix")
        .expect("a tracing provider");
    let metadata = &provider["opentelemetry"]["grpc"]["initialMetadata"];
    assert_eq!(*metadata, json!([{"name": "authorization", "envName": "PHOENIX_AUTHORIZATION"}]));
    let env = &operator["spec"]["components"]["pilot"]["k8s"]["env"];
    assert_eq!(env[0]["valueFrom"]["secretKeyRef"], json!({"name": "keys", "key": "api-key"}));
    assert_eq!(env[1], json!({"name": "PHOENIX_AUTHORIZATION", "value": "Bearer $(PHOENIX_API_KEY)"}));
    assert!(operator["spec"]["components"]["ingressGateways"][0]["k8s"]["env"].is_null());
}
