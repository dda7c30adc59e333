//! The hot path takes nothing from the heap, and what makes spans and reads bodies takes little.

#![cfg(not(target_arch = "wasm32"))]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use tenantry_engine::config::SpanKind;
use tenantry_engine::request::{Claim, Request};
use tenantry_engine::trace::begin;
use tenantry_engine::trace::model::{MAX_TEXT, Observer};
use tenantry_engine::{Config, decide};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// Bytes that are held now, and the most since it was last set. Tests look at differences only.
    static HELD: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        HELD.set(HELD.get() + layout.size() as isize);
        MOST.set(MOST.get().max(HELD.get()));
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.set(HELD.get() - layout.size() as isize);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const CONFIG: &str = r#"{
  "version": 1, "policy": "p", "role": "gateway", "cluster": "us", "header": "x-tenant-id", "ids": "slug", "hosts": ["*"],
  "elsewhere": "forward", "clusters": {"us": {"endpoint": "us.example.com"}, "eu": {"endpoint": "eu.example.com"}},
  "tiers": {"gold": {"millirate": 1000, "burst": 1}},
  "routes": [{"path": "/search", "service": "runtime"}],
  "releases": {"runtime": [
    {"name": "stable", "weight": 9000, "sticky": false}, {"name": "canary", "weight": 1000, "sticky": true}
  ]},
  "tenants": {"inline": {"here": {"cluster": "us", "tier": "gold"}, "there": {"cluster": "eu", "tier": "gold"}}},
  "token": {"claim": ["tenant"], "required": false},
  "body": {"pointers": ["/tenant"], "limit": 100, "overLimit": "refuse"},
  "stamps": {"cluster": true, "tier": true, "track": true}
}"#;

#[test]
fn deciding_allocates_only_to_list_headers_to_remove() {
    let config = Config::parse(CONFIG.as_bytes(), None).expect("the configuration is valid");
    let count = |tenant: &str, path: &str, more: (&[u8], &[u8])| {
        let headers: [(&[u8], &[u8]); 6] = [
            (b":method", b"POST"),
            (b":path", path.as_bytes()),
            (b":authority", b"api.example.com"),
            (b"content-type", b"application/json"),
            (b"x-tenant-id", tenant.as_bytes()),
            more,
        ];
        let request = Request { headers: &headers, has_body: true, claim: Claim::Absent, peer: None };
        let before = ALLOCATIONS.get();
        let verdict = decide(&config, &request).verdict;
        (ALLOCATIONS.get() - before, verdict.kind())
    };
    assert_eq!(count("here", "/search", (b"accept", b"*/*")), (0, "allow"));
    assert_eq!(count("there", "/search", (b"accept", b"*/*")), (0, "forward"));
    assert_eq!(count("nobody", "/search", (b"accept", b"*/*")), (0, "refuse"));
    assert_eq!(count("here", "/nowhere", (b"accept", b"*/*")), (0, "refuse"));
    assert_eq!(count("here", "/search", (b"x-tenantry-tier", b"gold")), (1, "allow"));
}

#[test]
fn a_span_takes_three_allocations_and_moves_nothing() {
    let trace = r#""trace": {
      "service": "gateway", "kind": "CHAIN", "session": "x-session-id", "user": "x-user",
      "export": {
        "to": {"protocol": "grpc", "cluster": "phoenix", "authority": "phoenix:4317", "timeoutMs": 5000},
        "project": "{org}-{tenant}", "unassigned": "unassigned", "sampling": 10000,
        "batch": {"spans": 512, "bytes": 1048576, "everyMs": 1000}, "buffer": {"spans": 4096, "bytes": 8388608}
      }
    }, "version""#;
    let config = Config::parse(CONFIG.replacen("\"version\"", trace, 1).as_bytes(), None).expect("it is valid");
    let headers: [(&[u8], &[u8]); 12] = [
        (b":method", b"GET"),
        (b":path", b"/search?q=cats"),
        (b":authority", b"api.example.com:8443"),
        (b":scheme", b"https"),
        (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
        (b"x-forwarded-for", b"203.0.113.7, 192.0.2.1"),
        (b"x-request-id", b"2cb8b8a4-3f4b-4b51-9d3f-6e0a1c2b3d4e"),
        (b"x-session-id", b"chat-1"),
        (b"x-user", b"ada"),
        (b"traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        (b"tracestate", b"a=1"),
        (b"x-tenant-id", b"here"),
    ];
    let request = Request { headers: &headers, has_body: false, claim: Claim::Absent, peer: None };
    let decision = decide(&config, &request);
    let before = ALLOCATIONS.get();
    let begun = begin(&config, &request, &decision, 1, &[7; 24]).expect("it is traced");
    let span = begun.span.expect("it is sampled").end(Some(200), 2).expect("it is exported");
    assert_eq!(ALLOCATIONS.get() - before, 3, "the span, its metadata, its tenant");
    assert!((600..1024).contains(&span.bytes.len()), "{}", span.bytes.len());
}

/// The most bytes that `work` holds at once.
fn most(work: impl FnOnce()) -> usize {
    let before = HELD.get();
    MOST.set(before);
    work();
    (MOST.get() - before) as usize
}

#[test]
fn observing_an_answer_takes_little_whatever_it_holds() {
    let long = "x".repeat(100_000);
    let deep = "[{\"usage\":".repeat(60);
    let hostile = [
        format!(
            r#"{{"model":"{long}","choices":[{{"finish_reason":"{long}","{long}":"{long}"}}],"eval_count":{}"#,
            "9".repeat(100_000)
        ),
        format!(r#"{{"{long}":{deep}"#),
        format!("data: {long}\n\ndata: {{\"model\":\"{long}\"}}\n\n"),
        r#"{"data":[{"embedding":[0.5]},"#.repeat(10_000),
    ];
    for body in &hostile {
        for content_type in ["application/json", "application/x-ndjson", "text/event-stream"] {
            let heap = most(|| {
                let mut observer = Observer::for_span(SpanKind::Llm, content_type.as_bytes()).expect("it can be read");
                body.as_bytes().chunks(4096).for_each(|chunk| observer.push(chunk));
                drop(observer.finish());
            });
            // A new text is made before it takes an older one's place.
            assert!(size_of::<Observer>() + heap <= Observer::MAX_BYTES && heap <= 4 * MAX_TEXT, "{heap}");
        }
    }
}

#[test]
fn observing_a_stream_takes_memory_for_what_is_new_only() {
    let mut observer = Observer::for_span(SpanKind::Llm, b"text/event-stream").expect("it can be read");
    let event = br#"data: {"model":"m","choices":[{"delta":{"content":"Hi"},"finish_reason":null}],"usage":{"total_tokens":7}}"#;
    observer.push(event);
    let before = ALLOCATIONS.get();
    (0..1000).for_each(|_| [b"\n\n".as_slice(), event].iter().for_each(|chunk| observer.push(chunk)));
    assert_eq!(ALLOCATIONS.get(), before);
    assert_eq!(observer.finish().total_tokens, Some(7));
}
