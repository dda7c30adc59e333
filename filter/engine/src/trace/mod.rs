//! Traces: what a span tells of a request.
//!
//! - [`model`]: what answers of model services tell, read as they pass.

mod framing;
pub mod model;
