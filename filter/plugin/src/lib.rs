//! The proxy-wasm filter: carries requests from Envoy to the engine and back. It decides nothing.
//!
//! - [`abi`]: the callbacks.
//! - [`root`]: the life of a configuration.
//! - [`request`]: the life of a request.
//! - [`body`], [`throttle`]: what a decision may still owe.
//! - [`answer`], [`properties`], [`metrics`]: what comes of a decision.
//! - [`host`], [`pairs`], [`table`]: host calls, header maps, the table inside the module.
//!
//! All `unsafe` is at the edge to the proxy: in `abi`, `host` and `table`. A trap is the filter's last way to fail closed,
//! never its first: nothing on a request's way may panic.

#![deny(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod abi;
mod answer;
mod body;
mod host;
mod metrics;
mod pairs;
mod properties;
mod request;
mod root;
mod table;
mod throttle;
