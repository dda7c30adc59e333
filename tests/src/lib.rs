//! What the cross-crate tests share.

pub mod demo;
pub mod envoy;
pub mod policy;
