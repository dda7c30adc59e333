//! Mode `enrich`: Envoy's own tracer reports, with what the filter knows as tags.

use crate::fixture::{phoenix, search};
use crate::policy::{HOST, policy, with};
use tenantry_tests::envoy::client::Request;
use tenantry_tests::envoy::{VERSIONS, mesh::Mesh};
use tenantry_tests::phoenix::Span;

#[test]
fn envoys_own_spans_say_whose_they_are() {
    for version in VERSIONS {
        let project = format!("enriched-{version}");
        let text = policy("enrich", "mode: enrich");
        let text = with(&text, "project:", &format!("  project: {project}"));
        let text = with(&text, "unassigned:", "");
        let mesh = Mesh::traced(version, &text, phoenix().grpc());
        for _ in 0..3 {
            assert_eq!(mesh.send("us", &Request::get(HOST, "/health")).status, 200);
        }
        let named = search("acme").header("X-Session-ID", project.as_str()).header("X-User-ID", "ann");
        assert_eq!(mesh.send("us", &named).status, 200);
        assert_eq!(mesh.send("us", &search("globex")).status, 200);
        assert_eq!(mesh.send("us", &Request::get(HOST, "/admin").header("X-Tenant-ID", "globex")).status, 403);
        assert_eq!(mesh.send("us", &search("nobody")).status, 403);

        // Envoy makes a span of its own for each call that goes on, below the request's.
        let all = phoenix().api().settled(&project, 4 + 2);
        let (spans, calls): (Vec<_>, Vec<_>) = all.iter().partition(|span| span.parent_id.is_none());
        for call in calls {
            let above = spans.iter().find(|span| Some(&span.context.span_id) == call.parent_id.as_ref());
            assert_eq!(above.map(|span| &span.context.trace_id), Some(&call.context.trace_id), "no orphans");
        }
        let found = |tenant: Option<&str>, code: Option<&str>| {
            let same = |span: &&&Span| span.text("tenant.id") == tenant && span.text("tenantry.code") == code;
            spans.iter().find(same).unwrap_or_else(|| panic!("no span of {tenant:?} with {code:?}: {spans:#?}"))
        };
        let span = found(Some("acme"), None);
        assert_eq!((span.span_kind.as_str(), span.text("tenantry.decision")), ("CHAIN", Some("allow")));
        let session = format!("acme/{project}");
        assert_eq!((span.text("session.id"), span.text("user.id")), (Some(session.as_str()), Some("ann")));
        assert_eq!((span.text("tenantry.cluster"), span.text("tenantry.tier")), (Some("us"), Some("standard")));
        assert_eq!((span.text("metadata.cluster"), span.text("metadata.decision")), (Some("us"), Some("allow")));
        let span = found(Some("globex"), Some("route-forbidden"));
        assert_eq!(span.text("tenantry.decision"), Some("refuse:route-forbidden"));
        let _ = found(None, Some("tenant-unknown"));
        for span in &all {
            assert_eq!(span.span_kind, "CHAIN");
            let ours = ["tenant.", "session.", "user.", "metadata.", "tenantry."];
            let ours = span.attributes.iter().filter(|(key, _)| ours.iter().any(|start| key.starts_with(start)));
            let empty = ours.filter(|(_, value)| value.as_str().is_some_and(|text| ["", "-"].contains(&text)));
            assert_eq!(empty.collect::<Vec<_>>(), vec![], "a tag without a value is left out");
        }
        let sessions = phoenix().api().sessions(&project).expect("Phoenix lists sessions");
        let sessions: Vec<_> = sessions.iter().map(|session| session.session_id.as_str()).collect();
        assert_eq!(sessions, [session]);
    }
}
