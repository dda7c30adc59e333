//! Batches: when they go, how they look on the way, and that a span is delivered once.

use super::{only, projects, spans, start, traced, wait};
use crate::policy::search;
use tenantry_tests::host::{Answer, Proxy, To};

/// `GrpcService { envoy_grpc: { cluster_name, authority } }`.
fn grpc_service() -> Vec<u8> {
    let (cluster, authority) =
        ("outbound|4317||phoenix.default.svc.cluster.local", "phoenix.default.svc.cluster.local");
    let field = |number: u8, bytes: &[u8]| {
        let len = u8::try_from(bytes.len()).expect("a short field");
        assert!(len < 0x80);
        [&[number << 3 | 2, len], bytes].concat()
    };
    field(1, &[field(1, cluster.as_bytes()), field(2, authority.as_bytes())].concat())
}

#[test]
fn goes_by_grpc() {
    let proxy = Proxy::default();
    let mut vm = start(&proxy, &traced("grpc", |_| ()));
    vm.request(&search("tenant_a"));
    wait(&mut vm, &proxy, 1000);
    let call = only(&mut vm);
    let method = "opentelemetry.proto.collector.trace.v1.TraceService/Export".to_owned();
    assert_eq!(call.to, To::Grpc { service: grpc_service(), method });
    assert_eq!(call.headers.one("authorization"), Some("Bearer secret-key-1"));
    assert_eq!((call.headers.len(), call.timeout.as_secs()), (1, 5));
}

#[test]
fn goes_by_http() {
    let proxy = Proxy::default();
    let mut vm = start(&proxy, &traced("http", |_| ()));
    vm.request(&search("tenant_a"));
    wait(&mut vm, &proxy, 1000);
    let call = only(&mut vm);
    assert_eq!(call.to, To::Http { cluster: "outbound|4317||phoenix.default.svc.cluster.local".into() });
    let expected = [
        (":method", "POST"),
        (":path", "/v1/traces"),
        (":authority", "phoenix.default.svc.cluster.local"),
        ("content-type", "application/x-protobuf"),
        ("authorization", "Bearer secret-key-1"),
    ];
    for (name, value) in expected {
        assert_eq!(call.headers.one(name), Some(value));
    }
    assert_eq!(call.headers.len(), expected.len());
    vm.answer(&call, Answer::Http(200));
    assert_eq!(proxy.metric("tenantry_spans_sent_total"), 1);
}

/// By number at once, by age with a tick; and a tick comes often enough for that.
#[test]
fn goes_when_it_is_due() {
    let proxy = Proxy::default();
    let mut vm = start(&proxy, &traced("grpc", |_| ()));
    assert_eq!(vm.tick_period().map(|period| period.as_millis()), Some(250));
    for _ in 0..9 {
        vm.request(&search("tenant_a"));
    }
    wait(&mut vm, &proxy, 999);
    assert!(vm.sent().is_empty(), "nine young spans wait");
    vm.request(&search("tenant_a"));
    assert_eq!(spans(&only(&mut vm)).len(), 10);
}

/// One ResourceSpans for each tenant; one batch at a time; the answer to one sends the next that is full.
#[test]
fn goes_one_after_the_other() {
    let proxy = Proxy::default();
    let mut vm = start(&proxy, &traced("grpc", |_| ()));
    for at in 0..25 {
        vm.request(&search(["tenant_a", "tenant_b"][at % 2]));
    }
    let first = only(&mut vm);
    let tenants: Vec<_> = projects(&first).into_iter().map(|(project, spans)| (project, spans.len())).collect();
    assert_eq!(tenants, [("cogniverse-tenant_a:tenant_a".into(), 5), ("cogniverse-tenant_b:tenant_b".into(), 5)]);
    wait(&mut vm, &proxy, 200);
    assert!(vm.sent().is_empty(), "one at a time");
    vm.answer(&first, Answer::Grpc(0));
    let second = only(&mut vm);
    vm.answer(&second, Answer::Grpc(0));
    assert!(vm.sent().is_empty(), "five are not enough for a batch");
    wait(&mut vm, &proxy, 1000);
    let third = only(&mut vm);
    vm.answer(&third, Answer::Grpc(0));
    let ids: std::collections::BTreeSet<_> =
        [first, second, third].iter().flat_map(spans).map(|span| span.span_id).collect();
    assert_eq!((ids.len(), proxy.metric("tenantry_spans_sent_total")), (25, 25));
    assert_eq!(proxy.metric("tenantry_spans_waiting"), 0);
    assert_eq!(proxy.metric("tenantry_spans_waiting_bytes"), 0);
}

/// What waits is told as a gauge that several workers share.
#[test]
fn what_waits_is_a_gauge() {
    let proxy = Proxy::default();
    let mut workers = [start(&proxy, &traced("grpc", |_| ())), start(&proxy, &traced("grpc", |_| ()))];
    for vm in &mut workers {
        (0..3).for_each(|_| drop(vm.request(&search("tenant_a"))));
        vm.tick();
    }
    assert_eq!(proxy.metric("tenantry_spans_waiting"), 6);
    assert!(proxy.metric("tenantry_spans_waiting_bytes") > 6 * 100);
}
