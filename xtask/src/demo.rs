//! `cargo xtask demo`: the demo itself lives in `tests/src/bin/demo.rs`.

use crate::error::Result;
use crate::{process, setup, wasm, workspace};
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of `demo`.
#[derive(clap::Args)]
pub struct Args {
    /// Draw the table into this SVG file as well.
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Leave the gateways and Phoenix up until Ctrl-C.
    #[arg(long)]
    keep: bool,
}

/// Gets what is missing, builds the module and runs the demo; its exit code is the demo's.
pub fn run(args: &Args) -> Result<ExitCode> {
    setup::ensure(&[&setup::WASM_TARGET, &setup::ENVOY, &setup::PHOENIX])?;
    wasm::build()?;
    let mut demo = workspace::cargo();
    demo.args(["run", "--package", "tenantry-tests", "--bin", "demo", "--"]);
    if let Some(picture) = &args.picture {
        demo.arg("--picture").arg(picture);
    }
    if args.keep {
        demo.arg("--keep");
    }
    process::hand_over(&mut demo)
}
