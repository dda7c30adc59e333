//! The demo: a policy in real Envoys, and a table of requests with what has to become of them.

pub mod front_door;
pub mod report;
pub mod send;
pub mod table;
pub mod traces;
