//! `go vet`, which also compiles all of Istio that the tests use: minutes at first, seconds later.

use super::super::lines;
use crate::error::{Error, Result};
use crate::process;
use crate::setup::istio;
use std::collections::HashSet;
use std::process::Command;
use std::time::Instant;

/// How many packages are compiled between two words about it.
const STEP: usize = 100;

/// Runs `go vet -v`, prints what it finds, and says how far the compiler is.
pub fn run(command: &mut Command) -> Result<()> {
    let list = process::output(&mut istio::packages()?).unwrap_or_default();
    let packages: HashSet<&str> = list.lines().collect();
    println!("compiling the parts of Istio that the tests use; the first time takes minutes");
    let start = Instant::now();
    let mut compiled = 0;
    let status = lines::of_errors(command, |line| {
        if !packages.contains(line) {
            println!("{line}");
            return;
        }
        compiled += 1;
        if compiled % STEP == 0 {
            // What earlier runs compiled is not compiled again, so the end may come sooner.
            let seconds = start.elapsed().as_secs();
            println!("  {compiled} packages compiled, of {} at most ({seconds} s)", packages.len());
        }
    })?;
    if status.success() { Ok(()) } else { Err(Error::new(format!("`go vet` ended with {status}"))) }
}
