//! A collector in trouble: no request notices, nothing traps, memory stays bounded, and spans flow again by themselves.

use super::{only, spans, start, traced, wait};
use crate::policy::search;
use std::collections::BTreeSet;
use tenantry_tests::host::{Answer, Fault, Proxy, Sent, Vm};

const INTERNAL_FAILURE: u32 = 10;

fn failed(proxy: &Proxy, reason: &str) -> u64 {
    proxy.metric(&format!("tenantry_reason=.={reason};.;tenantry_span_exports_failed_total"))
}

fn dropped(proxy: &Proxy, reason: &str) -> u64 {
    proxy.metric(&format!("tenantry_reason=.={reason};.;tenantry_spans_dropped_total"))
}

fn sent(proxy: &Proxy) -> u64 {
    proxy.metric("tenantry_spans_sent_total")
}

/// A VM with a batch of ten on its way.
fn under_way(protocol: &str) -> (Vm, Proxy, Sent) {
    let proxy = Proxy::default();
    let mut vm = start(&proxy, &traced(protocol, |_| ()));
    (0..10).for_each(|_| assert!(vm.request(&search("tenant_a")).passed()));
    let call = only(&mut vm);
    (vm, proxy, call)
}

/// Ticks until a call is made, for at most an hour.
fn next(vm: &mut Vm, proxy: &Proxy) -> Option<Sent> {
    (0..7200).find_map(|_| {
        wait(vm, proxy, 500);
        vm.sent().pop()
    })
}

fn ids(call: &Sent) -> BTreeSet<Vec<u8>> {
    spans(call).into_iter().map(|span| span.span_id).collect()
}

/// The very same spans again, until they are delivered.
#[test]
fn that_passes() {
    let grpc = [14, 8, 4].map(|status| ("grpc", Answer::Grpc(status), format!("grpc-{status}")));
    let http = [503, 429, 504, 507].map(|status| ("http", Answer::Http(status), format!("http-{status}")));
    for (protocol, answer, reason) in grpc.into_iter().chain(http).chain([("http", Answer::Reset, "http-0".into())]) {
        let (mut vm, proxy, first) = under_way(protocol);
        vm.answer(&first, answer);
        assert!(vm.sent().is_empty(), "not at once");
        let again = next(&mut vm, &proxy).expect("a second try");
        assert_eq!(ids(&again), ids(&first), "{answer:?}");
        vm.answer(&again, answer);
        let third = next(&mut vm, &proxy).expect("a third try");
        vm.answer(&third, if protocol == "grpc" { Answer::Grpc(0) } else { Answer::Http(200) });
        assert_eq!((sent(&proxy), failed(&proxy, &reason)), (10, 2), "{answer:?}");
        assert!(next(&mut vm, &proxy).is_none());
    }
}

/// What the collector will never take is dropped, counted, and never sent again; what comes later is sent.
#[test]
fn that_refuses() {
    let grpc = [3, 16, 7, 12].map(|status| ("grpc", Answer::Grpc(status)));
    let http = [400, 401, 403, 404, 415, 422].map(|status| ("http", Answer::Http(status)));
    for (protocol, answer) in grpc.into_iter().chain(http) {
        let (mut vm, proxy, first) = under_way(protocol);
        vm.answer(&first, answer);
        assert_eq!(dropped(&proxy, "rejected"), 10, "{answer:?}");
        assert!(next(&mut vm, &proxy).is_none(), "{answer:?}");
        vm.request(&search("tenant_a"));
        let later = next(&mut vm, &proxy).expect("a later span");
        assert!(ids(&later).is_disjoint(&ids(&first)));
    }
}

/// An answer that never comes is waited for, but not for ever; when it comes after all, nobody is there.
#[test]
fn that_never_answers() {
    let (mut vm, proxy, first) = under_way("grpc");
    let again = next(&mut vm, &proxy).expect("a second try");
    assert_eq!(ids(&again), ids(&first));
    vm.answer(&first, Answer::Grpc(0));
    assert_eq!(sent(&proxy), 0, "a late answer is none");
    vm.answer(&again, Answer::Grpc(0));
    vm.answer(&again, Answer::Grpc(14));
    vm.answer(&first, Answer::Grpc(3));
    assert_eq!((sent(&proxy), failed(&proxy, "no-answer"), dropped(&proxy, "rejected")), (10, 1, 0));
}

