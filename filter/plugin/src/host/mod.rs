//! Host calls, made directly.
//!
//! The SDK's wrappers panic on a status they do not expect and on bytes that are not UTF-8, and copy what they return
//! once more. These do neither: every failure is a value, and what the host returns is handed on as the bytes it wrote.
//!
//! Together with `answers.rs` and `table.rs` this is all the `unsafe` there is. Each call passes pointers to live borrows
//! with their lengths; the host writes to no memory but the out-parameters, the given buffers, and blocks that it got from
//! this module's `malloc`.

#![expect(unsafe_code, reason = "imports of the proxy-wasm ABI")]

pub mod calls;
pub mod wasi;

use std::ptr::null_mut;

/// Statuses of proxy-wasm ABI 0.2.1 that callers tell apart.
const OK: u32 = 0;
const NOT_FOUND: u32 = 1;
const CAS_MISMATCH: u32 = 8;

const BUFFER_PLUGIN_CONFIGURATION: u32 = 7;
/// Tells the host to derive the gRPC status from the HTTP one.
const GRPC_STATUS_UNSET: i32 = -1;

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    fn proxy_log(level: u32, message: *const u8, len: usize) -> u32;
    fn proxy_get_current_time_nanoseconds(now: *mut u64) -> u32;
    fn proxy_get_header_map_pairs(map: u32, data: *mut *mut u8, len: *mut usize) -> u32;
    fn proxy_get_header_map_value(
        map: u32,
        name: *const u8,
        name_len: usize,
        data: *mut *mut u8,
        len: *mut usize,
    ) -> u32;
    fn proxy_replace_header_map_value(map: u32, name: *const u8, name_len: usize, value: *const u8, len: usize) -> u32;
    fn proxy_remove_header_map_value(map: u32, name: *const u8, name_len: usize) -> u32;
    fn proxy_get_buffer_bytes(buffer: u32, start: usize, max: usize, data: *mut *mut u8, len: *mut usize) -> u32;
    fn proxy_get_property(path: *const u8, path_len: usize, data: *mut *mut u8, len: *mut usize) -> u32;
    fn proxy_set_property(path: *const u8, path_len: usize, value: *const u8, len: usize) -> u32;
    fn proxy_get_shared_data(
        key: *const u8,
        key_len: usize,
        data: *mut *mut u8,
        len: *mut usize,
        version: *mut u32,
    ) -> u32;
    fn proxy_set_shared_data(key: *const u8, key_len: usize, value: *const u8, len: usize, version: u32) -> u32;
    fn proxy_define_metric(kind: u32, name: *const u8, len: usize, id: *mut u32) -> u32;
    fn proxy_increment_metric(id: u32, by: i64) -> u32;
    fn proxy_record_metric(id: u32, value: u64) -> u32;
    fn proxy_send_local_response(
        status: u32,
        details: *const u8,
        details_len: usize,
        body: *const u8,
        body_len: usize,
        headers: *const u8,
        headers_len: usize,
        grpc_status: i32,
    ) -> u32;
}

/// A header map that is there to read.
#[derive(Clone, Copy)]
pub enum Map {
    /// The request's headers; the only ones that are changed.
    Request = 0,
    /// The response's headers.
    Response = 2,
    /// The headers of the answer to an HTTP call.
    CallResponse = 6,
}

/// A body on its way.
#[derive(Clone, Copy)]
pub enum Body {
    /// The request's.
    Request = 0,
    /// The response's.
    Response = 1,
}

/// Level of a log line.
#[derive(Clone, Copy)]
pub enum Level {
    /// Something to know.
    Info = 2,
    /// Something to mend.
    Error = 4,
    /// A bug.
    Critical = 5,
}

/// Kind of a metric.
#[derive(Clone, Copy)]
pub enum Metric {
    /// Only goes up.
    Counter = 0,
    /// A current value.
    Gauge = 1,
}

/// What came of a compare-and-swap.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Swap {
    /// The value is stored.
    Done,
    /// Somebody else stored another value meanwhile.
    Lost,
    /// The host cannot store it.
    Failed,
}

/// Writes a log line.
pub fn log(level: Level, message: &str) {
    unsafe { proxy_log(level as u32, message.as_ptr(), message.len()) };
}

/// Nanoseconds since the Unix epoch.
pub fn now() -> Option<u64> {
    let mut now = 0;
    (unsafe { proxy_get_current_time_nanoseconds(&raw mut now) } == OK).then_some(now)
}

/// Every header of a map in one call, as `pairs::parse` reads it.
pub fn headers(map: Map) -> Option<Vec<u8>> {
    received(|data, len| unsafe { proxy_get_header_map_pairs(map as u32, data, len) })
}

