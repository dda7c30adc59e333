//! `cargo xtask test [TIER]...`: runs the tiers, streams what they print, and counts.

pub mod go;
mod lines;
mod tally;
mod tier;

use crate::error::{Error, Result};
use crate::{process, setup, wasm};
use clap::ValueEnum;
use std::process::{Command, ExitCode, ExitStatus};
use std::time::{Duration, Instant};
use tally::Tally;
use tier::{Kind, Step, Tier};

/// Options of `test`.
#[derive(clap::Args)]
pub struct Args {
    /// The tiers to run; all of them when none is named.
    #[arg(value_enum, value_name = "TIER")]
    tiers: Vec<Tier>,
}

/// How a tier went.
struct Report {
    tier: Tier,
    tally: Tally,
    took: Duration,
}

/// Runs the tiers in their order. The last line printed is `N passed, N failed`.
pub fn run(args: &Args) -> Result<ExitCode> {
    let named = |tier: &&Tier| args.tiers.is_empty() || args.tiers.contains(tier);
    let reports: Vec<Report> = Tier::value_variants().iter().filter(named).map(|tier| run_tier(*tier)).collect();

    println!("\n{:<10}{:>8}{:>8}{:>10}", "tier", "passed", "failed", "seconds");
    let mut total = Tally::default();
    for Report { tier, tally, took } in &reports {
        let note = if tally.is_good() { "" } else { "  FAILED" };
        println!("{:<10}{:>8}{:>8}{:>10.1}{note}", tier.name(), tally.passed, tally.failed, took.as_secs_f32());
        total += *tally;
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs one tier to its end. What keeps it from running, and running no test at all, count as a failure.
fn run_tier(tier: Tier) -> Report {
    println!("\n== {} ==", tier.name());
    let start = Instant::now();
    let mut tally = Tally::default();
    match prepare(tier).and_then(|()| tier.steps()) {
        Ok(steps) => steps.into_iter().for_each(|step| tally += run_step(step)),
        Err(error) => {
            println!("{error}");
            tally += Tally::FAILED;
        }
    }
    if tally == Tally::default() {
        println!("the {} tier ran no test", tier.name());
        tally += Tally::FAILED;
    }
    Report { tier, tally, took: start.elapsed() }
}

fn prepare(tier: Tier) -> Result<()> {
    setup::ensure(tier.parts())?;
    if tier.wants_module() { wasm::build() } else { Ok(()) }
}

fn run_step(mut step: Step) -> Tally {
    let outcome = match step.kind {
        Kind::Tests => count_tests(&mut step.command),
        Kind::GoTests => count_go_tests(&mut step.command),
        Kind::Check => process::run(&mut step.command).map(|()| Tally::PASSED),
        Kind::GoVet => go::vet(&mut step.command).map(|()| Tally::PASSED),
        Kind::Silence => expect_silence(&mut step.command).map(|()| Tally::PASSED),
        Kind::Preparation => process::run(&mut step.command).map(|()| Tally::default()),
    };
    outcome.unwrap_or_else(|error| {
        println!("{error}");
        Tally::FAILED
    })
}

/// Runs tests, passing on what they print as it comes.
fn count_tests(command: &mut Command) -> Result<Tally> {
    let mut tally = Tally::default();
    let status = lines::of_output(command, |line| {
        println!("{line}");
        tally += Tally::from_line(line).unwrap_or_default();
    })?;
    Ok(with_status(tally, status))
}

/// Runs Go's tests, showing of their events what a person needs.
fn count_go_tests(command: &mut Command) -> Result<Tally> {
    let mut reader = go::events::Reader::default();
    let status = lines::of_output(command, |line| print!("{}", reader.read(line)))?;
    Ok(with_status(reader.tally(), status))
}

/// Tests that did not build, or died before they could count, count as one that failed.
fn with_status(mut tally: Tally, status: ExitStatus) -> Tally {
    if !status.success() && tally.failed == 0 {
        println!("the tests ended with {status}");
        tally += Tally::FAILED;
    }
    tally
}

/// Runs a check that prints what is wrong and succeeds all the same.
fn expect_silence(command: &mut Command) -> Result<()> {
    let mut printed = 0;
    let status = lines::of_output(command, |line| {
        println!("{line}");
        printed += 1;
    })?;
    match status.success() && printed == 0 {
        true => Ok(()),
        false => Err(Error::new("the lines above say what is wrong")),
    }
}
