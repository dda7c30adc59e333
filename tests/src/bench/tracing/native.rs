//! Envoy's own OpenTelemetry tracer, as a mesh configures it.

use serde_json::{Map, Value, json};
use tenantry_engine::config::Otlp;

/// Spans that the tuned tracer gathers before it sends.
const TUNED_SPANS: u32 = 512;
/// How long the tuned tracer waits for them.
const TUNED_INTERVAL_MS: u32 = 1_000;

/// Runtime values of the tuned tracer; the defaults are 5 spans and 5 seconds.
#[must_use]
pub fn tuned() -> Map<String, Value> {
    let values = [("min_flush_spans", TUNED_SPANS), ("flush_interval_ms", TUNED_INTERVAL_MS)];
    values.into_iter().map(|(name, value)| (format!("tracing.opentelemetry.{name}"), value.into())).collect()
}

/// A connection manager's `tracing`: every request, sent to `cluster` under the name `service`.
#[must_use]
pub fn tracing(service: &str, cluster: &str, protocol: Otlp) -> Value {
    let mut config = json!({
        "@type": "type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig",
        "service_name": service,
    });
    match protocol {
        Otlp::Grpc => config["grpc_service"] = json!({"envoy_grpc": {"cluster_name": cluster}, "timeout": "5s"}),
        Otlp::Http => {
            config["http_service"] = json!({"http_uri": {
                "uri": "http://phoenix/v1/traces", "cluster": cluster, "timeout": "5s",
            }});
        }
    }
    json!({
        "provider": {"name": "envoy.tracers.opentelemetry", "typed_config": config},
        "random_sampling": {"value": 100.0},
    })
}
