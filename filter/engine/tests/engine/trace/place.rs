//! Where a request stands in a trace, and what goes upstream of that.

use super::fixture::{CALLER, END, ENTROPY, GATEWAY, PARENT, sidecar, stamped, tracing, tracing_gateway};
use crate::fixture::{Sent, get};
use tenantry_engine::Config;
use tenantry_engine::config::Trace;
use tenantry_engine::trace::tracestate::Tracestate;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// What a trace of its own looks like with the fixture's entropy.
const FRESH: &str = "00-0102030405060708090a0b0c0d0e0f10-1112131415161718-01";
/// The request's own span below `PARENT`.
const BELOW: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-1112131415161718-01";
const UNSAMPLED: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

fn search() -> Sent {
    get("/search").tenant("tenant_a")
}

fn trusting(trace: &mut Trace) {
    trace.export.as_mut().expect("the fixture exports").trust_client_trace = true;
}

fn carrying(trace: &mut Trace) {
    trace.export.as_mut().expect("the fixture exports").carry_tenant = true;
}

fn tracestate(request: &Sent, config: &Config) -> Tracestate {
    request.begin(config).expect("the request is traced").tracestate
}

fn has_span(request: &Sent, config: &Config) -> bool {
    request.begin(config).expect("the request is traced").span.is_some()
}

#[test]
fn a_gateway_starts_anew_whatever_the_client_says() {
    let config = tracing(|_| {});
    for request in [
        search(),
        search().header("traceparent", PARENT),
        search().header("traceparent", PARENT).header("traceparent", PARENT),
        search().header("traceparent", "rubbish"),
        search().header("Traceparent", UNSAMPLED),
    ] {
        assert_eq!(request.traceparent(&config), FRESH);
        assert!(has_span(&request, &config));
    }
}

#[test]
fn a_trusting_gateway_goes_on_with_a_valid_context() {
    let config = tracing(trusting);
    assert_eq!(search().header("traceparent", PARENT).traceparent(&config), BELOW);
    assert_eq!(search().header("TraceParent", PARENT).traceparent(&config), BELOW);
    let twice = search().header("traceparent", PARENT).header("traceparent", PARENT);
    assert_eq!(twice.traceparent(&config), FRESH, "two are as good as none");
    assert_eq!(search().header("traceparent", &PARENT.to_uppercase()).traceparent(&config), FRESH);
    // The parent's word on sampling holds, and an unsampled request passes as it came.
    let unsampled = search().header("traceparent", UNSAMPLED);
    assert_eq!(unsampled.traceparent(&config), UNSAMPLED);
    assert!(!has_span(&unsampled, &config));
    // A higher version goes on as the one that this speaks.
    let newer = search().header("traceparent", &format!("cc{}-more", PARENT.strip_prefix("00").expect("it is 00")));
    assert_eq!(newer.traceparent(&config), BELOW);
}

#[test]
fn nobody_without_a_tenant_goes_on_with_a_trace() {
    let config = tracing(trusting);
    for request in [get("/search"), search().replace("x-tenant-id", "nobody"), get("/search").tenant("a b")] {
        assert_eq!(request.header("traceparent", PARENT).traceparent(&config), FRESH);
    }
}

#[test]
fn a_sidecar_goes_on_with_its_peers_context() {
    let config = sidecar(|_| {});
    let request = stamped().header("traceparent", PARENT);
    assert_eq!(request.clone().peer(GATEWAY).traceparent(&config), BELOW);
    assert_eq!(request.clone().peer(CALLER).traceparent(&config), BELOW);
    assert_eq!(stamped().peer(GATEWAY).traceparent(&config), FRESH, "where there is none it starts one");
    // Whoever may not come could name any trace.
    assert_eq!(request.clone().peer("spiffe://cluster.local/ns/x/sa/y").traceparent(&config), FRESH);
    assert_eq!(request.traceparent(&config), FRESH);
    let unsampled = stamped().header("traceparent", UNSAMPLED).peer(GATEWAY);
    assert_eq!(unsampled.traceparent(&config), UNSAMPLED);
    assert!(!has_span(&unsampled, &config));
}

