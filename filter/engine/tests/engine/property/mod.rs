//! What holds for every policy, request and byte.

mod body;
mod config;
mod decide;
mod model;
mod path;
mod release;
mod table;
mod throttle;
