//! Answers to the filter's own calls, by the call's token.
//!
//! The SDK has callbacks for these too. Its own panic on an answer that it does not await, and when the host gives two root
//! contexts the same token, as hosts may; so `cargo xtask wasm` exports these in their place. A token means something only
//! together with its context.

#![expect(unsafe_code, reason = "exports under fixed names")]

use crate::export::{self, Call};
use crate::host::{self, Map};
use tenantry_engine::config::Otlp;

/// gRPC's `OK`.
const GRPC_OK: u32 = 0;

/// A gRPC call was answered with a message.
#[unsafe(no_mangle)]
extern "C" fn tenantry_on_grpc_receive(context: u32, token: u32, _len: usize) {
    export::answered(Call { context, token, protocol: Otlp::Grpc }, GRPC_OK);
}

/// A gRPC call was answered with a status alone, or failed.
#[unsafe(no_mangle)]
extern "C" fn tenantry_on_grpc_close(context: u32, token: u32, status: u32) {
    export::answered(Call { context, token, protocol: Otlp::Grpc }, status);
}

/// An HTTP request was answered, or failed: then there are no headers.
#[unsafe(no_mangle)]
extern "C" fn tenantry_on_http_call_response(
    context: u32,
    token: u32,
    _headers: usize,
    _body: usize,
    _trailers: usize,
) {
    let status = host::header(Map::CallResponse, ":status");
    let status = status.and_then(|status| std::str::from_utf8(&status).ok()?.parse().ok()).unwrap_or(0);
    export::answered(Call { context, token, protocol: Otlp::Http }, status);
}
