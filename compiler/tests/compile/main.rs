//! What a policy compiles to: golden manifests, the mistakes that they must not have, and the command that writes them.

mod command;
mod determinism;
mod golden;
mod kubectl;
mod mistakes;
mod moves;
mod sizes;
mod support;
mod tenancy;
mod yaml;
