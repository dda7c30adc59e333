//! `cargo xtask bench`: prints tables of what enforcement, tracing and size cost, or with `--json` the same as one object.

use std::path::PathBuf;
use std::process::ExitCode;
use tenantry_tests::bench::scale::compiler;
use tenantry_tests::bench::tracing::sink;
use tenantry_tests::bench::{self, Part};
use tenantry_tests::envoy;

const USAGE: &str = "usage: bench [--json] [enforcement|tracing|scale]...";

fn main() -> ExitCode {
    let (mut json, mut parts) = (false, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match (argument.as_str(), Part::named(&argument)) {
            (sink::ARGUMENT, _) => return finish(sink::be()),
            (compiler::ARGUMENT, _) => {
                let paths: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
                return match paths.as_slice() {
                    [policy, module, out] => finish(compiler::once(policy, module, out)),
                    _ => finish(Err(format!("{} takes a policy, a module and a folder", compiler::ARGUMENT))),
                };
            }
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
