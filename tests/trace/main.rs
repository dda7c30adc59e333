//! What a real Phoenix holds of the spans that come from real Envoys.

mod delivery;
mod fixture;
mod holds;
