//! Reads JSON (RFC 8259) as it comes, in chunks of any split, and keeps nothing of it.

mod number;
mod scan;

pub(crate) use scan::{Kind, Malformed, Scanner, Visit};
