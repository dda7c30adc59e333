//! The same bytes natively, where OpenTelemetry's own types judge them, and on wasm32.

use super::fixture::{END, PARENT, tracing};
use crate::fixture::get;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use xxhash_rust::xxh3::xxh3_64;

#[test]
fn a_span_and_its_batch_are_the_same_everywhere() {
    use tenantry_engine::trace::queue::Queue;
    let config = tracing(|trace| {
        let record = &mut trace.export.as_mut().expect("the fixture exports").record;
        (record.query, record.bodies) = (true, Some(1_000));
        record.request_headers.push("user-agent".to_owned());
    });
    let request = get("/search?q=1&token=x")
        .tenant("tenant_a")
        .header("user-agent", &"é".repeat(700))
        .header("x-session-id", "chat-1")
        .header("traceparent", PARENT)
        .body("application/json");
    let mut open = request.open(&config);
    open.request_body(br#"{"q": ["cats", 1.5e3]}"#);
    open.response_headers(&[(b"content-type", b"application/json")]);
    open.response_body(br#"{"password": "x", "hits": []}"#);
    let span = open.end(Some(503), END).expect("it is exported");
    #[cfg(not(target_arch = "wasm32"))]
    assert_eq!(super::judge::attributes(&super::judge::span(&span.bytes)).len(), 23);
    assert_eq!(format!("{:016x}", xxh3_64(&span.bytes)), "d78e7316ec1bc721");

    let export = super::fixture::trace().export.expect("the fixture exports");
    let mut queue = Queue::new(&export, "gateway", 1);
    queue.push(span, 0);
    let batch = queue.next(2_000_000_000).expect("it is due");
    assert_eq!(format!("{:016x}", xxh3_64(&batch.body)), "9e83258a7c276892");
}
