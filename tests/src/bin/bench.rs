//! `cargo xtask bench`: prints tables of what enforcement and tracing cost, or with `--json` the same as one object.

use std::process::ExitCode;
use tenantry_tests::bench::tracing::sink;
use tenantry_tests::bench::{self, Part};
use tenantry_tests::envoy;

const USAGE: &str = "usage: bench [--json] [enforcement|tracing]...";

fn main() -> ExitCode {
    let (mut json, mut parts) = (false, Vec::new());
    for argument in std::env::args().skip(1) {
        match (argument.as_str(), Part::named(&argument)) {
            (sink::ARGUMENT, _) => return finish(sink::be()),
            ("--json", _) => json = true,
            (_, Some(part)) => parts.push(part),
            _ => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    if parts.is_empty() {
        parts.extend(Part::ALL);
    }
    let measured = bench::run(&envoy::binary(envoy::LATEST), &envoy::module(), &parts, |what| eprintln!("{what}"));
    finish(measured.map(|report| {
        if json {
            println!("{}", serde_json::to_string_pretty(&report).expect("a report is plain data"));
        } else {
            print!("{}", report.table());
        }
    }))
}

fn finish(outcome: Result<(), String>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
