//! A compiled policy on this machine: one real Envoy per cluster, and echo services for its mesh.
//!
//! The gateways speak plain HTTP on loopback ports; everything else is as the compiled manifests say.

pub mod admin;
pub mod echo;
pub mod find;
pub mod port;
pub mod proxy;
pub mod services;
pub mod session;
pub mod show;
pub mod token;
