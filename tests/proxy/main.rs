//! The built module in real Envoy.

mod admitted;
mod agreement;
mod bodies;
mod claims;
mod command;
mod embedded;
mod enrich;
mod faults;
mod fixture;
mod floods;
mod models;
mod normalisation;
mod refusals;
mod reroute;
mod resilience;
mod spans;
mod swap;
mod table;
mod throttle;
mod workload;
