//! What a real Phoenix holds of the spans that come from real Envoys.

mod fixture;
mod holds;
