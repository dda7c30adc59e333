//! W3C Trace Context at the edge: restarted, or continued where the policy trusts its clients.

use crate::fixture::{context, mesh, phoenix, search, traceparent, upstream};

/// What a client may send that is no `traceparent`, each in one header.
fn malformed() -> Vec<String> {
    let good = traceparent();
    let zeros = "0".repeat(32);
    vec![
        String::new(),
        "nonsense".to_owned(),
        good.to_uppercase(),
        good.replacen("00-", "ff-", 1),
        good.replacen("00-", "0-", 1),
        format!("{good}-more"),
        format!("{good}0"),
        good[..good.len() - 1].to_owned(),
        good.replace('-', "_"),
        format!("00-{zeros}-{}", &good[36..]),
        format!("{}{}-01", &good[..36], &zeros[..16]),
        good.replacen(|digit: char| digit.is_ascii_hexdigit(), "g", 5),
    ]
}

#[test]
fn the_edge_starts_a_trace_of_its_own() {
    let (mesh, api) = (mesh("edge", ""), phoenix().api());
    let client = traceparent();
    let request = search("acme").header("traceparent", client.clone()).header("tracestate", "congo=t61rcWkgMzE");
    let answer = mesh.send("us", &request);
    let (own, sampled) = context(&answer);
    assert!(sampled);
    let span = api.settled("edge-acme:acme", 1).remove(0);
    assert_eq!((&span.context, &span.parent_id), (&own, &None));
    assert_ne!(own.trace_id, client[3..35], "the client's trace id is not taken over");
    assert_eq!(span.text("tenantry.client.traceparent"), Some(client.as_str()));
    assert!(!upstream(&answer, "tracestate").concat().contains("congo"), "{}", answer.text());
}

#[test]
fn a_client_cannot_switch_tracing_off() {
    let (mesh, api) = (mesh("switch", ""), phoenix().api());
    let unsampled = traceparent().replace("-01", "-00");
    let answer = mesh.send("us", &search("acme").header("traceparent", unsampled.clone()).header("x-b3-sampled", "0"));
    assert!(context(&answer).1);
    let span = api.settled("switch-acme:acme", 1).remove(0);
    assert_eq!(span.text("tenantry.client.traceparent"), Some(unsampled.as_str()));
}

#[test]
fn a_malformed_context_is_as_none() {
    for (prefix, tracing) in [("malformed", ""), ("malformed-trusted", "trustClientTrace: true")] {
        let (mesh, api) = (mesh(prefix, tracing), phoenix().api());
        let mut requests: Vec<_> = malformed()
            .into_iter()
            .map(|bad| search("acme").header("traceparent", bad).header("tracestate", "a=b"))
            .collect();
        // Two of them are none, even if they agree.
        let twice = traceparent();
        requests.push(search("acme").header("traceparent", twice.clone()).header("traceparent", twice));
        let contexts: Vec<_> = requests.iter().map(|request| context(&mesh.send("us", request)).0).collect();
        let spans = api.settled(&format!("{prefix}-acme:acme"), requests.len());
        for (context, request) in contexts.iter().zip(&requests) {
            let span = spans.iter().find(|span| span.context == *context);
            let span = span.unwrap_or_else(|| panic!("no span of {request:?}"));
            assert_eq!((&span.parent_id, span.get("tenantry.client.traceparent")), (&None, None), "{request:?}");
        }
    }
}

#[test]
fn a_trusted_client_is_continued() {
    let (mesh, api) = (mesh("trusted", "trustClientTrace: true"), phoenix().api());
    let client = traceparent();
    let request = search("acme").header("traceparent", client.clone()).header("tracestate", "congo=t61rcWkgMzE");
    let answer = mesh.send("us", &request);
    let (own, sampled) = context(&answer);
    assert!(sampled);
    assert_eq!((own.trace_id.as_str(), own.span_id == client[36..52]), (&client[3..35], false));
    assert!(upstream(&answer, "tracestate").concat().contains("congo=t61rcWkgMzE"), "{}", answer.text());

    // Its sampled flag counts too, and a later version is read by what it shares with ours.
    let unsampled = traceparent().replace("-01", "-00");
    let answer = mesh.send("us", &search("acme").header("traceparent", unsampled.clone()));
    assert_eq!((context(&answer).0.trace_id.as_str(), context(&answer).1), (&unsampled[3..35], false));
    let later = format!("cc{}-what-the-future-holds", &traceparent()[2..]);
    let answer = mesh.send("us", &search("acme").header("traceparent", later.clone()));
    assert_eq!(context(&answer).0.trace_id, later[3..35]);

    // Nobody's request gets hold of a trace.
    let taken = traceparent();
    assert_eq!(mesh.send("us", &search("nobody").header("traceparent", taken.clone())).status, 403);
    // Two workers may have made them, so either can be the first in Phoenix.
    let spans = api.settled("trusted-acme:acme", 2);
    let below = |parent| spans.iter().find(|span| span.parent_id.as_deref() == Some(parent));
    assert_eq!(below(&client[36..52]).map(|span| &span.context), Some(&own));
    assert!(below(&later[36..52]).is_some());
    assert_ne!(api.settled("trusted-unassigned", 1)[0].context.trace_id, taken[3..35]);
}
