//! The test runner of wasm-bindgen, of exactly the version that the tests are built with.

use super::Part;
use crate::error::{Error, Result};
use crate::{process, workspace};
use std::path::PathBuf;
use std::process::Command;

/// The part that `setup` installs.
pub const PART: Part = Part {
    name: "wasm-bindgen-cli",
    found: || {
        let version = locked_version()?;
        let said = process::output(Command::new(runner()).arg("--version"))?;
        (said.split(' ').nth(1) == Some(&version)).then(|| format!("{version} in target/tools/bin"))
    },
    plan: "the version in Cargo.lock, built with `cargo install` into target/tools (two minutes)",
    install,
};

/// The program that runs a wasm test binary.
pub fn runner() -> PathBuf {
    workspace::tools().join("bin/wasm-bindgen-test-runner")
}

/// The version of `wasm-bindgen` in Cargo.lock. The runner refuses binaries of any other.
fn locked_version() -> Option<String> {
    let lock = std::fs::read_to_string(workspace::root().join("Cargo.lock")).ok()?;
    let package = lock.split("[[package]]").find(|entry| entry.contains("\nname = \"wasm-bindgen\"\n"))?;
    let version = package.lines().find_map(|line| line.strip_prefix("version = \""))?;
    Some(version.trim_end_matches('"').to_owned())
}

fn install() -> Result<()> {
    let version = locked_version().ok_or_else(|| Error::new("Cargo.lock names no version of `wasm-bindgen`"))?;
    // Its own lock file is best; a registry mirror may not have the newest of those versions yet.
    cargo_install(&version, &["--locked"]).or_else(|_| {
        eprintln!("the versions that `wasm-bindgen-cli` {version} locks are not all to be had; taking those that are");
        cargo_install(&version, &[])
    })
}

fn cargo_install(version: &str, options: &[&str]) -> Result<()> {
    let mut cargo = workspace::cargo();
    cargo.args(["install", "--force", "--version", version]).args(options);
    cargo.arg("--root").arg(workspace::tools()).arg("wasm-bindgen-cli");
    process::run(&mut cargo)
}
