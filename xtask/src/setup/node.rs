//! Node.js, which runs the engine's tests as wasm.

use super::{Part, apt};
use crate::error::{Error, Result};
use crate::process;
use std::process::Command;

/// The part that `setup` installs.
pub const PART: Part =
    Part { name: "Node.js", found: || version().filter(|it| is_recent(it)), plan: "Debian's nodejs", install };

/// Node.js 18 crashes in what wasm-bindgen 0.2.130 makes.
const OLDEST: u32 = 20;
const BY_HAND: &str = "put Node.js 20 or newer on PATH";

fn version() -> Option<String> {
    process::output(Command::new("node").arg("--version"))
}

fn is_recent(version: &str) -> bool {
    let major = version.trim_start_matches('v').split('.').next().and_then(|number| number.parse::<u32>().ok());
    major.is_some_and(|major| major >= OLDEST)
}

fn install() -> Result<()> {
    apt::install(&["nodejs"], BY_HAND)?;
    match version() {
        Some(old) if !is_recent(&old) => Err(Error::new(format!("Debian's Node.js is {old}, too old")).help(BY_HAND)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn node_18_is_too_old() {
        assert!(super::is_recent("v20.20.2"));
        assert!(super::is_recent("v24.0.0"));
        assert!(!super::is_recent("v18.20.4"));
        assert!(!super::is_recent(""));
    }
}