/// The first value of a header.
pub fn header(map: Map, name: &str) -> Option<Vec<u8>> {
    received(|data, len| unsafe { proxy_get_header_map_value(map as u32, name.as_ptr(), name.len(), data, len) })
}

/// Sets a request header in place of every copy of it.
pub fn replace_header(name: &str, value: &[u8]) -> bool {
    let status = unsafe {
        proxy_replace_header_map_value(Map::Request as u32, name.as_ptr(), name.len(), value.as_ptr(), value.len())
    };
    status == OK
}

/// Removes every copy of a request header.
pub fn remove_header(name: &str) -> bool {
    unsafe { proxy_remove_header_map_value(Map::Request as u32, name.as_ptr(), name.len()) == OK }
}

/// Up to `max` bytes, from `start` on, of what the proxy has of a body at this moment.
pub fn body(of: Body, start: usize, max: usize) -> Option<Vec<u8>> {
    received(|data, len| unsafe { proxy_get_buffer_bytes(of as u32, start, max, data, len) })
}

/// The plugin's configuration, `len` bytes long.
pub fn configuration(len: usize) -> Option<Vec<u8>> {
    received(|data, out| unsafe { proxy_get_buffer_bytes(BUFFER_PLUGIN_CONFIGURATION, 0, len, data, out) })
}

/// A property of the request or connection; `path` is NUL-separated.
pub fn property(path: &[u8]) -> Option<Vec<u8>> {
    received(|data, len| unsafe { proxy_get_property(path.as_ptr(), path.len(), data, len) })
}

/// Publishes a value as filter state `wasm.` + `name`.
pub fn set_property(name: &str, value: &[u8]) {
    unsafe { proxy_set_property(name.as_ptr(), name.len(), value.as_ptr(), value.len()) };
}

/// A value shared between the workers of this proxy, with its version for [`set_shared`]: `Some((None, 0))` if there is
/// none yet, `None` if the host cannot say.
pub fn shared(key: &str) -> Option<(Option<Vec<u8>>, u32)> {
    let (mut data, mut len, mut version) = (null_mut(), 0, 0);
    match unsafe { proxy_get_shared_data(key.as_ptr(), key.len(), &raw mut data, &raw mut len, &raw mut version) } {
        OK => Some((Some(unsafe { own(data, len) }), version)),
        NOT_FOUND => Some((None, 0)),
        _ => None,
    }
}

/// Stores a shared value if its version still is `version`; 0 stores it whatever is there.
pub fn set_shared(key: &str, value: &[u8], version: u32) -> Swap {
    match unsafe { proxy_set_shared_data(key.as_ptr(), key.len(), value.as_ptr(), value.len(), version) } {
        OK => Swap::Done,
        CAS_MISMATCH => Swap::Lost,
        _ => Swap::Failed,
    }
}

/// Defines a metric and returns its id.
pub fn define_metric(kind: Metric, name: &str) -> Option<u32> {
    let mut id = 0;
    (unsafe { proxy_define_metric(kind as u32, name.as_ptr(), name.len(), &raw mut id) } == OK).then_some(id)
}

/// Adds to a counter, or takes from a gauge.
pub fn add(metric: u32, by: i64) {
    unsafe { proxy_increment_metric(metric, by) };
}

/// Sets a gauge.
pub fn record(metric: u32, value: u64) {
    unsafe { proxy_record_metric(metric, value) };
}

/// Answers the request here. `details` appears in the proxy's access log as `RESPONSE_CODE_DETAILS`; `headers` is what
/// `pairs::write` made.
pub fn respond(status: u16, details: &str, headers: &[u8], body: &[u8]) -> bool {
    let status = unsafe {
        proxy_send_local_response(
            status.into(),
            details.as_ptr(),
            details.len(),
            body.as_ptr(),
            body.len(),
            headers.as_ptr(),
            headers.len(),
            GRPC_STATUS_UNSET,
        )
    };
    status == OK
}

/// Runs a call that returns data, and takes ownership of what it returned.
fn received(call: impl FnOnce(*mut *mut u8, *mut usize) -> u32) -> Option<Vec<u8>> {
    let (mut data, mut len) = (null_mut(), 0);
    (call(&raw mut data, &raw mut len) == OK).then(|| unsafe { own(data, len) })
}

/// # Safety
/// `data` is null, or a block of `len` bytes that the host got from this module's `malloc`, which allocates exactly as a
/// `Vec<u8>` of that capacity does.
unsafe fn own(data: *mut u8, len: usize) -> Vec<u8> {
    if data.is_null() || len == 0 {
        return Vec::new();
    }
    unsafe { Vec::from_raw_parts(data, len, len) }
}
