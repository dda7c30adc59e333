//! What Phoenix makes of spans that anybody sends: the ground that the other tests stand on.

use crate::fixture::{id, phoenix};
use tenantry_tests::phoenix::otlp;

#[test]
fn a_trace_stays_in_the_project_that_had_it_first() {
    let phoenix = phoenix();
    let trace = id();
    otlp::send(phoenix, "holds-first", vec![otlp::span("one", trace, id(), None)]);
    assert_eq!(phoenix.api().settled("holds-first", 1)[0].name, "one");
    otlp::send(phoenix, "holds-second", vec![otlp::span("two", trace, id(), None)]);
    assert_eq!(phoenix.api().settled("holds-first", 2)[1].name, "two");
    assert_eq!(phoenix.api().spans("holds-second").expect("Phoenix answers"), vec![]);
}

#[test]
fn a_session_stays_in_the_project_that_had_it_first() {
    let phoenix = phoenix();
    for (project, count) in [("holds-session-1", 1), ("holds-session-2", 1)] {
        let mut span = otlp::span("turn", id(), id(), None);
        span.attributes.push(otlp::text("session.id", "holds-chat"));
        otlp::send(phoenix, project, vec![span]);
        assert_eq!(phoenix.api().settled(project, count).len(), count);
    }
    let sessions = phoenix.api().sessions("holds-session-1").expect("Phoenix answers");
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0].traces.len(), 2, "both traces, one of them of the other project");
    assert_eq!(phoenix.api().sessions("holds-session-2").expect("Phoenix answers"), vec![]);
}

#[test]
fn a_span_that_comes_twice_is_held_once() {
    let phoenix = phoenix();
    let span = otlp::span("again", id(), id(), None);
    for _ in 0..2 {
        otlp::send(phoenix, "holds-twice", vec![span.clone()]);
    }
    assert_eq!(phoenix.api().settled("holds-twice", 1).len(), 1);
}
