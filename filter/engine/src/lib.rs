//! Decides what happens to a request, and says why.
//!
//! The engine is pure: no I/O, no clock, no randomness and no knowledge of proxy-wasm, so that the
//! filter inside Envoy, `tenantry explain` and every test run the very same code.
//!
//! - [`config`]: the contract between compiler and filter, as JSON (`pluginConfig`).
//! - [`request`]: what the engine is told of a request.
//! - [`decision`]: what it answers: verdict, stamps and ordered reasons.

#![deny(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod code;
pub mod config;
pub mod decision;
pub mod request;
