//! The built module in real Envoy.

mod normalisation;
