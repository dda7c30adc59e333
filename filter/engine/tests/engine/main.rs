//! Behaviour of the engine, case by case. The same cases run natively and, under Node.js, on wasm32, so that
//! "the filter decides as `explain` does" is seen and not hoped for.

mod answer;
mod body;
mod config;
mod elsewhere;
mod fixture;
mod gateway;
mod header;
mod model;
mod path;
#[cfg(not(target_arch = "wasm32"))]
mod property;
mod redact;
mod release;
mod table;
mod throttle;
mod trace;
mod workload;
