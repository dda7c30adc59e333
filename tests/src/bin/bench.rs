//! `cargo xtask bench`: prints one table of what enforcement costs, or with `--json` the same as one object.

use std::process::ExitCode;
use tenantry_tests::bench;
use tenantry_tests::envoy;

const USAGE: &str = "usage: bench [--json]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let json = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--json"] => true,
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    let measured = bench::run(&envoy::binary("1.40.0"), &envoy::module(), |what| eprintln!("{what}"));
    match measured {
        Ok(report) if json => println!("{}", serde_json::to_string_pretty(&report).expect("a report is plain data")),
        Ok(report) => print!("{}", report.table()),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
