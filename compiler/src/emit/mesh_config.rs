//! `meshConfig`: one value for `istioctl` and Helm alike.

use super::manifest::service_host;
use crate::plan::{ClusterPlan, STAT_TAGS};
use crate::policy::{AccessLog, TracingMode};
use indexmap::IndexMap;
use serde::Serialize;

/// Name of the tracing provider, which `Telemetry` refers to.
pub const TRACING_PROVIDER: &str = "phoenix";
/// Name of the access log provider, which `Telemetry` refers to.
pub const ACCESS_LOG_PROVIDER: &str = "tenantry-access-log";

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
    default_config: ProxyConfig,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extension_providers: Vec<Provider>,
}

#[derive(Clone, Debug, Serialize)]
struct PathNormalization {
    normalization: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProxyConfig {
    extra_stat_tags: [&'static str; 3],
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
struct OpenTelemetry {
    service: String,
    port: u16,
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
            opentelemetry: Some(OpenTelemetry {
                service: service_host(&tracing.phoenix.service, &plan.namespace),
                port: tracing.phoenix.port().value,
            }),
            envoy_file_access_log: None,
        });
        Self {
            path_normalization: PathNormalization { normalization: "DECODE_AND_MERGE_SLASHES" },
            // Labels of the filter's own metrics; proxies read this at their start.
            default_config: ProxyConfig { extra_stat_tags: STAT_TAGS },
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
