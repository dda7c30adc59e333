//! Anything, in any order: no trap, no verdict changed, and every span is delivered once or counted as dropped.

use super::{spans, start, traced};
use crate::policy::{gateway, search};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use tenantry_tests::host::{Answer, End, Proxy, Response, Sent, To, Vm};

#[derive(Clone, Debug)]
enum Event {
    Request(Kind),
    Wait(u32),
    /// Answers one of the calls so far, the newest first, whether or not anybody awaits it.
    Answer(usize, Status),
    Configure(usize),
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Good,
    Refused,
    Failing,
    Unanswered,
    Odd,
}

#[derive(Clone, Copy, Debug)]
enum Status {
    Good,
    Busy,
    Refusing,
    Any(u32),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let kind = prop_oneof![
        4 => Just(Kind::Good),
        1 => Just(Kind::Refused),
        1 => Just(Kind::Failing),
        1 => Just(Kind::Unanswered),
        1 => Just(Kind::Odd),
    ];
    let status = prop_oneof![
        3 => Just(Status::Good),
        2 => Just(Status::Busy),
        1 => Just(Status::Refusing),
        1 => any::<u32>().prop_map(Status::Any),
    ];
    let event = prop_oneof![
        10 => kind.prop_map(Event::Request),
        3 => (0..20_000_u32).prop_map(Event::Wait),
        4 => (0..4_usize, status).prop_map(|(call, status)| Event::Answer(call, status)),
        1 => (0..4_usize).prop_map(Event::Configure),
    ];
    prop::collection::vec(event, 1..200)
}

fn configs() -> [Value; 4] {
    [
        traced("grpc", |_| ()),
        traced("http", |config| config["trace"]["kind"] = "LLM".into()),
        traced("grpc", |config| {
            config["trace"]["export"]["batch"]["spans"] = 2.into();
            config["trace"]["export"]["buffer"]["spans"] = 5.into();
        }),
        gateway(),
    ]
}

fn answer(to: &To, status: Status) -> Answer {
    let (grpc, http) = match status {
        Status::Good => (0, 200),
        Status::Busy => (14, 503),
        Status::Refusing => (16, 401),
        Status::Any(status) => (status, u16::try_from(status % 1000).expect("three digits")),
    };
    match to {
        To::Grpc { .. } => Answer::Grpc(grpc),
        To::Http { .. } => Answer::Http(http),
    }
}

fn send(vm: &mut Vm, kind: Kind) {
    let good = search("tenant_a");
    let odd = Response::new(200).header("content-type", "text/event-stream").body([b"data: {\xff", b"\0\n\n" as &[u8]]);
    let (request, status) = match kind {
        Kind::Good => (good, 0),
        Kind::Refused => (search("nobody"), 403),
        Kind::Failing => (good.answered(Response::new(502)), 0),
        Kind::Unanswered => (good.unanswered(), 0),
        Kind::Odd => {
            let odd = good.header("traceparent", b"\xff\0").header("tracestate", "=,,").answered(odd);
            (odd.header("x-session-id", b"\xff").body([b"{\"model\": \xff" as &[u8], b"\0"], End::Trailers), 0)
        }
    };
    let outcome = vm.request(&request);
    assert_eq!((outcome.trap.as_deref(), outcome.status()), (None, status), "{kind:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn in_any_order(events in events()) {
        let proxy = Proxy::default();
        let mut vm = start(&proxy, &configs()[0]);
        let (mut calls, mut traced, mut tracing) = (Vec::<Sent>::new(), 0_u64, true);
        for event in events {
            match event {
                Event::Request(kind) => {
                    send(&mut vm, kind);
                    traced += u64::from(tracing);
                }
                Event::Wait(millis) => {
                    proxy.advance(Duration::from_millis(millis.into()));
                    vm.tick();
                }
                Event::Answer(at, status) => {
                    if let Some(call) = calls.iter().rev().nth(at).cloned() {
                        vm.answer(&call, answer(&call.to, status));
                    }
                }
                Event::Configure(at) => {
                    vm.configure(configs()[at].to_string()).expect("a good configuration");
                    tracing = at != 3;
                }
            }
            calls.append(&mut vm.sent());
        }
        // In the end all is well for long enough.
        let mut delivered = BTreeSet::new();
        for _ in 0..400 {
            proxy.advance(Duration::from_secs(1));
            vm.tick();
            calls.append(&mut vm.sent());
            for call in std::mem::take(&mut calls) {
                delivered.extend(spans(&call).into_iter().map(|span| span.span_id));
                vm.answer(&call, answer(&call.to, Status::Good));
            }
            calls.append(&mut vm.sent());
        }
        let sum = |name: &str| proxy.metrics().iter().filter(|(key, _)| key.ends_with(name)).map(|(_, n)| n).sum::<u64>();
        let (sent, dropped) = (sum("tenantry_spans_sent_total"), sum("tenantry_spans_dropped_total"));
        prop_assert_eq!(sent + dropped, traced);
        prop_assert!(sent <= delivered.len() as u64 + traced);
        prop_assert_eq!(proxy.metric("tenantry_spans_waiting"), 0);
        prop_assert_eq!(proxy.metric("tenantry_spans_waiting_bytes"), 0);
    }
}
