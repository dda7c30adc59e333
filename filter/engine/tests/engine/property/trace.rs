//! What holds for every header that claims a trace, and every span.

use crate::fixture::{Sent, get};
use crate::trace::fixture::{CALLER, END, GATEWAY, PARENT, sidecar, tracing_gateway};
use crate::trace::judge;
use proptest::collection::vec;
use proptest::prelude::*;
use tenantry_engine::Config;
use tenantry_engine::config::{Record, SpanKind};
use tenantry_engine::trace::context::TraceContext;
use tenantry_engine::trace::tracestate::Tracestate;

fn context() -> impl Strategy<Value = TraceContext> {
    let ids = (any::<[u8; 16]>(), any::<[u8; 8]>())
        .prop_filter("ids are not zero", |ids| ids.0 != [0; 16] && ids.1 != [0; 8]);
    (ids, any::<bool>()).prop_map(|((trace_id, span_id), sampled)| TraceContext { trace_id, span_id, sampled })
}

/// A gateway that trusts and records everything, and keeps and carries.
fn lavish() -> Config {
    tracing_gateway(|config| {
        let export = config.trace.as_mut().and_then(|trace| trace.export.as_mut()).expect("the fixture exports");
        (export.trust_client_trace, export.carry_tenant) = (true, true);
        export.record = Record {
            query: true,
            request_headers: vec!["x-a".to_owned(), "user-agent".to_owned()],
            response_headers: vec!["x-a".to_owned()],
            bodies: Some(100),
            redact: vec!["token".to_owned()],
        };
    })
}

fn header() -> impl Strategy<Value = (String, Vec<u8>)> {
    let name = prop::sample::select(vec![
        "x-tenant-id",
        "x-session-id",
        "x-user",
        "x-request-id",
        "x-forwarded-for",
        "x-forwarded-proto",
        "user-agent",
        "content-length",
        "content-type",
        "traceparent",
        "tracestate",
        "x-a",
        "authorization",
        ":scheme",
    ]);
    let value = prop_oneof![
        vec(any::<u8>(), 0..40),
        vec(any::<u8>(), 1000..1100),
        "[a-z_:,;= -]{0,20}".prop_map(String::into_bytes),
        Just(PARENT.as_bytes().to_vec()),
        Just(b"tenant_a".to_vec()),
        Just(b"application/json".to_vec()),
        Just(b"a=1,tenantry=acme:production".to_vec()),
    ];
    (name.prop_map(str::to_owned), value)
}

