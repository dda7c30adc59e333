//! What the tests of this tier share: one Phoenix for all that need none of their own, and requests.

use crate::policy::{HOST, policy};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use tenantry_tests::envoy::client::{Request, Response};
use tenantry_tests::envoy::{LATEST, mesh::Mesh};
use tenantry_tests::phoenix::{Context, Phoenix};

/// The Phoenix that most tests share. Each test has projects of its own in it.
///
/// # Panics
/// When Phoenix is not installed or does not start, saying what to do.
pub fn phoenix() -> &'static Phoenix {
    // It ends with this process, which is how long its standard input stays open.
    static SHARED: LazyLock<Phoenix> = LazyLock::new(|| Phoenix::start().unwrap_or_else(|error| panic!("{error}")));
    &SHARED
}

/// A Phoenix for whoever keeps it so busy, or away, that others could not use it.
pub fn phoenix_alone() -> MutexGuard<'static, Phoenix> {
    static ALONE: LazyLock<Mutex<Phoenix>> =
        LazyLock::new(|| Mutex::new(Phoenix::start().unwrap_or_else(|error| panic!("{error}"))));
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The policy of these tests in an Envoy, its spans sent over gRPC to the Phoenix that is shared.
pub fn mesh(prefix: &str, tracing: &str) -> Mesh {
    Mesh::traced(LATEST, &policy(prefix, tracing), phoenix().grpc())
}

/// A random trace or span id.
pub fn id<const BYTES: usize>() -> [u8; BYTES] {
    let mut id = [0; BYTES];
    getrandom::fill(&mut id).expect("the system has randomness");
    id
}

/// A random `traceparent` that is sampled.
pub fn traceparent() -> String {
    format!("00-{:032x}-{:016x}-01", u128::from_be_bytes(id()) | 1, u64::from_be_bytes(id()) | 1)
}

/// A `GET` of `/search` by a tenant.
pub fn search(tenant: &str) -> Request {
    Request::get(HOST, "/search").header("X-Tenant-ID", tenant)
}

/// Every value of a header that the service got, from its answer.
pub fn upstream(answer: &Response, name: &str) -> Vec<String> {
    let echo = answer.json();
    let headers = echo["headers"].as_array().unwrap_or_else(|| panic!("no echo: {}", answer.text())).iter();
    headers.filter(|pair| pair[0] == name).map(|pair| pair[1].as_str().unwrap_or_default().to_owned()).collect()
}

/// The context that the service got, and whether it is sampled.
pub fn context(answer: &Response) -> (Context, bool) {
    let [traceparent] = &upstream(answer, "traceparent")[..] else {
        panic!("the service got no one traceparent: {}", answer.text())
    };
    let parts: Vec<&str> = traceparent.split('-').collect();
    let [version, trace_id, span_id, flags] = parts[..] else { panic!("the service got `{traceparent}`") };
    assert_eq!((version, trace_id.len(), span_id.len(), flags.len()), ("00", 32, 16, 2), "{traceparent}");
    (Context { trace_id: trace_id.to_owned(), span_id: span_id.to_owned() }, flags == "01")
}
