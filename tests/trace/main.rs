//! What a real Phoenix holds of the spans that come from real Envoys.

mod attack;
mod context;
mod delivery;
mod enrich;
mod fixture;
mod holds;
mod hop;
mod keys;
mod model;
mod outage;
mod policy;
mod projects;
mod sampling;
mod sessions;
mod shape;
mod steady;
mod tree;
