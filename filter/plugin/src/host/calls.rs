//! Calls to other servers, and the clockwork for them.
//!
//! Envoy makes such calls on the root context, whichever context asks, and cancels them without an answer when that root
//! context goes away.

use super::OK;

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    fn proxy_set_tick_period_milliseconds(period: u32) -> u32;
    fn proxy_grpc_call(
        service: *const u8,
        service_len: usize,
        name: *const u8,
        name_len: usize,
        method: *const u8,
        method_len: usize,
        metadata: *const u8,
        metadata_len: usize,
        message: *const u8,
        message_len: usize,
        timeout: u32,
        token: *mut u32,
    ) -> u32;
    fn proxy_http_call(
        cluster: *const u8,
        cluster_len: usize,
        headers: *const u8,
        headers_len: usize,
        body: *const u8,
        body_len: usize,
        trailers: *const u8,
        trailers_len: usize,
        timeout: u32,
        token: *mut u32,
    ) -> u32;
}

/// Lets the current root context's tick come every `milliseconds`.
pub fn tick_every(milliseconds: u32) -> bool {
    unsafe { proxy_set_tick_period_milliseconds(milliseconds) == OK }
}

/// A unary gRPC call.
pub struct GrpcCall<'a> {
    /// A serialised `envoy.config.core.v3.GrpcService`.
    pub service: &'a [u8],
    /// Full name of the service.
    pub name: &'a str,
    /// Its method.
    pub method: &'a str,
    /// Initial metadata, as `pairs::write` made it.
    pub metadata: &'a [u8],
    /// In milliseconds.
    pub timeout: u32,
}

impl GrpcCall<'_> {
    /// Sends a message. Returns the token that the answer will bear, or nothing if the call did not leave.
    pub fn send(&self, message: &[u8]) -> Option<u32> {
        let mut token = 0;
        let status = unsafe {
            proxy_grpc_call(
                self.service.as_ptr(),
                self.service.len(),
                self.name.as_ptr(),
                self.name.len(),
                self.method.as_ptr(),
                self.method.len(),
                self.metadata.as_ptr(),
                self.metadata.len(),
                message.as_ptr(),
                message.len(),
                self.timeout,
                &raw mut token,
            )
        };
        (status == OK).then_some(token)
    }
}

/// An HTTP request.
pub struct HttpCall<'a> {
    /// Envoy's name of the cluster.
    pub cluster: &'a [u8],
    /// `:method`, `:path`, `:authority` and the other headers, as `pairs::write` made them.
    pub headers: &'a [u8],
    /// In milliseconds.
    pub timeout: u32,
}

impl HttpCall<'_> {
    /// Sends a body. Returns the token that the answer will bear, or nothing if the request did not leave.
    pub fn send(&self, body: &[u8]) -> Option<u32> {
        let mut token = 0;
        let trailers = 0_u32.to_le_bytes();
        let status = unsafe {
            proxy_http_call(
                self.cluster.as_ptr(),
                self.cluster.len(),
                self.headers.as_ptr(),
                self.headers.len(),
                body.as_ptr(),
                body.len(),
                trailers.as_ptr(),
                trailers.len(),
                self.timeout,
                &raw mut token,
            )
        };
        (status == OK).then_some(token)
    }
}
