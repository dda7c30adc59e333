//! A proxy-wasm ABI 0.2.1 host on a wasm runtime: what Envoy is to the filter, without Envoy.
//!
//! A [`Proxy`] is what all workers of one proxy share; a [`Vm`] is one worker's instance of the module. Every host call is
//! counted by name and every request's fuel is measured, both the same on every run. (The runtime charges fuel for whole
//! blocks before it runs them, so fuel compares runs with each other and is no count of instructions.) Where
//! Envoy's behaviour is known, this follows it: callbacks that are not exported are not called, duplicates of a header
//! stay apart, a paused body accumulates, and after a trap every request is answered 503.

mod calls;
mod clockwork;
mod faults;
mod guest;
mod headers;
mod module;
mod proxy;
mod request;
mod state;
mod upstream;
mod vm;

pub use faults::Fault;
pub use headers::Headers;
pub use module::Module;
pub use proxy::Proxy;
pub use request::{End, Outcome, Reply, Request};
pub use state::Line;
pub use upstream::{Answer, Response, Sent, To};
pub use vm::{Refused, Vm};
