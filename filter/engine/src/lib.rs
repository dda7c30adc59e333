//! Decides what happens to a request, and says why.
//!
//! The engine is pure: no I/O, no clock, no randomness and no knowledge of proxy-wasm, so that the
//! filter inside Envoy, `tenantry explain` and every test run the very same code.
//!
//! - [`config`]: the contract between compiler and filter, as JSON (`pluginConfig`).
//! - [`load`]: that contract checked and made ready ([`Config`]).
//! - [`table`]: the tenant table, laid out by the compiler and read by the filter.
//! - [`request`]: what the engine is told of a request.
//! - [`decide()`]: the decision itself, one file per step.
//! - [`decision`]: what it answers: verdict, stamps and ordered reasons.
//! - [`throttle`], [`body`]: the two obligations that a decision may leave open.
//! - [`trace`]: what spans tell of requests and of model calls.
//! - [`mod@header`]: the headers that no policy may give another meaning.
//! - [`problem`], [`location`]: what a refused or redirected client gets to read.

#![deny(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod body;
pub mod code;
pub mod config;
pub mod decide;
pub mod decision;
pub mod header;
mod ids;
mod integral;
mod json;
pub mod load;
pub mod location;
pub mod path;
pub mod problem;
pub mod request;
pub mod table;
pub mod throttle;
pub mod trace;

pub use decide::decide;
pub use load::{Config, ConfigError};
