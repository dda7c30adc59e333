//! The built module in real Envoy.

mod embedded;
mod gateway;
mod normalisation;
mod swap;
