//! Spans, and their way to Phoenix.

mod bodies;
mod budget;
mod delivery;
mod fuzz;
mod key;
mod span;
mod swap;
mod trouble;

use crate::policy::gateway_with;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value as Any};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use serde_json::{Value, json};
use std::time::Duration;
use tenantry_tests::host::{Module, Proxy, Sent, Vm};

/// `trace` of a gateway that exports every span over `protocol`, ten at a time or every second.
pub fn trace(protocol: &str) -> Value {
    json!({
        "service": "gateway", "kind": "CHAIN", "session": "x-session-id", "user": "x-user-id",
        "export": {
            "to": {
                "protocol": protocol, "cluster": "outbound|4317||phoenix.default.svc.cluster.local",
                "authority": "phoenix.default.svc.cluster.local", "apiKeyEnv": "PHOENIX_API_KEY", "timeoutMs": 5000,
            },
            "project": "cogniverse-{org}:{tenant}", "unassigned": "cogniverse-unassigned", "sampling": 10_000,
            "keep": {"refused": true, "errors": true},
            "batch": {"spans": 10, "bytes": 1_048_576, "everyMs": 1000},
            "buffer": {"spans": 100, "bytes": 4_194_304},
        },
    })
}

/// The gateway's configuration with a change of [`trace`].
pub fn traced(protocol: &str, change: impl FnOnce(&mut Value)) -> Value {
    gateway_with(|config| {
        config["trace"] = trace(protocol);
        change(config);
    })
}

/// A VM that traces, in a proxy whose environment has an API key.
pub fn start(proxy: &Proxy, config: &Value) -> Vm {
    proxy.set("PHOENIX_API_KEY", "secret-key-1");
    Vm::start(&Module::built(), proxy, config.to_string()).expect("a good configuration")
}

/// Lets so many milliseconds pass, and a tick come.
pub fn wait(vm: &mut Vm, proxy: &Proxy, millis: u64) {
    proxy.advance(Duration::from_millis(millis));
    vm.tick();
}

/// What a call carries: each project with its spans.
pub fn projects(call: &Sent) -> Vec<(String, Vec<Span>)> {
    let request = ExportTraceServiceRequest::decode(&*call.body).expect("an ExportTraceServiceRequest");
    let project = |resource: opentelemetry_proto::tonic::trace::v1::ResourceSpans| {
        let attributes = resource.resource.expect("a resource").attributes;
        let name = text(&attributes, "openinference.project.name").expect("a project").to_owned();
        assert!(!name.is_empty());
        (name, resource.scope_spans.into_iter().flat_map(|scope| scope.spans).collect())
    };
    request.resource_spans.into_iter().map(project).collect()
}

/// All spans of a call.
pub fn spans(call: &Sent) -> Vec<Span> {
    projects(call).into_iter().flat_map(|(_, spans)| spans).collect()
}

/// The only call that was made.
pub fn only(vm: &mut Vm) -> Sent {
    let mut sent = vm.sent();
    assert_eq!(sent.len(), 1, "calls: {sent:?}");
    sent.remove(0)
}

/// A string attribute.
pub fn text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    match value(attributes, key)? {
        Any::StringValue(text) => Some(text),
        other => panic!("`{key}` is {other:?}"),
    }
}

/// An integer attribute.
pub fn int(attributes: &[KeyValue], key: &str) -> Option<i64> {
    match value(attributes, key)? {
        Any::IntValue(int) => Some(*int),
        other => panic!("`{key}` is {other:?}"),
    }
}

fn value<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Any> {
    let mut found = attributes.iter().filter(|attribute| attribute.key == key);
    let value = found.next()?.value.as_ref()?.value.as_ref();
    assert!(found.next().is_none(), "`{key}` occurs twice");
    value
}
