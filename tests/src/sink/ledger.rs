//! What the sink has seen.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use std::collections::{BTreeMap, HashSet};

/// The resource attribute that names a Phoenix project.
const PROJECT: &str = "openinference.project.name";

/// A span with what its resource says.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// `openinference.project.name`, if the resource has it.
    pub project: Option<String>,
    /// `service.name`, empty if the resource has none.
    pub service: String,
    /// The span.
    pub span: Span,
}

/// Counts of one `service.name`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ServiceTally {
    /// Requests that were taken.
    pub requests: u64,
    /// Spans in them, each counted as often as it came.
    pub spans: u64,
    /// Distinct span ids among them.
    pub distinct: u64,
    /// Bytes of the `ExportTraceServiceRequest` messages.
    pub bytes: u64,
}

/// Everything that came. A request that holds several services counts for the first.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Totals over what was taken.
    pub total: ServiceTally,
    /// The same by `service.name`.
    pub services: BTreeMap<String, ServiceTally>,
    /// Distinct spans by project; the empty key stands for resources that name none.
    pub projects: BTreeMap<String, u64>,
    /// Requests that came and were not taken, because the mode said so.
    pub turned_away: u64,
    /// Requests that no receiver should get, with what is wrong: a bad content type, too large, not OTLP,
    /// an empty project name.
    pub violations: Vec<String>,
    /// Distinct spans in order of arrival, once [`super::Sink::keep_spans`] was called.
    pub kept: Vec<Received>,
    pub(super) keeps: bool,
    seen: HashSet<[u8; 8]>,
}

impl Ledger {
    /// How often a span came that had come before.
    #[must_use]
    pub const fn duplicates(&self) -> u64 {
        self.total.spans - self.total.distinct
    }

    /// Enters a request of `bytes` bytes.
    pub(super) fn take(&mut self, request: ExportTraceServiceRequest, bytes: usize) {
        let first = request.resource_spans.first().map(|spans| text(spans.resource.as_ref(), "service.name"));
        let service = first.flatten().unwrap_or_default();
        let mut tally = ServiceTally { requests: 1, bytes: bytes as u64, ..ServiceTally::default() };
        for group in request.resource_spans {
            let project = text(group.resource.as_ref(), PROJECT);
            if project.as_deref() == Some("") {
                self.violations.push("a resource with an empty project name".to_owned());
            }
            for span in group.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                tally.spans += 1;
                self.violations.extend(complaint(&span));
                if span.span_id.first_chunk().is_some_and(|id| self.seen.insert(*id)) {
                    tally.distinct += 1;
                    *self.projects.entry(project.clone().unwrap_or_default()).or_default() += 1;
                    if self.keeps {
                        let service = text(group.resource.as_ref(), "service.name").unwrap_or_default();
                        self.kept.push(Received { project: project.clone(), service, span });
                    }
                }
            }
        }
        self.total.add(tally);
        self.services.entry(service).or_default().add(tally);
    }
}

impl ServiceTally {
    const fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.spans += other.spans;
        self.distinct += other.distinct;
        self.bytes += other.bytes;
    }
}

/// What Phoenix would not store of a span.
fn complaint(span: &Span) -> Option<String> {
    let id = |id: &[u8], len: usize| id.len() == len && id.iter().any(|byte| *byte != 0);
    let bytes =
        |attribute: &&KeyValue| matches!(attribute.value, Some(AnyValue { value: Some(Value::BytesValue(_)), .. }));
    let what = if !id(&span.trace_id, 16) || !id(&span.span_id, 8) {
        "without ids".to_owned()
    } else if let Some(attribute) = span.attributes.iter().find(bytes) {
        format!("whose attribute `{}` is bytes", attribute.key)
    } else if span.end_time_unix_nano < span.start_time_unix_nano {
        "that ends before it starts".to_owned()
    } else {
        return None;
    };
    Some(format!("a span `{}` {what}", span.name))
}

/// A string attribute of a resource.
fn text(resource: Option<&Resource>, key: &str) -> Option<String> {
    let value = resource?.attributes.iter().find(|attribute| attribute.key == key)?.value.as_ref()?;
    match value.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        _ => None,
    }
}