fn request() -> impl Strategy<Value = Sent> {
    let path = prop_oneof![Just("/search".to_owned()), Just("/search?token=x&q=1".to_owned()), ".{0,40}"];
    let method = prop_oneof![Just("GET".to_owned()), "[A-Z]{0,8}"];
    (path, method, vec(header(), 0..10), any::<bool>()).prop_map(|(path, method, headers, known)| {
        let request = get(&path).replace(":method", &method);
        let request = if known { request.tenant("tenant_a") } else { request };
        headers.iter().fold(request, |request, (name, value)| request.raw(name.as_bytes(), value)).body("")
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(context in context()) {
        prop_assert_eq!(TraceContext::parse(&context.traceparent()), Some(context));
    }

    #[test]
    fn what_is_read_is_written_but_for_what_level_1_does_not_know(
        value in "[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.{0,9})?",
    ) {
        if let Some(context) = TraceContext::parse(value.as_bytes()) {
            let written = String::from_utf8(context.traceparent().to_vec()).unwrap();
            prop_assert_eq!(&written[3..52], &value[3..52]);
            prop_assert_eq!(context.sampled, u8::from_str_radix(&value[53..55], 16).unwrap() & 1 == 1);
        }
    }

    #[test]
    fn one_changed_byte_is_noticed_or_is_another_context(context in context(), at in 0..55usize, byte: u8) {
        let mut value = context.traceparent();
        value[at] = byte;
        if let Some(read) = TraceContext::parse(&value) {
            let written = read.traceparent();
            // A version or flags of the future read as what is known of them.
            prop_assert!(written == value || !(2..53).contains(&at));
        }
    }

    #[test]
    fn no_bytes_are_more_than_no_context(value: Vec<u8>) {
        let _ = TraceContext::parse(&value);
    }

    #[test]
    fn whatever_comes_a_span_is_well_formed(
        request in request(), status: Option<u16>, now: u64, chunks in vec(vec(any::<u8>(), 0..60), 0..4), entropy: [u8; 24],
    ) {
        let sidecar = sidecar(|trace| trace.kind = SpanKind::Llm);
        for (config, request) in [(lavish(), request.clone()), (sidecar, request.clone().peer(GATEWAY))] {
            let Some(begun) = request.begin_with(&config, &entropy) else { continue };
            let context = TraceContext::parse(&begun.traceparent).expect("what goes upstream is valid");
            if let Tracestate::Set(state) = &begun.tracestate {
                prop_assert!(state.starts_with("tenantry=") && state.bytes().all(|b| (b' '..=b'~').contains(&b)));
            }
            let Some(mut open) = begun.span else { continue };
            chunks.iter().for_each(|chunk| open.request_body(chunk));
            open.response_headers(&[(b"content-type", b"application/json"), (b"x-a", &chunks.concat())]);
            chunks.iter().for_each(|chunk| open.response_body(chunk));
            let Some(ended) = open.end(status, now) else { continue };
            // The judge refuses whatever is not UTF-8, twice there, or longer than need be.
            let span = judge::span(&ended.bytes);
            prop_assert_eq!(&span.trace_id, &context.trace_id);
            prop_assert_eq!(&span.span_id, &context.span_id);
            prop_assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
            for (key, value) in judge::attributes(&span) {
                prop_assert!(value.len() <= 1100 || key.starts_with("http.request.header.") || key == "metadata", "{}", key);
                prop_assert!(!value.contains('\0'));
            }
            if let Some(tenant) = &ended.tenant {
                prop_assert!(["tenant_a", "acme:production"].contains(&&**tenant));
            }
        }
    }

    #[test]
    fn an_untrusted_caller_never_chooses_the_trace(request in request(), entropy: [u8; 24], stranger in "spiffe://[a-z/]{0,9}") {
        let gateway = tracing_gateway(|_| {});
        let workload = sidecar(|_| {});
        prop_assume!(entropy[..16] != [0; 16]);
        for (config, request) in [(gateway, request.clone()), (workload, request.clone().peer(&stranger))] {
            if let Some(begun) = request.begin_with(&config, &entropy) {
                let context = TraceContext::parse(&begun.traceparent).expect("what goes upstream is valid");
                prop_assert_eq!(&context.trace_id[..], &entropy[..16]);
            }
        }
    }

    #[test]
    fn a_trace_that_goes_on_keeps_its_id_and_its_parents_word(context in context()) {
        let config = sidecar(|_| {});
        let value = String::from_utf8(context.traceparent().to_vec()).unwrap();
        let call = get("/x").tenant("tenant_a").header("traceparent", &value).peer(CALLER);
        let begun = call.begin(&config).expect("it is traced");
        let upstream = TraceContext::parse(&begun.traceparent).expect("what goes upstream is valid");
        prop_assert_eq!((upstream.trace_id, upstream.sampled), (context.trace_id, context.sampled));
        prop_assert_eq!(begun.span.is_some(), context.sampled);
        if let Some(ended) = begun.span.and_then(|open| open.end(Some(200), END)) {
            prop_assert_eq!(judge::span(&ended.bytes).parent_span_id, context.span_id);
        }
    }

    #[test]
    fn a_larger_share_holds_every_trace_of_a_smaller_one(entropy: [u8; 24], mut shares: [u16; 2]) {
        shares.iter_mut().for_each(|share| *share %= 10_001);
        shares.sort_unstable();
        let sampled = shares.map(|share| {
            let config = tracing_gateway(|config| {
                config.trace.as_mut().and_then(|trace| trace.export.as_mut()).expect("it exports").sampling = share.into();
            });
            get("/search").begin_with(&config, &entropy).expect("it is traced").traceparent.ends_with(b"1")
        });
        prop_assert!(sampled[0] <= sampled[1]);
    }
}

#[test]
fn shares_are_as_large_as_they_say() {
    for share in [100, 2_500, 9_900] {
        let config = tracing_gateway(|config| {
            config.trace.as_mut().and_then(|trace| trace.export.as_mut()).expect("it exports").sampling = share;
        });
        let mut state = 1u64;
        let sampled = (0..20_000).filter(|_| {
            let mut entropy = [1; 24];
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            entropy[8..16].copy_from_slice(&state.rotate_left(32).to_be_bytes());
            get("/search").begin_with(&config, &entropy).expect("it is traced").span.is_some()
        });
        let expected = 20_000 * share as usize / 10_000;
        assert!(sampled.count().abs_diff(expected) < 400, "{share}");
    }
}
