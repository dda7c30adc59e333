//! What holds for every policy, request and byte.

mod body;
mod config;
mod decide;
mod forward;
mod model;
mod path;
mod queue;
mod redact;
mod release;
mod table;
mod throttle;
mod trace;
