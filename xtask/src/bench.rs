//! `cargo xtask bench`: the measurements themselves live in `tests/src/bin/bench.rs`.

use crate::error::Result;
use crate::{process, setup, wasm, workspace};
use std::process::ExitCode;

/// Options of `bench`.
#[derive(clap::Args)]
pub struct Args {
    /// Print one JSON object in place of the tables.
    #[arg(long)]
    json: bool,
    /// What to measure; all of it where none is named.
    parts: Vec<Part>,
}

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Part {
    /// What it costs to refuse and to admit, and to compile
    Enforcement,
    /// What it costs to make spans and deliver them
    Tracing,
    /// What compiler and gateway do with many tenants and clusters
    Scale,
}

/// Builds the module as users get it, then measures it in a real Envoy.
pub fn run(args: &Args) -> Result<ExitCode> {
    setup::ensure(&[&setup::WASM_TARGET, &setup::ENVOY, &setup::NGINX, &setup::HAPROXY])?;
    wasm::build()?;
    let mut bench = workspace::cargo();
    bench.args(["run", "--release", "--package", "tenantry-tests", "--bin", "bench", "--"]);
    if args.json {
        bench.arg("--json");
    }
    bench.args(args.parts.iter().map(|part| match part {
        Part::Enforcement => "enforcement",
        Part::Tracing => "tracing",
        Part::Scale => "scale",
    }));
    process::hand_over(&mut bench)
}
