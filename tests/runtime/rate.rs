//! The rate of a tenant, shared by all workers of a proxy.

use crate::policy::{gateway, search};
use std::time::Duration;
use tenantry_tests::host::{Fault, Module, Outcome, Proxy, Vm};

fn worker(proxy: &Proxy) -> Vm {
    Vm::start(&Module::built(), proxy, gateway().to_string()).expect("a good configuration")
}

fn throttled(outcome: &Outcome) -> bool {
    let throttled = outcome.status() == 429;
    assert_eq!(throttled, outcome.code().as_deref() == Some("tenant-throttled"));
    assert_ne!(throttled, outcome.passed());
    throttled
}

/// A burst of five, then two a second, whichever worker a request comes to.
#[test]
fn two_workers_share_one_bucket() {
    let proxy = Proxy::default();
    let mut workers = [worker(&proxy), worker(&proxy)];
    let mut turn = 0;
    let mut send = || {
        turn += 1;
        workers[turn % 2].request(&search("slow"))
    };
    assert_eq!((0..8).filter(|_| !throttled(&send())).count(), 5);
    proxy.advance(Duration::from_secs(1));
    assert_eq!((0..8).filter(|_| !throttled(&send())).count(), 2);
    proxy.advance(Duration::from_secs(60));
    assert_eq!((0..8).filter(|_| !throttled(&send())).count(), 5);
    assert_eq!(proxy.requests("tenant-throttled", "slow"), 12);
    assert_eq!(proxy.requests("allow", "slow"), 12);
}

#[test]
fn tenants_do_not_share() {
    let proxy = Proxy::default();
    let mut vm = worker(&proxy);
    while !throttled(&vm.request(&search("slow"))) {}
    assert!(vm.request(&search("tenant_a")).passed());
}

#[test]
fn says_when_to_come_back() {
    let proxy = Proxy::default();
    let mut vm = worker(&proxy);
    let reply = std::iter::repeat_with(|| vm.request(&search("slow"))).find_map(|outcome| outcome.reply).expect("429");
    assert_eq!(reply.headers.one("retry-after"), Some("1"));
    assert_eq!(reply.headers.one("ratelimit-policy"), Some("\"tenant\";q=5;w=3"));
    assert_eq!(reply.headers.one("ratelimit"), Some("\"tenant\";r=0;t=1"));
}

/// A request that is refused anyway costs nothing.
#[test]
fn refusals_are_not_charged() {
    let proxy = Proxy::default();
    let mut vm = worker(&proxy);
    for _ in 0..20 {
        let forbidden = crate::policy::get("/admin").header("x-tenant-id", "slow");
        assert_eq!(vm.request(&forbidden).code().as_deref(), Some("route-forbidden"));
    }
    assert!(vm.request(&search("slow")).passed());
}

/// A worker that loses the race for the bucket tries again; one that never wins refuses.
#[test]
fn contention() {
    let proxy = Proxy::default();
    let mut vm = worker(&proxy);
    assert!(vm.request(&search("slow")).passed());
    vm.fault(Fault::Contention(3));
    let outcome = vm.request(&search("slow"));
    assert!(outcome.passed());
    assert_eq!(outcome.calls["proxy_set_shared_data"], 4);

    vm.fault(Fault::Contention(u32::MAX));
    let outcome = vm.request(&search("slow"));
    assert!(throttled(&outcome));
    assert!(outcome.calls["proxy_set_shared_data"] < 100);
    assert_eq!(outcome.reply.expect("429").headers.one("retry-after"), Some("1"));
}
