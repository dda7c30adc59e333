//! Arize Phoenix, in a Python environment of its own.

use super::Part;
use super::python::{Environment, python_of};
use crate::error::{Error, Result};
use crate::process;
use std::path::Path;
use std::process::Command;

/// The part that `setup` installs.
pub const PART: Part = Part {
    name: "Phoenix",
    found: || ENVIRONMENT.found(),
    plan: "arize-phoenix 20.26.1 and what it needs, 160 packages from PyPI, into target/tools/phoenix (710 MB, a minute)",
    install: || ENVIRONMENT.install(),
};

const VERSION: &str = "20.26.1";

const ENVIRONMENT: Environment =
    Environment { folder: "phoenix", version: VERSION, lock: include_str!("requirements.txt"), try_out };

/// Loads all of the server once.
fn try_out(environment: &Path) -> Result<()> {
    let mut phoenix = Command::new(python_of(environment));
    phoenix.args(["-m", "phoenix.server.main", "--help"]).env_remove("PYTHONDONTWRITEBYTECODE");
    match process::output(&mut phoenix) {
        Some(_) => Ok(()),
        None => Err(Error::new(format!("the fetched Phoenix {VERSION} does not run here"))
            .help("its wheels need glibc 2.28 or newer, and a Python with SSL and SQLite")),
    }
}
