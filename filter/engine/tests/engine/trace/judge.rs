//! OpenTelemetry's own reading of what the engine writes.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
pub use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use std::collections::BTreeMap;

pub fn span(bytes: &[u8]) -> Span {
    let span = Span::decode(bytes).expect("the bytes are a span");
    // Canonical to the byte in everything but the order: nothing is written twice, and nothing that is the default.
    assert_eq!(span.encoded_len(), bytes.len(), "{span:?}");
    span
}

/// Attributes by key, in a form to compare: `a` for a string, `1` for an integer, `[a, b]` for strings.
pub fn attributes(span: &Span) -> BTreeMap<String, String> {
    let all: BTreeMap<String, String> =
        span.attributes.iter().map(|KeyValue { key, value, .. }| (key.clone(), show(value.as_ref()))).collect();
    assert_eq!(all.len(), span.attributes.len(), "no key is there twice: {span:?}");
    all
}

fn show(value: Option<&AnyValue>) -> String {
    match value.and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(int)) => format!("#{int}"),
        Some(Value::ArrayValue(array)) => {
            let items: Vec<String> = array.values.iter().map(|item| show(Some(item))).collect();
            format!("[{}]", items.join(", "))
        }
        other => panic!("no attribute has {other:?}"),
    }
}

/// The spans of a request by project, with the resource's service.
pub fn batch(body: &[u8]) -> BTreeMap<(String, String), Vec<Span>> {
    let request = ExportTraceServiceRequest::decode(body).expect("the bytes are a request");
    assert_eq!(request.encoded_len(), body.len(), "canonical to the byte");
    let mut projects = BTreeMap::new();
    for mut resource_spans in request.resource_spans {
        let resource = resource_spans.resource.expect("there is a resource");
        let value = |wanted: &str| {
            let found = resource.attributes.iter().find(|attribute| attribute.key == wanted);
            show(found.expect("the resource has it").value.as_ref())
        };
        let key = (value("openinference.project.name"), value("service.name"));
        assert_eq!(resource.attributes.len(), 2);
        assert_eq!(resource_spans.scope_spans.len(), 1);
        let scope_spans = resource_spans.scope_spans.remove(0);
        assert_eq!(scope_spans.scope.expect("there is a scope").name, "tenantry");
        assert!(projects.insert(key, scope_spans.spans).is_none(), "a tenant has one ResourceSpans");
    }
    projects
}
