//! Traces. What is in a span is judged by OpenTelemetry's own types, which are there natively only; a digest holds the bytes
//! on wasm32 against the native ones.

#[cfg(not(target_arch = "wasm32"))]
mod attributes;
mod config;
mod context;
pub mod fixture;
#[cfg(not(target_arch = "wasm32"))]
pub mod judge;
mod place;
mod queue;
#[cfg(not(target_arch = "wasm32"))]
mod record;
#[cfg(not(target_arch = "wasm32"))]
mod span;
mod wire;
