//! `cargo xtask bench`: the measurements themselves live in `tests/src/bin/bench.rs`.

use crate::error::Result;
use crate::{process, setup, wasm, workspace};
use std::process::ExitCode;

/// Options of `bench`.
#[derive(clap::Args)]
pub struct Args {
    /// Print one JSON object in place of the table.
    #[arg(long)]
    json: bool,
}

/// Builds the module as users get it, then measures it in a real Envoy.
pub fn run(args: &Args) -> Result<ExitCode> {
    setup::ensure(&[&setup::WASM_TARGET, &setup::ENVOY])?;
    wasm::build()?;
    let mut bench = workspace::cargo();
    bench.args(["run", "--release", "--package", "tenantry-tests", "--bin", "bench", "--"]);
    if args.json {
        bench.arg("--json");
    }
    process::hand_over(&mut bench)
}
