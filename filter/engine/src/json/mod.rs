//! Reads JSON (RFC 8259) as it comes, in chunks of any split, and keeps nothing of it.

mod number;
mod scan;
mod visit;

pub(crate) use scan::Scanner;
pub(crate) use visit::{Kind, Malformed, Visit};
