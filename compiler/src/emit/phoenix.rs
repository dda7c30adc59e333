//! Phoenix itself, where the policy asks for it to be deployed.

use super::api_key::SIGNING_ENTRY;
use super::environment::Variable;
use super::manifest::{Document, Labels, Manifest, Selector, own_labels, pairs};
use crate::plan::ClusterPlan;
use crate::policy::{Phoenix, PhoenixDeploy, SecretKey};
use serde::Serialize;
use serde_json::{Value, json};

/// User and group of the Phoenix image.
const PHOENIX_UID: u32 = 65532;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceSpec {
    selector: Labels,
    ports: [ServicePort; 2],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServicePort {
    name: &'static str,
    port: u16,
    target_port: &'static str,
    app_protocol: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatefulSetSpec {
    service_name: String,
    replicas: u32,
    selector: Selector,
    template: Template,
    volume_claim_templates: Value,
}

#[derive(Serialize)]
struct Template {
    metadata: TemplateMetadata,
    spec: Value,
}

#[derive(Serialize)]
struct TemplateMetadata {
    labels: Labels,
}

/// Labels of Phoenix's pods.
pub fn labels(phoenix: &Phoenix) -> Labels {
    pairs(&[("app", &phoenix.service)])
}

/// A Service and a StatefulSet with its volume.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let phoenix = plan.tracing.as_ref().map(|tracing| &tracing.phoenix);
    let Some((phoenix, deploy)) = phoenix.and_then(|phoenix| Some((phoenix, phoenix.deploy.as_ref()?))) else {
        return Vec::new();
    };
    let at = (plan.namespace.as_str(), phoenix.service.as_str());
    let service = ServiceSpec {
        selector: labels(phoenix),
        // Istio takes the protocol from `appProtocol` or the name's first word; a name such as `otlp-grpc` says neither,
        // and every export would go out as HTTP/1.1 and fail.
        ports: [
            ServicePort { name: "http", port: *phoenix.http, target_port: "http", app_protocol: "http" },
            ServicePort { name: "grpc-otlp", port: *phoenix.grpc, target_port: "grpc-otlp", app_protocol: "grpc" },
        ],
    };
    vec![
        Manifest::new(plan, "v1", "Service", at, service).document(),
        Manifest::new(plan, "apps/v1", "StatefulSet", at, stateful_set(plan, phoenix, deploy)).document(),
    ]
}

/// Without a sidecar: its own proxy would make spans of the delivery of spans.
fn stateful_set(plan: &ClusterPlan, phoenix: &Phoenix, deploy: &PhoenixDeploy) -> StatefulSetSpec {
    let mut pod_labels = labels(phoenix);
    pod_labels.extend(own_labels(plan));
    pod_labels.extend(pairs(&[("sidecar.istio.io/inject", "false")]));
    StatefulSetSpec {
        service_name: phoenix.service.value.clone(),
        replicas: 1,
        selector: Selector::new(&labels(phoenix)),
        template: Template { metadata: TemplateMetadata { labels: pod_labels }, spec: pod(phoenix, deploy) },
        volume_claim_templates: json!([{
            "metadata": {"name": "data"},
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": deploy.storage.value}},
            },
        }]),
    }
}

fn pod(phoenix: &Phoenix, deploy: &PhoenixDeploy) -> Value {
    let environment = [
        ("PHOENIX_WORKING_DIR", "/data".to_owned()),
        ("PHOENIX_PORT", phoenix.http.to_string()),
        ("PHOENIX_GRPC_PORT", phoenix.grpc.to_string()),
    ];
    let environment = environment.iter().map(|(name, value)| json!({"name": name, "value": value}));
    let environment: Vec<Value> = environment.chain(authentication(phoenix)).collect();
    let probe = json!({"httpGet": {"path": "/healthz", "port": "http"}});
    json!({
        "automountServiceAccountToken": false,
        "securityContext": {
            "runAsNonRoot": true,
            "runAsUser": PHOENIX_UID,
            "fsGroup": PHOENIX_UID,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [{
            "name": "phoenix",
            "image": deploy.image.value,
            "env": environment,
            "ports": [
                {"name": "http", "containerPort": phoenix.http.value},
                {"name": "grpc-otlp", "containerPort": phoenix.grpc.value},
            ],
            "readinessProbe": probe,
            "livenessProbe": {
                "httpGet": {"path": "/healthz", "port": "http"},
                "initialDelaySeconds": 60,
                "periodSeconds": 30,
            },
            "resources": {
                "requests": {"cpu": "100m", "memory": "1Gi"},
                "limits": {"cpu": "1000m", "memory": "2Gi"},
            },
            "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
            "volumeMounts": [{"name": "data", "mountPath": "/data"}],
        }],
    })
}

/// With a key Phoenix asks everybody for one, and takes the mesh's as its administrator's.
fn authentication(phoenix: &Phoenix) -> Vec<Value> {
    let Some(SecretKey { secret, key }) = phoenix.api_key.as_ref().map(|key| &key.value) else { return Vec::new() };
    let from_secret = |name: &'static str, key: &str| json!(Variable::from_secret(name, secret, key, false));
    vec![
        json!({"name": "PHOENIX_ENABLE_AUTH", "value": "true"}),
        from_secret("PHOENIX_SECRET", SIGNING_ENTRY),
        from_secret("PHOENIX_ADMIN_SECRET", key),
    ]
}
