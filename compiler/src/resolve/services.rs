//! `services`.

use super::form::{Entries, Form, List, Map, Port, choices, record};
use super::formats::{LabelKey, LabelValue, Name, ObjectName, Timespan};
use super::names::Names;
use super::reader::Reader;
use super::releases::{self, ReleaseForm};
use super::resilience::{BreakerForm, RetriesForm};
use super::rules::BAD_VALUE;
use super::shape::Shape;
use crate::policy::{Caller, Named, Protocol, Service};
use crate::source::Spanned;
use crate::syntax::Node;
use indexmap::IndexMap;
use tenantry_engine::config::SpanKind;

/// The caller that is no service: the ingress gateway.
const INGRESS: &str = "ingress";

choices! {
    /// `services.NAME.protocol`.
    pub ProtocolForm => Protocol {
        /// HTTP/1.1.
        "http" => Protocol::Http,
        /// HTTP/2 without TLS.
        "http2" => Protocol::Http2,
        /// gRPC.
        "grpc" => Protocol::Grpc,
    }
    /// `services.NAME.span`.
    pub SpanKindForm => SpanKind {
        /// A call to a language model.
        "LLM" => SpanKind::Llm,
        /// A call that turns text into vectors.
        "EMBEDDING" => SpanKind::Embedding,
        /// A step that ties others together.
        "CHAIN" => SpanKind::Chain,
        /// A search in a store of documents.
        "RETRIEVER" => SpanKind::Retriever,
        /// A call that puts documents in another order.
        "RERANKER" => SpanKind::Reranker,
        /// A call of a tool.
        "TOOL" => SpanKind::Tool,
        /// A step that plans by itself.
        "AGENT" => SpanKind::Agent,
        /// A check of what goes in or out.
        "GUARDRAIL" => SpanKind::Guardrail,
        /// A judgement of an answer.
        "EVALUATOR" => SpanKind::Evaluator,
    }
}

record! {
    /// A service of the mesh.
    pub struct ServiceForm {
        /// The port of the Kubernetes Service.
        "port" port: Port, required, example "8000";
        /// What the service speaks. Istio reads it from the port of the Kubernetes Service: the port's `appProtocol`, or its name
        /// up to the first `-`, has to say the same.
        "protocol" protocol: ProtocolForm, default "http";
        /// The OpenInference kind of the spans of calls to this service.
        "span" span: SpanKindForm, optional, example "RETRIEVER";
        /// The labels that select the service's pods. Left out, they are `{app: NAME}`.
        "labels" labels: LabelsForm, optional, example "{app: search}";
        /// The service account of the pods. Left out, it has the service's name.
        "serviceAccount" service_account: ObjectName, optional, example "search";
        /// The releases that run side by side, the first being the base. Left out, there is one and no choice.
        "releases" releases: Map<Name, ReleaseForm, 1>, optional, example "{stable: {labels: {version: v1}, weight: 95}, canary: {labels: {version: v2}, weight: 5}}";
        /// Who may call the service: `ingress` for the gateway, and services by name. Left out, nobody may.
        "callers" callers: List<CallerForm>, default "[]", example "[ingress]";
        /// The time for a whole request, with all its retries.
        "timeout" timeout: Timespan, optional, example "10s";
        /// When and how often a request is tried again. Left out, never.
        "retries" retries: RetriesForm, optional, example "{attempts: 2, perTry: 3s}";
        /// What keeps a service that is in trouble from being overrun.
        "circuitBreaker" circuit_breaker: BreakerForm, optional, example "{connections: 100, pending: 50}";
    }
}

/// Pod labels.
#[derive(Debug)]
pub struct LabelsForm;

impl Form for LabelsForm {
    type Value = IndexMap<String, String>;

    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<Self::Value> {
        let labels = Map::<LabelKey, LabelValue, 1>::read(node, reader)?;
        labels.into_iter().map(|(key, value)| Some((key.value, value?.value))).collect()
    }

    fn shape() -> Shape {
        Map::<LabelKey, LabelValue, 1>::shape()
    }
}

/// Who may call a service.
#[derive(Debug)]
pub struct CallerForm;

impl Form for CallerForm {
    type Value = Caller;

    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<Caller> {
        let name = Name::read(node, reader)?;
        Some(if name == INGRESS { Caller::Ingress } else { Caller::Service(name) })
    }

    fn shape() -> Shape {
        Name::shape()
    }
}

pub fn lower(entries: Entries<ServiceForm>, reader: &mut Reader<'_>) -> Option<Named<Service>> {
    let mut complete = true;
    {
        let names = Names::of("service", &entries);
        for (name, form) in &entries {
            if name.value == INGRESS {
                complete = false;
                reader.push(
                    BAD_VALUE
                        .at(name.span, "a service may not be called `ingress`: among `callers` it means the gateway")
                        .help("choose another name for the service"),
                );
            }
            let callers = form.as_ref().and_then(|form| form.value.callers.as_ref());
            for caller in callers.into_iter().flat_map(|callers| &callers.value) {
                if let Caller::Service(service) = &caller.value {
                    complete &= names.check(service, caller.span, reader);
                }
            }
        }
    }
    let mut services = Named::with_capacity(entries.len());
    for (name, form) in entries {
        let service = form.and_then(|form| service(&name.value, form.value));
        complete &= service.is_some();
        services.extend(service.map(|service| (name.value, Spanned::new(service, name.span))));
    }
    complete.then_some(services)
}

fn service(name: &str, form: ServiceForm) -> Option<Service> {
    let labels = match form.labels {
        Some(labels) => labels.value,
        None => IndexMap::from([("app".to_owned(), name.to_owned())]),
    };
    let retries = match form.retries {
        Some(retries) => Some(Spanned::new(retries.value.lower()?, retries.span)),
        None => None,
    };
    let circuit_breaker = match form.circuit_breaker {
        Some(breaker) => Some(Spanned::new(breaker.value.lower()?, breaker.span)),
        None => None,
    };
    let releases = match form.releases {
        Some(entries) => releases::lower(entries.value)?,
        None => Named::new(),
    };
    Some(Service {
        port: form.port?,
        protocol: form.protocol?,
        span_kind: form.span,
        labels,
        service_account: form.service_account.map_or_else(|| name.to_owned(), |account| account.value),
        releases,
        callers: form.callers?.value,
        timeout: form.timeout,
        retries,
        circuit_breaker,
    })
}
