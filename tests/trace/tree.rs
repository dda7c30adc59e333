//! A gateway, the sidecars and the application: one tree, whoever reports.

use crate::fixture::{context, id, phoenix, search, upstream};
use crate::hop::Hop;
use crate::model::TOKENS;
use std::collections::{BTreeMap, BTreeSet};
use tenantry_tests::envoy::client::{Request, Response, send};
use tenantry_tests::phoenix::{Context, Span, otlp};

/// The application's part: it reports a span below the one that it was called by, and calls a model from there.
fn work(hop: &Hop, project: &str, called: &Response) -> Context {
    let (above, sampled) = context(called);
    let trace = u128::from_str_radix(&above.trace_id, 16).expect("hexadecimal").to_be_bytes();
    let parent = u64::from_str_radix(&above.span_id, 16).expect("hexadecimal").to_be_bytes();
    let own: [u8; 8] = id();
    let span_id = format!("{:016x}", u64::from_be_bytes(own));
    for target in ["/api/chat", "/v1/chat/completions"] {
        let mut request = Request::new("POST", "ollama:11434", target)
            .header("traceparent", format!("00-{}-{span_id}-0{}", above.trace_id, u8::from(sampled)));
        // An SDK passes on what it was given.
        for state in upstream(called, "tracestate") {
            request = request.header("tracestate", state);
        }
        let answer = send(hop.egress, &request.json(r#"{"model": "llama3.2", "stream": true}"#)).expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    if sampled {
        otlp::send(phoenix(), project, vec![otlp::span("search.execute", trace, own, Some(parent))]);
    }
    Context { trace_id: above.trace_id, span_id }
}

#[test]
fn gateway_sidecars_and_application_make_one_tree() {
    let (hop, api) = (Hop::start("tree", ""), phoenix().api());
    let project = "tree-acme:acme";
    let application = work(&hop, project, &send(hop.gateway, &search("acme")).expect("an answer"));

    let spans = api.settled(project, 5);
    let by_id: BTreeMap<&str, &Span> = spans.iter().map(|span| (span.context.span_id.as_str(), span)).collect();
    let parent = |span: &Span| {
        span.parent_id.as_deref().map(|id| *by_id.get(id).unwrap_or_else(|| panic!("an orphan: {span:?}")))
    };
    let traces: BTreeSet<_> = spans.iter().map(|span| &span.context.trace_id).collect();
    assert_eq!(traces, [&application.trace_id].into());

    let roots: Vec<&Span> = spans.iter().filter(|span| span.parent_id.is_none()).collect();
    let [gateway] = roots[..] else { panic!("one root: {spans:#?}") };
    assert_eq!((gateway.name.as_str(), gateway.span_kind.as_str()), ("GET /search", "CHAIN"));
    let own = by_id[application.span_id.as_str()];
    let sidecar = parent(own).expect("the application was called by its sidecar");
    assert_eq!((sidecar.name.as_str(), sidecar.span_kind.as_str()), ("GET runtime", "CHAIN"));
    assert_eq!(parent(sidecar), Some(gateway));
    let calls: Vec<&Span> = spans.iter().filter(|span| span.span_kind == "LLM").collect();
    assert_eq!(calls.len(), 2, "{spans:#?}");
    for call in &calls {
        assert_eq!((call.name.as_str(), parent(call)), ("POST ollama", Some(own)));
        // The call carried no tenant header; the trace did.
        assert_eq!(call.text("tenant.id"), Some("acme"));
    }
    for span in [gateway, sidecar] {
        assert_eq!((span.status_code.as_str(), span.text("tenantry.cluster")), ("OK", Some("us")), "{span:#?}");
    }
    assert_eq!(gateway.text("tenantry.request_id"), sidecar.text("tenantry.request_id"), "it is one request");
}

#[test]
fn tokens_add_up() {
    let (hop, api) = (Hop::start("tokens", ""), phoenix().api());
    let project = "tokens-acme:acme";
    let _ = work(&hop, project, &send(hop.gateway, &search("acme")).expect("an answer"));
    let spans = api.settled(project, 5);
    let counts = |span: &Span| {
        ["prompt", "completion", "total"]
            .map(|what| span.integer(&format!("llm.token_count.{what}")).unwrap_or_default())
    };
    let mut calls: Vec<_> = spans
        .iter()
        .filter(|span| span.span_kind == "LLM")
        .map(|span| (span.text("llm.model_name").unwrap_or_default(), span.text("llm.finish_reason"), counts(span)))
        .collect();
    calls.sort_unstable();
    assert_eq!(calls, [("gpt-oss", Some("stop"), [12, 5, 17]), ("llama3.2", Some("stop"), [26, 298, 324])]);
    let traces = api.traces(project).expect("Phoenix lists traces");
    assert_eq!(traces.iter().map(|trace| trace.token_count_total).collect::<Vec<_>>(), [TOKENS]);
}

#[test]
fn an_unsampled_trace_leaves_nothing_anywhere() {
    let (hop, api) = (Hop::start("unsampled", ""), phoenix().api());
    let _ = work(&hop, "unsampled-hooli:hooli", &send(hop.gateway, &search("hooli")).expect("an answer"));
    let _ = work(&hop, "unsampled-acme:acme", &send(hop.gateway, &search("acme")).expect("an answer"));
    let _ = api.settled("unsampled-acme:acme", 5);
    let projects =
        api.projects().expect("projects").into_iter().filter(|project| project.name.starts_with("unsampled"));
    assert_eq!(projects.map(|project| project.name).collect::<Vec<_>>(), ["unsampled-acme:acme"]);
}
