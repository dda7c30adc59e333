//! What a request tells: its attributes, and the span's name.

use super::attributes as key;
use super::case::Case;
use super::encode::Encoder;
use super::identity;
use super::place::Place;
use super::record;
use crate::config::SpanKind;
use crate::decision::{Decision, Reason};
use crate::load::{Config, Route, bare};
use crate::path;

/// The methods of RFC 9110 and PATCH (RFC 5789).
const METHODS: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE"];

/// Writes everything that is known before the answer.
pub(super) fn describe(span: &mut Encoder, case: &Case<'_, '_>, place: &Place<'_>) {
    let &Case { config, tracing, decision, ref seen, .. } = case;
    let trace = &tracing.trace;
    let route = route(config, decision);
    let method = std::str::from_utf8(seen.method).ok().filter(|method| METHODS.contains(method));
    span.name(method.unwrap_or("HTTP"), route.map_or(&trace.service, |route| &route.path));

    span.text(key::SPAN_KIND, kind(trace.kind));
    tenancy(span, case, place);
    match method {
        Some(method) => span.text(key::METHOD, method),
        None => {
            span.text(key::METHOD, "_OTHER");
            span.clip(key::METHOD_ORIGINAL, seen.method);
        }
    }
    if let Some(route) = route {
        span.text(key::ROUTE, &route.path);
    }
    span.clip(key::PATH, path::split(seen.target).0);
    let scheme = if seen.forwarded_proto.is_empty() { seen.scheme } else { seen.forwarded_proto };
    present(span, key::SCHEME, scheme);
    server(span, seen.authority);
    let client = seen.forwarded_for.rsplit(|&byte| byte == b',').next().unwrap_or_default();
    present(span, key::CLIENT_ADDRESS, client.trim_ascii());
    present(span, key::USER_AGENT, seen.user_agent);
    if let Some(size) = seen.content_length.get().and_then(number) {
        span.int(key::REQUEST_SIZE, size);
    }
    record::request(span, tracing, seen.target, case.request.headers);
}

fn tenancy(span: &mut Encoder, case: &Case<'_, '_>, place: &Place<'_>) {
    let &Case { config, decision, ref seen, .. } = case;
    let tenant = decision.tenant.or(place.tenant);
    let texts = [
        (key::TENANT, tenant),
        (key::USER, identity::user_of(seen)),
        (key::CLUSTER, decision.cluster),
        (key::TIER, decision.tier),
        (key::RELEASE, decision.release),
        (key::ROUTED_SERVICE, identity::service(config, decision)),
    ];
    for (attribute, value) in texts {
        if let Some(value) = value {
            span.text(attribute, value);
        }
    }
    if let Some((tenant, session)) = identity::session_parts(seen, tenant) {
        span.joined(key::SESSION, [tenant, "/", session]);
    }
    if let Some(id) = identity::request_id(seen.request_id.get()) {
        span.text(key::REQUEST_ID, &id);
    }
    if let Some(context) = place.instead_of {
        span.clip(key::CLIENT_TRACEPARENT, &context.traceparent());
    }
}

fn route<'a>(config: &'a Config, decision: &Decision<'_>) -> Option<&'a Route> {
    decision.why.iter().find_map(|reason| match reason {
        Reason::Route(index) => config.routes.get(*index),
        _ => None,
    })
}

fn server(span: &mut Encoder, authority: &[u8]) {
    let host = bare(authority);
    present(span, key::SERVER_ADDRESS, host);
    if let Some(port) = authority.get(host.len() + 1..).and_then(number) {
        span.int(key::SERVER_PORT, port);
    }
}

fn present(span: &mut Encoder, attribute: key::Text, value: &[u8]) {
    if !value.is_empty() {
        span.clip(attribute, value);
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    let plain = digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits).ok().filter(|_| plain)?.parse().ok()
}

/// The name in OpenInference.
const fn kind(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Chain => "CHAIN",
        SpanKind::Llm => "LLM",
        SpanKind::Embedding => "EMBEDDING",
        SpanKind::Retriever => "RETRIEVER",
        SpanKind::Reranker => "RERANKER",
        SpanKind::Tool => "TOOL",
        SpanKind::Agent => "AGENT",
        SpanKind::Guardrail => "GUARDRAIL",
        SpanKind::Evaluator => "EVALUATOR",
    }
}
