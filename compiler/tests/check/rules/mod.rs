//! One snapshot of the whole rendered output per rule.

mod alb;
mod edge;
mod front_door;
mod mesh;
mod output;
mod releases;
mod resilience;
mod routes;
mod services;
mod suppress;
mod tenants;
mod tiers;
mod tracing;
