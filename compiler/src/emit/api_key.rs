//! The key that Phoenix asks for, on its way from a Kubernetes Secret into whoever sends spans.
//!
//! Secrets reach containers as environment variables. Where the filter is the tracer these are the proxies; where Envoy
//! is, istiod reads the key and hands it to the proxies with the rest of their configuration.

use super::environment::Variable;
use crate::plan::ClusterPlan;
use crate::plan::tracing::API_KEY_VARIABLE;
use crate::policy::{SecretKey, TracingMode};
use serde::Serialize;
use serde_json::{Value, json};

/// Variable of istiod with the whole value of the `authorization` header.
pub const AUTHORIZATION_VARIABLE: &str = "PHOENIX_AUTHORIZATION";
/// Entry of the Secret with which a Phoenix that is deployed with the mesh signs its sessions.
pub const SIGNING_ENTRY: &str = "phoenix-secret";

/// The Secret, where this policy has one and `mode` is its mode.
fn secret(plan: &ClusterPlan, mode: TracingMode) -> Option<&SecretKey> {
    let tracing = plan.tracing.as_ref().filter(|tracing| *tracing.mode == mode)?;
    tracing.phoenix.api_key.as_ref().map(|key| &key.value)
}

/// Variables of the ingress gateway's proxy.
pub fn at_gateway(plan: &ClusterPlan) -> Vec<Variable> {
    let variable = |it: &SecretKey| Variable::from_secret(API_KEY_VARIABLE, &it.secret, &it.key, false);
    secret(plan, TracingMode::PerTenant).map(variable).into_iter().collect()
}

/// Variables of istiod.
pub fn at_istiod(plan: &ClusterPlan) -> Vec<Variable> {
    let Some(SecretKey { secret, key }) = secret(plan, TracingMode::Enrich) else { return Vec::new() };
    vec![
        Variable::from_secret(API_KEY_VARIABLE, secret, key, false),
        Variable::new(AUTHORIZATION_VARIABLE, format!("Bearer $({API_KEY_VARIABLE})")),
    ]
}

/// Settings of istiod's webhook that injects sidecars.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Injection {
    templates: Value,
    default_templates: [&'static str; 2],
}

/// Where the proxy is in an injected pod. From Kubernetes 1.33 on, Istio makes it a native sidecar, which is an init container
/// that stays; under the other list, what a template says of it would be a second container without an image. The
/// condition is that of Istio's own template.
const PLACE: &str = r#"spec:
  {{- if eq (index .ObjectMeta.Annotations `sidecar.istio.io/nativeSidecar` | default (printf "%t" .NativeSidecars)) "false" }}
  containers:
  {{- else }}
  initContainers:
  {{- end }}
"#;

/// Gives each sidecar the key. Pods of namespaces without the Secret start all the same; their proxies send nothing.
pub fn injection(plan: &ClusterPlan) -> Option<Injection> {
    let SecretKey { secret, key } = secret(plan, TracingMode::PerTenant)?;
    let template = format!(
        "{PLACE}  - name: istio-proxy\n    env:\n    - name: {API_KEY_VARIABLE}\n      valueFrom:\n        secretKeyRef:\n          \
         name: {secret}\n          key: {key}\n          optional: true\n"
    );
    Some(Injection { templates: json!({ "phoenix": template }), default_templates: ["sidecar", "phoenix"] })
}
