//! The built module in real Envoy.
