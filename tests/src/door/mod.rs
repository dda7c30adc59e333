//! Two clusters behind one front door, all of them real: compiled load balancers, gateways in Envoy with the built
//! filter, and services that tell what reached them.

pub mod abrupt;
pub mod balancer;
pub mod client;
pub mod cluster;
pub mod envoy;
pub mod haproxy;
pub mod ledger;
pub mod load;
pub mod nginx;
pub mod policy;
pub mod process;
pub mod seen;
pub mod service;
pub mod world;

pub use balancer::{Balancer, Door};
pub use client::Client;
pub use world::World;

/// Every front door that can be run here.
pub const BALANCERS: [&dyn Balancer; 3] = [&nginx::Nginx, &haproxy::Haproxy, &envoy::Envoy::LATEST];

/// The host that the policy serves.
pub const HOST: &str = "api.cogniverse.com";
