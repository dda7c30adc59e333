//! Node.js, which runs the engine's tests as wasm.

use super::{Part, apt};
use crate::process;
use std::process::Command;

/// The part that `setup` installs.
pub const PART: Part = Part {
    name: "Node.js",
    found: || process::output(Command::new("node").arg("--version")),
    plan: "Debian's nodejs",
    install: || apt::install(&["nodejs"], "put Node.js 18 or newer on PATH"),
};
