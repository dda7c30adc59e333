//! Istio's own code as the judge: `cargo xtask istio [PACKAGE]...`, and the tier of that name.

pub mod events;
mod vet;

use super::tally::Tally;
use super::tier::{Kind, Step, Tier, build_tenantry};
use crate::error::{Error, Result};
use crate::setup::go;
use std::process::{Command, ExitCode};

pub use vet::run as vet;

/// Options of `istio`.
#[derive(clap::Args)]
pub struct Args {
    /// The folders of `tests/istio` to run, such as `schema`; all of them when none is named.
    #[arg(value_name = "PACKAGE")]
    packages: Vec<String>,
    /// Further arguments of `go test`, such as `-run Canary`.
    #[arg(last = true, value_name = "ARGUMENT")]
    further: Vec<String>,
}

/// Runs the packages as the tier does. The last line printed is `N passed, N failed`.
pub fn run(args: &Args) -> Result<ExitCode> {
    for package in &args.packages {
        if !go::module().join(package).is_dir() {
            return Err(Error::new(format!("there is no package `{package}` in tests/istio")).help(packages()));
        }
    }
    super::prepare(Tier::Istio)?;
    let mut tally = Tally::default();
    for step in steps(&args.packages, &args.further)? {
        tally += super::run_step(step);
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    Ok(if tally.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The names of the packages, for a message.
fn packages() -> String {
    let folders = go::module().read_dir().into_iter().flatten().flatten().filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = folders.map(|folder| folder.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    format!("there are {}", names.join(", "))
}

/// What runs `packages`, or all of them.
pub fn steps(packages: &[String], further: &[String]) -> Result<Vec<Step>> {
    let patterns = match packages {
        [] => vec!["./...".to_owned()],
        named => named.iter().map(|package| format!("./{package}/...")).collect(),
    };
    let gofmt = go::gofmt().ok_or_else(|| Error::new("no Go here").help("`cargo xtask setup` gets it"))?;
    let mut format = Command::new(gofmt);
    format.args(["-l", "."]).current_dir(go::module());
    let mut vet = go::command("vet")?;
    vet.arg("-v").args(&patterns);
    let mut test = go::command("test")?;
    // Never from the cache: it does not know that the compiler and the policies are input, too.
    test.args(["-json", "-count=1", "-timeout=30m"]);
    // Istio makes large programs; without what only debuggers read, linking them takes half as long.
    test.arg("-ldflags=-s -w").args(&patterns).args(further);
    if std::env::var_os("TENANTRY").is_none() {
        // Cargo puts what it builds of a workspace side by side, this program among it.
        let this = std::env::current_exe().map_err(|error| Error::new(format!("this program's path: {error}")))?;
        test.env("TENANTRY", this.with_file_name("tenantry"));
    }
    Ok(vec![
        build_tenantry(),
        Step { command: format, kind: Kind::Silence },
        Step { command: vet, kind: Kind::GoVet },
        Step { command: test, kind: Kind::GoTests },
    ])
}
