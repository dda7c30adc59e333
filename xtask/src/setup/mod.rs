//! `cargo xtask setup`: gets what building and testing need, into `target/tools` where it can.
//!
//! Each part knows how to find itself and how to get itself. Finding is quick, so the other tasks
//! call [`ensure`] for the parts they use.

mod apt;
mod aws;
mod door;
mod envoy;
pub mod go;
pub mod istio;
mod kubectl;
mod node;
mod phoenix;
mod python;
mod wasm_bindgen;
pub mod wasm_target;
mod wheel;

use crate::error::{Error, Result};
use std::process::ExitCode;
use std::time::Instant;

/// Something that building or testing needs.
pub struct Part {
    /// What a person calls it.
    name: &'static str,
    /// Where it is, when all of it is there.
    found: fn() -> Option<String>,
    /// What [`Part::install`] would do, said before it is done.
    plan: &'static str,
    /// Gets what is missing of it.
    install: fn() -> Result<()>,
}

pub use aws::PART as AWS;
pub use door::{HAPROXY, NGINX};
pub use envoy::PART as ENVOY;
pub use go::PART as GO;
pub use istio::PART as ISTIO;
pub use kubectl::PART as KUBECTL;
pub use node::{PART as NODE, program as node};
pub use phoenix::PART as PHOENIX;
pub use wasm_bindgen::{PART as WASM_BINDGEN, runner as wasm_test_runner};
pub use wasm_target::PART as WASM_TARGET;

const EVERYTHING: [&Part; 11] =
    [&WASM_TARGET, &ENVOY, &PHOENIX, &AWS, &NGINX, &HAPROXY, &KUBECTL, &NODE, &WASM_BINDGEN, &GO, &ISTIO];

/// Gets everything and says where it is.
pub fn run() -> Result<ExitCode> {
    ensure(&EVERYTHING)?;
    println!("everything is in place:");
    for part in EVERYTHING {
        println!("  {:<16} {}", part.name, (part.found)().unwrap_or_default());
    }
    Ok(ExitCode::SUCCESS)
}

/// Gets whatever is missing of `parts`. Silent when nothing is.
pub fn ensure(parts: &[&Part]) -> Result<()> {
    let missing: Vec<&Part> = parts.iter().copied().filter(|part| (part.found)().is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("setup is about to install:");
    for part in &missing {
        eprintln!("  {:<16} {}", part.name, part.plan);
    }
    for (done, part) in missing.iter().enumerate() {
        eprintln!("[{}/{}] {}", done + 1, missing.len(), part.name);
        let start = Instant::now();
        (part.install)()?;
        let place = (part.found)().ok_or_else(|| {
            Error::new(format!("`{}` was installed and is still not usable", part.name))
                .help("the lines above say what was run; `cargo xtask setup` tries again")
        })?;
        eprintln!("[{}/{}] {}: {place} ({:.0} s)", done + 1, missing.len(), part.name, start.elapsed().as_secs_f32());
    }
    Ok(())
}
