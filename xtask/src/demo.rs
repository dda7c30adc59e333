//! `cargo xtask demo`: the demo itself lives in `tests/src/bin/demo.rs`.

use crate::error::Result;
use crate::{process, setup, wasm, workspace};
use std::process::ExitCode;

/// Gets what is missing, builds the module and runs the demo; its exit code is the demo's.
pub fn run() -> Result<ExitCode> {
    setup::ensure(&[&setup::WASM_TARGET, &setup::ENVOY])?;
    wasm::build()?;
    let mut demo = workspace::cargo();
    demo.args(["run", "--package", "tenantry-tests", "--bin", "demo"]);
    process::hand_over(&mut demo)
}
