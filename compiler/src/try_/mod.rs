//! A compiled policy on this machine: one real Envoy per cluster, and echo services for its mesh.

pub mod admin;
pub mod echo;
pub mod port;
pub mod proxy;
