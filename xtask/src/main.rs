//! Set-up, build, demo, test and bench: `cargo xtask NAME`.

mod bench;
mod demo;
mod error;
mod process;
mod setup;
mod test;
mod wasm;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Set-up, build, demo, test and bench of Tenantry.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Get what building and testing need; says what it installs, and does nothing when all is there.
    Setup,
    /// Build the filter into `wasm-out/tenantry_filter.wasm`, with its checksum.
    Wasm,
    /// Run the Cogniverse policy in real Envoys on this machine and send it good and hostile requests.
    Demo(demo::Args),
    /// Run the test tiers (all of them when none is named) and count.
    Test(test::Args),
    /// Ask Istio's own code about everything that is compiled from the policies; or name packages of `tests/istio`.
    Istio(test::go::Args),
    /// Measure what a request costs, against a bare Envoy and its native filters.
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().task {
        Task::Setup => setup::run(),
        Task::Wasm => wasm::run(),
        Task::Demo(args) => demo::run(&args),
        Task::Test(args) => test::run(&args),
        Task::Istio(args) => test::go::run(&args),
        Task::Bench(args) => bench::run(&args),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