#[test]
fn a_request_without_a_tenant_takes_no_trace_to_nobodys_project() {
    let config = sidecar(|_| {});
    let call = get("/document/v1").header("traceparent", PARENT).peer(CALLER);
    assert_eq!(call.traceparent(&config), PARENT, "the next span hangs below the caller's");
    assert!(!has_span(&call, &config));
    // What is refused goes nowhere, so it may have a trace of its own.
    let unstamped = get("/search").header("traceparent", PARENT).peer(GATEWAY);
    assert_eq!(unstamped.verdict(&config), "refuse:stamp-missing");
    assert_eq!(unstamped.traceparent(&config), FRESH);
    assert_eq!(unstamped.span(&config, 403).tenant, None);
    // And what belongs to no trace yet too.
    assert_eq!(get("/document/v1").peer(CALLER).span(&config, 200).tenant, None);
}

#[test]
fn tracestate_goes_on_only_with_its_trace() {
    let config = tracing(|_| {});
    assert_eq!(tracestate(&search(), &config), Tracestate::Keep);
    assert_eq!(tracestate(&search().header("tracestate", "a=1"), &config), Tracestate::Remove);
    let config = tracing(trusting);
    let with = |state: &str| search().header("traceparent", PARENT).header("tracestate", state);
    assert_eq!(tracestate(&search().header("tracestate", "a=1"), &config), Tracestate::Remove);
    assert_eq!(
        tracestate(&search().header("traceparent", "x").header("tracestate", "a=1"), &config),
        Tracestate::Remove
    );
    let long = |n: usize| (0..n).map(|n| format!("k{n}=v")).collect::<Vec<_>>().join(",");
    let (key, value) = ("k".repeat(256), "v".repeat(256));
    for state in [
        "a=1",
        "a=1,b=2",
        "a=1 , \t b=2",
        "a=1,,b=2,",
        "",
        "0t@v=!#~",
        "a*/_-9=x y",
        &long(32),
        &format!("{key}=1"),
        &format!("a={value}"),
        &format!("{}@{}=1", "t".repeat(241), "v".repeat(14)),
    ] {
        assert_eq!(tracestate(&with(state), &config), Tracestate::Keep, "{state}");
    }
    for state in [
        "a",
        "=1",
        "a=",
        "A=1",
        "0=1",
        "a=1,a=2",
        "a b=1",
        "a=1=2",
        "a=\u{e9}",
        "a@=1",
        "@a=1",
        "a@0=1",
        "a@b@c=1",
        &long(33),
        &format!("{key}k=1"),
        &format!("a={value}v"),
        &format!("{}@v=1", "t".repeat(242)),
        &format!("t@{}=1", "v".repeat(15)),
    ] {
        assert_eq!(tracestate(&with(state), &config), Tracestate::Remove, "{state}");
    }
    // Several headers are one list.
    assert_eq!(tracestate(&with("a=1").header("tracestate", "b=2"), &config), Tracestate::Keep);
    assert_eq!(tracestate(&with("a=1").header("tracestate", "a=2"), &config), Tracestate::Remove);
}

#[test]
fn tracestate_can_tell_whose_trace_it_is() {
    let set = |state: &str| Tracestate::Set(state.to_owned());
    let gateway = tracing(carrying);
    assert_eq!(tracestate(&search().header("tracestate", "a=1"), &gateway), set("tenantry=tenant_a"));
    assert_eq!(tracestate(&get("/search").header("tracestate", "a=1"), &gateway), Tracestate::Remove);
    let gateway = tracing(|trace| {
        carrying(trace);
        trusting(trace);
    });
    let client = search().header("traceparent", PARENT).header("tracestate", "a=1,tenantry=tenant_b,b=2");
    assert_eq!(tracestate(&client, &gateway), set("tenantry=tenant_a,a=1,b=2"), "the gateway's word, not the client's");
    let long = (0..32).map(|n| format!("k{n}=v")).collect::<Vec<_>>().join(",");
    let Tracestate::Set(full) =
        tracestate(&search().header("traceparent", PARENT).header("tracestate", &long), &gateway)
    else {
        panic!("the tenant is set")
    };
    assert_eq!((full.split(',').count(), full.ends_with("k30=v")), (32, true), "{full}");

    let sidecar = sidecar(carrying);
    let call = |state: &str| get("/document/v1").header("traceparent", PARENT).header("tracestate", state).peer(CALLER);
    let tenant = |call: &Sent| {
        call.begin(&sidecar)
            .and_then(|begun| begun.span)
            .and_then(|span| span.end(Some(200), END))
            .and_then(|s| s.tenant)
    };
    assert_eq!(tenant(&call("a=1,tenantry=acme:production")).as_deref(), Some("acme:production"));
    assert_eq!(tracestate(&call("a=1,tenantry=acme:production"), &sidecar), Tracestate::Keep);
    // It is the trace that has a project, whatever tenant a call in it is made for.
    assert_eq!(tenant(&call("tenantry=acme:production").tenant("tenant_a")).as_deref(), Some("acme:production"));
    for stranger in ["tenantry=nobody", "tenantry=../x", "tenantry=", "other=tenant_a"] {
        assert_eq!(tenant(&call(stranger)), None, "{stranger}");
    }
    assert_eq!(tracestate(&call("a=1").tenant("tenant_a"), &sidecar), set("tenantry=tenant_a,a=1"));
    assert_eq!(tracestate(&call("A=1").tenant("tenant_a"), &sidecar), set("tenantry=tenant_a"));
}

