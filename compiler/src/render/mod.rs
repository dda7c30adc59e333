//! Diagnostics into text, one file per format. Rules know nothing of this, and every format keeps the order it is given.

mod github;
mod human;
mod json;
mod pages;
mod place;
mod sarif;
mod tally;
pub(crate) mod verdict;

pub use github::github;
pub use human::{Style, human};
pub use json::json;
pub use pages::pages;
pub use sarif::sarif;
pub use tally::Tally;
