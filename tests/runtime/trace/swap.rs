//! A new configuration: what waits and what is on its way survives it.

use super::{only, spans, start, traced, wait};
use crate::policy::{gateway, search};
use serde_json::Value;
use std::collections::BTreeSet;
use tenantry_tests::host::{Answer, Proxy, Sent, To, Vm};

fn another_policy() -> Value {
    traced("grpc", |config| {
        config["policy"] = "another".into();
        config["trace"]["export"]["sampling"] = 0.into();
    })
}

fn another_collector() -> Value {
    traced("grpc", |config| {
        config["trace"]["export"]["to"]["protocol"] = "http".into();
        config["trace"]["export"]["to"]["cluster"] = "another".into();
    })
}

fn configure(vm: &mut Vm, config: &Value) {
    vm.configure(config.to_string()).expect("a good configuration");
}

fn ids(call: &Sent) -> BTreeSet<Vec<u8>> {
    spans(call).into_iter().map(|span| span.span_id).collect()
}

fn with_spans(count: usize) -> (Vm, Proxy) {
    let proxy = Proxy::default();
    let mut vm = start(&proxy, &traced("grpc", |_| ()));
    (0..count).for_each(|_| assert!(vm.request(&search("tenant_a")).passed()));
    (vm, proxy)
}

#[test]
fn what_waits_goes_on() {
    let (mut vm, proxy) = with_spans(3);
    configure(&mut vm, &another_policy());
    wait(&mut vm, &proxy, 1000);
    let call = only(&mut vm);
    assert_eq!(spans(&call).len(), 3);
    vm.answer(&call, Answer::Grpc(0));
    assert_eq!(proxy.metric("tenantry_spans_sent_total"), 3);
}

/// The host cancels the calls of a root context that goes away; the next one sends the batch again. Should an answer come
/// all the same, nobody awaits it.
#[test]
fn what_is_on_its_way_is_sent_again() {
    for next in [another_policy(), another_collector(), gateway()] {
        let (mut vm, proxy) = with_spans(10);
        let first = only(&mut vm);
        configure(&mut vm, &next);
        vm.answer(&first, Answer::Grpc(0));
        assert_eq!(proxy.metric("tenantry_spans_sent_total"), 0);
        wait(&mut vm, &proxy, 60_000);
        let again = only(&mut vm);
        assert_eq!((ids(&again), &again.to), (ids(&first), &first.to));
        assert_ne!(again.root, first.root);
        vm.answer(&first, Answer::Grpc(3));
        vm.answer(&again, Answer::Grpc(0));
        vm.answer(&first, Answer::Grpc(14));
        assert_eq!(proxy.metric("tenantry_spans_sent_total"), 10);
    }
}

/// To the old collector, as long as it takes them; the new collector gets what is new.
#[test]
fn to_another_collector() {
    let (mut vm, proxy) = with_spans(3);
    configure(&mut vm, &another_collector());
    vm.request(&search("tenant_b"));
    wait(&mut vm, &proxy, 1000);
    let mut calls = vm.sent();
    calls.sort_by_key(|call| spans(call).len());
    assert_eq!(calls.iter().map(|call| spans(call).len()).collect::<Vec<_>>(), [1, 3]);
    assert!(matches!((&calls[0].to, &calls[1].to), (To::Http { .. }, To::Grpc { .. })));
    vm.answer(&calls[1], Answer::Grpc(14));
    vm.answer(&calls[0], Answer::Http(200));
    wait(&mut vm, &proxy, 60_000);
    assert!(vm.sent().is_empty(), "a collector that nobody names any more gets no second chance once it fails");
    let gone = "tenantry_reason=.=collector-gone;.;tenantry_spans_dropped_total";
    assert_eq!((proxy.metric("tenantry_spans_sent_total"), proxy.metric(gone)), (1, 3));
    assert_eq!(proxy.metric("tenantry_spans_waiting"), 0);
}

/// Ticks come for what is left, and no longer.
#[test]
fn to_no_tracing() {
    let (mut vm, proxy) = with_spans(3);
    configure(&mut vm, &gateway());
    assert!(vm.request(&search("tenant_a")).headers.one("traceparent").is_none());
    wait(&mut vm, &proxy, 1000);
    let call = only(&mut vm);
    vm.answer(&call, Answer::Grpc(0));
    assert_eq!(proxy.metric("tenantry_spans_sent_total"), 3);
    wait(&mut vm, &proxy, 250);
    assert_eq!(vm.tick_period(), None);
}

#[test]
fn that_is_refused() {
    let (mut vm, proxy) = with_spans(3);
    let mut broken = traced("grpc", |_| ());
    broken["trace"]["export"]["batch"]["spans"] = 0.into();
    vm.configure(broken.to_string()).expect_err("a refusal");
    vm.reconfigure(broken.to_string()).expect_err("a refusal");
    wait(&mut vm, &proxy, 1000);
    assert_eq!(spans(&only(&mut vm)).len(), 3);
}

#[test]
fn of_the_same_root_context() {
    let (mut vm, proxy) = with_spans(10);
    let call = only(&mut vm);
    vm.reconfigure(another_policy().to_string()).expect("a good configuration");
    vm.answer(&call, Answer::Grpc(0));
    assert_eq!(proxy.metric("tenantry_spans_sent_total"), 10);
}
