//! Traces: where a request stands in one, what its span tells, and how spans wait to be sent.
//!
//! - [`begin()`]: the start of a span, and the headers that carry the trace on.
//! - [`OpenSpan`]: what is seen of a request until its end makes a [`Span`] of it.
//! - [`queue`]: bounds, batches and retries.
//! - [`identity`]: what both modes tell of a request.
//! - [`attributes`]: every attribute, declared once.
//! - [`context`], [`tracestate`]: W3C Trace Context.
//! - [`model`]: what answers of model services tell, read as they pass.
//! - [`mod@wire`]: the Protobuf that all of it is written in.
//! - [`redact`]: what is taken out of query strings, headers and bodies before they are shown.

mod answer;
pub mod attributes;
mod begin;
mod case;
pub mod context;
mod encode;
mod framing;
pub mod identity;
mod metadata;
pub mod model;
mod place;
pub mod project;
pub mod queue;
mod reading;
mod record;
pub mod redact;
mod request;
pub(crate) mod sampling;
mod seen;
mod span;
mod text;
pub mod tracestate;
pub mod wire;

pub use begin::{Begun, begin};
pub use span::{OpenSpan, Span, Wants};
