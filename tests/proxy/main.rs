//! The built module in real Envoy.

mod admitted;
mod agreement;
mod bodies;
mod claims;
mod embedded;
mod fixture;
mod gateway;
mod normalisation;
mod refusals;
mod swap;
mod throttle;