#[test]
fn exempt_paths_have_no_trace_and_other_modes_are_left_alone() {
    let config = tracing(|_| {});
    let probe = get("/health").header("traceparent", PARENT).header("tracestate", "a=1").header("TraceParent", PARENT);
    let removed = |config: &tenantry_engine::Config| probe.decide(config, |decision| decision.remove.join(" "));
    assert_eq!(removed(&config), "traceparent tracestate TraceParent");
    let trusting = tracing(|trace| trace.export.as_mut().expect("it exports").trust_client_trace = true);
    for leaves in [trusting, tracing(|trace| trace.export = None), sidecar(|_| {})] {
        assert_eq!(removed(&leaves), "");
    }
    assert!(get("/health").header("traceparent", PARENT).begin(&config).is_none());
    assert!(get("/health").peer(GATEWAY).begin(&sidecar(|_| {})).is_none());
    assert!(search().begin(&tracing(|trace| trace.export = None)).is_none());
    assert!(search().begin(&tracing_gateway(|config| config.trace = None)).is_none());
}

#[test]
fn ids_are_never_zero() {
    let config = tracing(|_| {});
    let ids = |entropy: [u8; 24]| {
        let begun = search().begin_with(&config, &entropy).expect("it is traced");
        String::from_utf8(begun.traceparent.to_vec()).expect("it is ASCII")
    };
    let mut only_trace = ENTROPY;
    only_trace[16..].fill(0);
    let mut only_span = ENTROPY;
    only_span[..16].fill(0);
    // What remains is the time.
    assert_eq!(ids(only_trace), "00-0102030405060708090a0b0c0d0e0f10-18fae27693b40000-01");
    assert_eq!(ids(only_span), "00-18fae27693b400000000000000000000-1112131415161718-01");
    assert_eq!(ids([0; 24]), "00-18fae27693b400000000000000000000-18fae27693b40000-01");
}

#[test]
fn sampling_is_by_trace_id_and_tier() {
    let share = |sampling: u32| {
        tracing_gateway(|config| {
            let export = config.trace.as_mut().and_then(|trace| trace.export.as_mut()).expect("the fixture exports");
            export.sampling = sampling;
            config.tiers.get_mut("gold").expect("the fixture has it").sampling = Some(10_000);
        })
    };
    // The last seven bytes count, as one number: this one lies at a quarter.
    let mut quarter = [0xff; 24];
    quarter[9..16].copy_from_slice(&[0x40, 0, 0, 0, 0, 0, 0]);
    let sampled = |config: &Config, request: &Sent| {
        let begun = request.begin_with(config, &quarter).expect("it is traced");
        assert_eq!(begun.span.is_some(), begun.traceparent.ends_with(b"-01"));
        begun.span.is_some()
    };
    for (sampling, expected) in [(0, false), (1, false), (7_499, false), (7_501, true), (9_999, true), (10_000, true)] {
        assert_eq!(sampled(&share(sampling), &search()), expected, "{sampling}");
    }
    let gold = get("/search").tenant("acme:production");
    assert!(sampled(&share(0), &gold), "its tier says something else");
}
