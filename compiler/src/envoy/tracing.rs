//! Tracing as the compiled `Telemetry` configures it, and the collector's cluster.

use super::clusters;
use crate::plan::ClusterPlan;
use crate::plan::tracing::{self, Tag, TagValue, collector_cluster, collector_host};
use crate::policy::{Tracing, TracingMode};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tenantry_engine::config::Otlp;
use tenantry_engine::trace::attributes::PROJECT;

/// The collector's cluster under the name that it has in a mesh; none when the policy does not trace.
#[must_use]
pub fn collector(plan: &ClusterPlan, endpoint: Option<SocketAddr>) -> Option<Value> {
    let tracing = plan.tracing.as_ref()?;
    let http2 = *tracing.phoenix.protocol == Otlp::Grpc;
    Some(clusters::cluster(&collector_cluster(tracing, &plan.namespace), endpoint?, http2))
}

/// Envoy's own tracing at the gateway. None where the filter is the tracer: Envoy then leaves `traceparent` alone.
#[must_use]
pub fn connection_manager(plan: &ClusterPlan) -> Option<Value> {
    let tracing = plan.tracing.as_ref().filter(|tracing| *tracing.mode == TracingMode::Enrich)?;
    let tags: Vec<Value> = tracing::gateway_tags(tracing).into_iter().map(custom_tag).collect();
    Some(json!({
        "provider": { "name": "envoy.tracers.opentelemetry", "typed_config": provider(plan, tracing) },
        "client_sampling": { "value": 100 },
        "random_sampling": { "value": f64::from(*tracing.sampling) / 100.0 },
        "overall_sampling": { "value": 100 },
        "spawn_upstream_span": true,
        "custom_tags": tags,
    }))
}

/// For the connection manager: takes the client's trace away before the tracer looks at it.
#[must_use]
pub fn forget_client_trace() -> Value {
    let mutations: Vec<Value> = tracing::CLIENT_TRACE.iter().map(|header| json!({ "remove": header })).collect();
    json!([{
        "name": "envoy.http.early_header_mutation.header_mutation",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation",
            "mutations": mutations,
        },
    }])
}

/// For a route: no span, whatever the client asks for. The sidecars behind it follow.
#[must_use]
pub fn untraced() -> Value {
    let none = json!({ "numerator": 0, "denominator": "HUNDRED" });
    json!({ "client_sampling": none, "random_sampling": none, "overall_sampling": none })
}

fn custom_tag(tag: Tag) -> Value {
    let (source, value) = match tag.value {
        TagValue::Kind(kind) => ("literal", json!({ "value": kind })),
        TagValue::Format(format) => ("value", format.into()),
        TagValue::Header(name) => ("request_header", json!({ "name": name })),
    };
    json!({ "tag": tag.key, source: value })
}

fn provider(plan: &ClusterPlan, tracing: &Tracing) -> Value {
    let cluster = collector_cluster(tracing, &plan.namespace);
    let host = collector_host(tracing, &plan.namespace);
    let project = tracing::shared_project(tracing, &plan.policy);
    let mut provider = json!({
        "@type": "type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig",
        "service_name": crate::plan::GATEWAY_SERVICE,
        "resource_detectors": [{
            "name": "envoy.tracers.opentelemetry.resource_detectors.static_config",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.tracers.opentelemetry.resource_detectors.v3.StaticConfigResourceDetectorConfig",
                "attributes": { PROJECT.key: project },
            },
        }],
    });
    match *tracing.phoenix.protocol {
        Otlp::Grpc => {
            provider["grpc_service"] = json!({ "envoy_grpc": { "cluster_name": cluster, "authority": host } });
        }
        Otlp::Http => {
            provider["http_service"] = json!({ "http_uri": {
                "uri": format!("http://{host}/v1/traces"),
                "cluster": cluster,
                "timeout": "10s",
            } });
        }
    }
    provider
}
