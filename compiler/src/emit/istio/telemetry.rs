//! `Telemetry`: the access log, and what a span says.

use crate::emit::manifest::{Document, Manifest, Selector};
use crate::emit::mesh_config::{ACCESS_LOG_PROVIDER, TRACING_PROVIDER};
use crate::emit::phoenix;
use crate::emit::quantity::percent;
use crate::plan::tracing::{self, Tag, TagValue};
use crate::plan::{ClusterPlan, SYSTEM_NAMESPACE};
use crate::policy::{Tracing, TracingMode};
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Number;
use tenantry_engine::config::SpanKind;

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    #[serde(skip_serializing_if = "Option::is_none")]
    selector: Option<Selector>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    access_logging: Vec<AccessLogging>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tracing: Vec<Spans>,
}

#[derive(Serialize)]
struct AccessLogging {
    providers: Vec<Provider>,
}

#[derive(Serialize)]
struct Provider {
    name: &'static str,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Spans {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    providers: Vec<Provider>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disable_span_reporting: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    random_sampling_percentage: Option<Number>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    custom_tags: IndexMap<&'static str, CustomTag>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum CustomTag {
    Literal { value: SpanKind },
    Header { name: String },
    Formatter { value: String },
}

/// One for the mesh; where Envoy reports, one for each service, whose spans say something of their own, and one that
/// keeps Phoenix from tracing the delivery of traces.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let mut documents = Vec::new();
    if plan.access_log.is_some() || plan.tracing.is_some() {
        let log = AccessLogging { providers: vec![Provider { name: ACCESS_LOG_PROVIDER }] };
        let spec = Spec {
            selector: None,
            access_logging: plan.access_log.map(|_| log).into_iter().collect(),
            tracing: plan.tracing.as_ref().map(mesh_wide).into_iter().collect(),
        };
        documents.push(document(plan, SYSTEM_NAMESPACE, &plan.policy, spec));
    }
    let Some(tracing) = plan.tracing.as_ref().filter(|tracing| *tracing.mode == TracingMode::Enrich) else {
        return documents;
    };
    for service in &plan.services {
        let tags = tracing::sidecar_tags(tracing, service.span_kind, &plan.tenant_header);
        let spans = Spans { custom_tags: custom_tags(tags), ..Spans::default() };
        let spec = Spec { selector: Some(Selector::new(&service.labels)), tracing: vec![spans], ..Spec::default() };
        documents.push(document(plan, &plan.namespace, &service.name, spec));
    }
    if tracing.phoenix.deploy.is_some() {
        let spans = Spans { disable_span_reporting: Some(true), ..Spans::default() };
        let selector = Some(Selector::new(&phoenix::labels(&tracing.phoenix)));
        let spec = Spec { selector, tracing: vec![spans], ..Spec::default() };
        documents.push(document(plan, &plan.namespace, &tracing.phoenix.service, spec));
    }
    documents
}

/// Where the filter is the tracer, Envoy must not report, nor write a trace context over the filter's: without a
/// tracer it leaves `traceparent` alone.
fn mesh_wide(tracing: &Tracing) -> Spans {
    match *tracing.mode {
        TracingMode::PerTenant => Spans { disable_span_reporting: Some(true), ..Spans::default() },
        TracingMode::Enrich => Spans {
            providers: vec![Provider { name: TRACING_PROVIDER }],
            disable_span_reporting: None,
            random_sampling_percentage: Some(percent(*tracing.sampling)),
            custom_tags: custom_tags(tracing::gateway_tags(tracing)),
        },
    }
}

fn custom_tags(tags: Vec<Tag>) -> IndexMap<&'static str, CustomTag> {
    let custom = |value| match value {
        TagValue::Kind(value) => CustomTag::Literal { value },
        TagValue::Format(value) => CustomTag::Formatter { value },
        TagValue::Header(name) => CustomTag::Header { name },
    };
    tags.into_iter().map(|tag| (tag.key, custom(tag.value))).collect()
}

fn document(plan: &ClusterPlan, namespace: &str, name: &str, spec: Spec) -> Document {
    Manifest::new(plan, "telemetry.istio.io/v1", "Telemetry", (namespace, name), spec).document()
}
