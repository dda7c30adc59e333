//! Sessions, whose ids are global in Phoenix.

use crate::fixture::{context, mesh, phoenix, search};
use std::collections::BTreeSet;

#[test]
fn a_session_is_its_tenants_alone() {
    let (mesh, api) = (mesh("sessions", ""), phoenix().api());
    let mut turns = Vec::new();
    for (tenant, session) in
        [("acme", "sessions-1"), ("globex", "sessions-1"), ("acme", "sessions-1"), ("acme", "sessions-2")]
    {
        let answer = mesh.send("us", &search(tenant).header("X-Session-ID", session));
        turns.push((format!("{tenant}/{session}"), context(&answer).0.trace_id));
    }
    // Neither an empty one, nor two, nor none make a session.
    for session in [vec![""], vec!["a", "b"], vec![]] {
        let request = session.iter().fold(search("acme"), |request, id| request.header("X-Session-ID", *id));
        assert_eq!(mesh.send("us", &request).status, 200);
    }
    for (project, spans, expected) in [
        ("sessions-acme:acme", 6, ["acme/sessions-1", "acme/sessions-2"].as_slice()),
        ("sessions-globex:globex", 1, &["globex/sessions-1"]),
    ] {
        let stored = api.settled(project, spans);
        let named: BTreeSet<_> = stored.iter().filter_map(|span| span.text("session.id")).collect();
        assert_eq!(named, expected.iter().copied().collect());
        let sessions = api.sessions(project).expect("Phoenix lists sessions");
        let listed: BTreeSet<_> = sessions.iter().map(|session| session.session_id.as_str()).collect();
        assert_eq!(listed, named, "{project}");
        for session in sessions {
            let listed: BTreeSet<_> = session.traces.iter().map(|trace| &trace.trace_id).collect();
            let sent: BTreeSet<_> =
                turns.iter().filter(|(id, _)| *id == session.session_id).map(|(_, trace)| trace).collect();
            assert_eq!(listed, sent, "{}", session.session_id);
        }
    }
}
