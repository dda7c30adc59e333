//! Spans of an application of its own, sent to Phoenix as its OpenTelemetry SDK would.

use super::Phoenix;
use crate::envoy::client::{self, Body, Request};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message as _;
use std::time::{Duration, SystemTime};

/// An attribute that is a string.
#[must_use]
pub fn text(key: &str, value: &str) -> KeyValue {
    let value = AnyValue { value: Some(Value::StringValue(value.to_owned())) };
    KeyValue { key: key.to_owned(), value: Some(value), ..KeyValue::default() }
}

/// A span that lasted a millisecond until now.
///
/// # Panics
/// When the clock is far from now.
#[must_use]
pub fn span(name: &str, trace_id: [u8; 16], span_id: [u8; 8], parent: Option<[u8; 8]>) -> Span {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("the clock is past 1970");
    let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).expect("the year 2554 is far");
    Span {
        trace_id: trace_id.to_vec(),
        span_id: span_id.to_vec(),
        parent_span_id: parent.map(|id| id.to_vec()).unwrap_or_default(),
        name: name.to_owned(),
        start_time_unix_nano: nanoseconds(now - Duration::from_millis(1)),
        end_time_unix_nano: nanoseconds(now),
        attributes: vec![text("openinference.span.kind", "CHAIN")],
        ..Span::default()
    }
}

/// A request to export spans into a project.
#[must_use]
pub fn export(project: &str, spans: Vec<Span>) -> ExportTraceServiceRequest {
    let resource = Resource { attributes: vec![text("openinference.project.name", project)], ..Resource::default() };
    let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
    let resource_spans = ResourceSpans { resource: Some(resource), scope_spans, ..ResourceSpans::default() };
    ExportTraceServiceRequest { resource_spans: vec![resource_spans] }
}

/// Sends spans into a project, over HTTP.
///
/// # Panics
/// When Phoenix does not take them.
pub fn send(phoenix: &Phoenix, project: &str, spans: Vec<Span>) {
    let mut request = Request::new("POST", &phoenix.http().to_string(), "/v1/traces");
    request = request.header("Content-Type", "application/x-protobuf").header("Connection", "close");
    if let Some(key) = phoenix.key() {
        request = request.header("Authorization", format!("Bearer {key}"));
    }
    request.body = Body::Sized(export(project, spans).encode_to_vec());
    let answer = client::send(phoenix.http(), &request).expect("Phoenix answers");
    assert_eq!(answer.status, 200, "{}", answer.text());
}
