//! Diagnostics into text, one file per format. Rules know nothing of this.

mod human;

pub use human::{Style, human};
