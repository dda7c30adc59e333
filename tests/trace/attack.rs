//! A tenant who knows another's trace and session ids, and uses them.

use crate::fixture::{context, id, mesh, phoenix, search, traceparent};
use crate::policy::HOST;
use tenantry_tests::envoy::client::Request;
use tenantry_tests::phoenix::otlp;

#[test]
fn another_tenants_ids_lead_nowhere() {
    let (mesh, api) = (mesh("attack", ""), phoenix().api());
    let victim = "attack-acme:acme";
    let answer = mesh.send("us", &search("acme").header("X-Session-ID", "attack-1"));
    let (stolen, _) = context(&answer);
    // The victim's application is at work in the trace too.
    let trace = u128::from_str_radix(&stolen.trace_id, 16).expect("hexadecimal").to_be_bytes();
    let parent = u64::from_str_radix(&stolen.span_id, 16).expect("hexadecimal").to_be_bytes();
    otlp::send(phoenix(), victim, vec![otlp::span("search.execute", trace, id(), Some(parent))]);
    let before = api.settled(victim, 2);
    let (projects, traces, sessions) = (api.projects(), api.traces(victim), api.sessions(victim));

    let known = format!("00-{}-{}-01", stolen.trace_id, stolen.span_id);
    let armed = |request: Request, session: &str| {
        request
            .header("traceparent", known.clone())
            .header("tracestate", "tenantry=acme")
            .header("X-Session-ID", session)
            .header("x-project-name", victim)
            .header("openinference-project-name", victim)
            .header("baggage", "tenant.id=acme,session.id=acme/attack-1")
            .header("x-b3-traceid", stolen.trace_id.clone())
            .header("x-b3-spanid", stolen.span_id.clone())
            .header("x-b3-sampled", "1")
    };
    // As a session id, the other's whole name is a name like any other.
    let session_ids = ["attack-1", "acme/attack-1", "../acme/attack-1"];
    let targets = ["/search", "/admin", "/nowhere"];
    for session in session_ids {
        for target in targets {
            let globex = Request::get(HOST, target).header("X-Tenant-ID", "globex");
            let _ = mesh.send("us", &armed(globex, session));
        }
        let _ = mesh.send("us", &armed(Request::get(HOST, "/search"), session));
    }
    let own = api.settled("attack-globex:globex", session_ids.len() * targets.len());
    let nobodys = api.settled("attack-unassigned", session_ids.len());
    for span in own.iter().chain(&nobodys) {
        assert_ne!(span.context.trace_id, stolen.trace_id);
        assert_ne!(span.parent_id.as_deref(), Some(stolen.span_id.as_str()));
        assert_eq!(span.text("tenantry.client.traceparent"), Some(known.as_str()), "what was tried can be seen");
    }
    let mut theirs: Vec<_> = api.sessions("attack-globex:globex").expect("Phoenix lists sessions");
    theirs.sort_by(|one, other| one.session_id.cmp(&other.session_id));
    let named: Vec<_> = theirs.iter().map(|session| session.session_id.as_str()).collect();
    assert_eq!(named, ["globex/../acme/attack-1", "globex/acme/attack-1", "globex/attack-1"]);

    assert_eq!(api.settled(victim, 2), before);
    assert_eq!(api.traces(victim).expect("traces"), traces.expect("traces"));
    assert_eq!(api.sessions(victim).expect("sessions"), sessions.expect("sessions"));
    let added: Vec<_> =
        api.projects().expect("projects").into_iter().filter(|project| project.name.contains("attack")).collect();
    assert_eq!(
        added.len(),
        projects.expect("projects").iter().filter(|project| project.name.contains("attack")).count() + 2
    );
}

#[test]
fn a_trace_that_two_tenants_claim_at_once_is_neithers() {
    let (mesh, api) = (mesh("claim", ""), phoenix().api());
    let claimed = traceparent();
    for tenant in ["acme", "globex", "acme:production"] {
        assert_eq!(mesh.send("us", &search(tenant).header("traceparent", claimed.clone())).status, 200);
    }
    for project in ["claim-acme:acme", "claim-globex:globex", "claim-acme:production"] {
        assert_ne!(api.settled(project, 1)[0].context.trace_id, claimed[3..35]);
    }
}
