//! Reads what model services say of a call, from bodies as they pass: nothing is held back and nothing is kept
//! but the [`Facts`].

mod facts;
mod grammar;
mod observer;
mod reader;

pub use facts::{Facts, MAX_TEXT};
pub use observer::Observer;
