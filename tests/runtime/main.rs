//! The built module, host call by host call, under a wasm runtime.

mod body;
mod budget;
mod configuration;
mod elsewhere;
mod faults;
mod fuzz;
mod headers;
mod module;
mod policy;
mod properties;
mod rate;
mod rows;
mod table;
mod token;
mod trace;
mod workload;