/// The host may refuse to call: there is no such cluster, or no endpoint in it.
#[test]
fn that_is_not_there() {
    for (protocol, call) in [("grpc", "proxy_grpc_call"), ("http", "proxy_http_call")] {
        for status in [1, 2, 4, INTERNAL_FAILURE, 12, 77] {
            let proxy = Proxy::default();
            let mut vm = start(&proxy, &traced(protocol, |_| ()));
            vm.fault(Fault::Status(call, status));
            (0..30).for_each(|_| assert!(vm.request(&search("tenant_a")).passed()));
            assert!(vm.calls().get(call).is_none(), "retries wait for their time");
            wait(&mut vm, &proxy, 120_000);
            assert!(failed(&proxy, "not-sent") >= 2);
            assert_eq!(vm.history().iter().filter(|line| line.level > 2).count(), 0);
        }
    }
}

/// The newest are dropped when no more may wait, and requests go on as ever.
#[test]
fn for_a_long_time() {
    let (mut vm, proxy, first) = under_way("grpc");
    vm.answer(&first, Answer::Grpc(14));
    let (mut pages, mut tries) = (0, 0);
    for at in 0..3000 {
        assert!(vm.request(&search("tenant_a")).passed());
        if at % 10 == 0 {
            wait(&mut vm, &proxy, 250);
        }
        for call in vm.sent() {
            tries += 1;
            vm.answer(&call, Answer::Grpc(14));
        }
        if at == 500 {
            pages = vm.pages();
        }
    }
    assert_eq!(vm.pages(), pages, "memory is bounded");
    assert!((1..60).contains(&tries), "{tries} tries in 75 seconds");
    vm.tick();
    assert_eq!((dropped(&proxy, "buffer-full"), sent(&proxy)), (2910, 0));
    assert_eq!(proxy.metric("tenantry_spans_waiting"), 100);

    // Then it is back, and everything that still waits arrives.
    let mut arrived = BTreeSet::new();
    for _ in 0..10_000 {
        wait(&mut vm, &proxy, 250);
        for call in vm.sent() {
            arrived.append(&mut ids(&call));
            vm.answer(&call, Answer::Grpc(0));
        }
    }
    assert_eq!((arrived.len(), sent(&proxy)), (100, 100));
}

/// Whatever the host denies to the tracing, the request's verdict is the same.
#[test]
fn in_the_host() {
    let calls = [
        "random_get",
        "environ_sizes_get",
        "environ_get",
        "proxy_set_tick_period_milliseconds",
        "proxy_get_property",
        "proxy_grpc_call",
        "proxy_define_metric",
        "proxy_increment_metric",
        "proxy_get_current_time_nanoseconds",
    ];
    for call in calls {
        let proxy = Proxy::default();
        let mut vm = Vm::bare(&tenantry_tests::host::Module::built(), &proxy);
        vm.fault(Fault::Status(call, INTERNAL_FAILURE));
        vm.configure(traced("grpc", |_| ()).to_string()).expect("a good configuration");
        for _ in 0..25 {
            let outcome = vm.request(&search("tenant_a"));
            assert!(outcome.passed() && outcome.delivered, "{call}: {outcome:?}");
            assert_eq!(vm.request(&search("nobody")).code().as_deref(), Some("tenant-unknown"), "{call}");
            wait(&mut vm, &proxy, 500);
            for call in vm.sent() {
                vm.answer(&call, Answer::Grpc(0));
            }
        }
    }
}

/// Nothing that is not an answer to a call of ours means anything.
#[test]
fn of_answers_that_nobody_awaits() {
    for protocol in ["grpc", "http"] {
        let (mut vm, proxy, call) = under_way(protocol);
        let other = if protocol == "grpc" { "http" } else { "grpc" };
        let (_, _, of_other_protocol) = under_way(other);
        let strange = [
            Sent { token: call.token + 1, ..call.clone() },
            Sent { root: call.root + 1, ..call.clone() },
            Sent { token: 0, ..call.clone() },
            Sent { root: call.root, token: call.token, ..of_other_protocol },
        ];
        for strange in &strange {
            let ours = matches!(strange.to, tenantry_tests::host::To::Grpc { .. });
            let answers: &[Answer] = if ours {
                &[Answer::Grpc(0), Answer::Grpc(14), Answer::Grpc(3), Answer::Grpc(u32::MAX)]
            } else {
                &[Answer::Http(200), Answer::Http(503), Answer::Http(400), Answer::Reset]
            };
            answers.iter().for_each(|answer| vm.answer(strange, *answer));
        }
        assert_eq!((sent(&proxy), dropped(&proxy, "rejected")), (0, 0));
        vm.answer(&call, if protocol == "grpc" { Answer::Grpc(0) } else { Answer::Http(200) });
        vm.tick();
        assert_eq!(sent(&proxy), 10);
    }
}
