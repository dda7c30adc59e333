//! `Telemetry`: the access log, and what a span says.

use crate::emit::manifest::{Document, Manifest, Selector};
use crate::emit::mesh_config::{ACCESS_LOG_PROVIDER, TRACING_PROVIDER};
use crate::emit::phoenix;
use crate::emit::quantity::percent;
use crate::plan::{ClusterPlan, SYSTEM_NAMESPACE};
use crate::policy::{SpanKind, Tracing};
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Number;

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
    custom_tags: IndexMap<&'static str, Tag>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
enum Tag {
    Literal { value: &'static str },
    Header { name: String },
    Formatter { value: &'static str },
}

/// One for the mesh, one for each service whose spans say something of their own, and one that keeps Phoenix from
/// tracing the delivery of traces.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let mut documents = Vec::new();
    if plan.access_log.is_some() || plan.tracing.is_some() {
        let log = AccessLogging { providers: vec![Provider { name: ACCESS_LOG_PROVIDER }] };
        let spec = Spec {
            selector: None,
            access_logging: plan.access_log.map(|_| log).into_iter().collect(),
            tracing: plan.tracing.as_ref().map(at_gateway).into_iter().collect(),
        };
        documents.push(document(plan, SYSTEM_NAMESPACE, &plan.policy, spec));
    }
    let Some(tracing) = &plan.tracing else { return documents };
    for service in plan.services.iter().filter(|service| service.span_kind.is_some() || service.from_ingress) {
        // A sidecar without the filter knows the tenant by the header that the calling service passes on.
        let tenant = if service.from_ingress { filter_state_tenant() } else { header(&plan.tenant_header) };
        let mut tags = IndexMap::from([("tenant.id", tenant)]);
        tags.extend(service.span_kind.map(|kind| ("openinference.span.kind", Tag::Literal { value: kind_name(kind) })));
        let spans = Spans { custom_tags: tags, ..Spans::default() };
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

fn at_gateway(tracing: &Tracing) -> Spans {
    let tags = [
        ("tenant.id", filter_state_tenant()),
        ("tenantry.decision", Tag::Formatter { value: "%FILTER_STATE(wasm.tenantry.decision:PLAIN)%" }),
        ("openinference.span.kind", Tag::Literal { value: "CHAIN" }),
    ];
    Spans {
        providers: vec![Provider { name: TRACING_PROVIDER }],
        disable_span_reporting: None,
        random_sampling_percentage: Some(percent(*tracing.sampling)),
        custom_tags: IndexMap::from(tags),
    }
}

fn filter_state_tenant() -> Tag {
    Tag::Formatter { value: "%FILTER_STATE(wasm.tenantry.tenant:PLAIN)%" }
}

fn header(name: &str) -> Tag {
    Tag::Header { name: name.to_owned() }
}

fn kind_name(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Llm => "LLM",
        SpanKind::Embedding => "EMBEDDING",
        SpanKind::Chain => "CHAIN",
        SpanKind::Retriever => "RETRIEVER",
        SpanKind::Reranker => "RERANKER",
        SpanKind::Tool => "TOOL",
        SpanKind::Agent => "AGENT",
        SpanKind::Guardrail => "GUARDRAIL",
        SpanKind::Evaluator => "EVALUATOR",
    }
}

fn document(plan: &ClusterPlan, namespace: &str, name: &str, spec: Spec) -> Document {
    Manifest::new(plan, "telemetry.istio.io/v1", "Telemetry", (namespace, name), spec).document()
}
