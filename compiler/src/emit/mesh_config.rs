//! `meshConfig`: one value for `istioctl` and Helm alike.

use super::api_key::AUTHORIZATION_VARIABLE;
use super::manifest::service_host;
use crate::plan::tracing::shared_project;
use crate::plan::{ClusterPlan, STAT_TAGS};
use crate::policy::{AccessLog, Tracing, TracingMode};
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Value, json};
use tenantry_engine::config::Otlp;
use tenantry_engine::trace::attributes::PROJECT;

/// Name of the tracing provider, which `Telemetry` refers to.
pub const TRACING_PROVIDER: &str = "phoenix";
/// Name of the access log provider, which `Telemetry` refers to.
pub const ACCESS_LOG_PROVIDER: &str = "tenantry-access-log";

/// How long one export of Envoy's tracer may take.
const TIMEOUT: &str = "10s";

/// Fields of the access log. No query string is among them: those carry secrets.
const FIELDS: [(&str, &str); 16] = [
    ("start_time", "%START_TIME%"),
    ("tenant", "%FILTER_STATE(wasm.tenantry.tenant:PLAIN)%"),
    ("decision", "%FILTER_STATE(wasm.tenantry.decision:PLAIN)%"),
    ("method", "%REQ(:METHOD)%"),
    ("authority", "%REQ(:AUTHORITY)%"),
    ("path", "%PATH(NQ:ORIG_OR_PATH)%"),
    ("protocol", "%PROTOCOL%"),
    ("response_code", "%RESPONSE_CODE%"),
    ("response_flags", "%RESPONSE_FLAGS%"),
    ("response_code_details", "%RESPONSE_CODE_DETAILS%"),
    ("route_name", "%ROUTE_NAME%"),
    ("upstream_cluster", "%UPSTREAM_CLUSTER_RAW%"),
    ("upstream_host", "%UPSTREAM_HOST%"),
    ("duration", "%DURATION%"),
    ("request_id", "%REQ(X-REQUEST-ID)%"),
    ("downstream_remote_address", "%DOWNSTREAM_REMOTE_ADDRESS%"),
];

/// What the mesh is told at installation.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeshConfig {
    path_normalization: PathNormalization,
    default_http_retry_policy: RetryPolicy,
    default_config: ProxyConfig,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extension_providers: Vec<Provider>,
}

#[derive(Clone, Debug, Serialize)]
struct PathNormalization {
    normalization: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct RetryPolicy {
    attempts: u32,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProxyConfig {
    extra_stat_tags: [&'static str; STAT_TAGS.len()],
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy_metadata: Option<IndexMap<&'static str, String>>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Provider {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    opentelemetry: Option<OpenTelemetry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    envoy_file_access_log: Option<FileAccessLog>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OpenTelemetry {
    service: String,
    port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    grpc: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http: Option<Value>,
    resource_detectors: Value,
}

impl OpenTelemetry {
    /// Phoenix as the collector. The project comes from each proxy's environment, the key from istiod's.
    fn new(tracing: &Tracing, namespace: &str) -> Self {
        let header = json!([{"name": "authorization", "envName": AUTHORIZATION_VARIABLE}]);
        let header = tracing.phoenix.api_key.as_ref().map(|_| header);
        let (grpc, http) = match *tracing.phoenix.protocol {
            Otlp::Grpc => (header.map(|header| json!({"timeout": TIMEOUT, "initialMetadata": header})), None),
            Otlp::Http => {
                let mut http = json!({"path": "/v1/traces", "timeout": TIMEOUT});
                if let Some(header) = header {
                    http["headers"] = header;
                }
                (None, Some(http))
            }
        };
        let service = service_host(&tracing.phoenix.service, namespace);
        let resource_detectors = json!({"environment": {}});
        Self { service, port: tracing.phoenix.port().value, grpc, http, resource_detectors }
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FileAccessLog {
    path: &'static str,
    log_format: LogFormat,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum LogFormat {
    Labels(IndexMap<&'static str, &'static str>),
    Text(String),
}

impl MeshConfig {
    /// The mesh's settings. Routes and the filter decide on the path without dots, doubled or escaped slashes, so every
    /// proxy has to bring it into that form first.
    pub fn new(plan: &ClusterPlan) -> Self {
        let log = plan.access_log.map(|form| Provider {
            name: ACCESS_LOG_PROVIDER,
            opentelemetry: None,
            envoy_file_access_log: Some(FileAccessLog { path: "/dev/stdout", log_format: log_format(form) }),
        });
        // Where the filter is the tracer, a provider would only tempt somebody to turn Envoy's on as well.
        let enrich = plan.tracing.as_ref().filter(|tracing| *tracing.mode == TracingMode::Enrich);
        let tracing = enrich.map(|tracing| Provider {
            name: TRACING_PROVIDER,
            opentelemetry: Some(OpenTelemetry::new(tracing, &plan.namespace)),
            envoy_file_access_log: None,
        });
        // Proxies hand this to their tracer as attributes of the resource, of which Phoenix reads the project.
        let project = enrich.map(|tracing| (PROJECT.key, shared_project(tracing, &plan.policy)));
        let proxy_metadata =
            project.map(|(key, project)| IndexMap::from([("OTEL_RESOURCE_ATTRIBUTES", format!("{key}={project}"))]));
        Self {
            path_normalization: PathNormalization { normalization: "DECODE_AND_MERGE_SLASHES" },
            // Without it Istio tries twice more whatever the policy says nothing of, some gRPC calls after they were begun.
            default_http_retry_policy: RetryPolicy { attempts: 0 },
            // Labels of the filter's own metrics; proxies read this at their start.
            default_config: ProxyConfig { extra_stat_tags: STAT_TAGS, proxy_metadata },
            extension_providers: log.into_iter().chain(tracing).collect(),
        }
    }
}

fn log_format(form: AccessLog) -> LogFormat {
    match form {
        AccessLog::Json => LogFormat::Labels(FIELDS.into_iter().collect()),
        AccessLog::Text => {
            let fields: Vec<String> = FIELDS.iter().map(|(name, value)| format!("{name}={value}")).collect();
            LogFormat::Text(format!("{}\n", fields.join(" ")))
        }
    }
}
