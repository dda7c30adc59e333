//! `tenantry check`: what is wrong with a policy.

use super::{Console, Exit};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use tenantry::check::{estimated_size, report};
use tenantry::diagnostic::Severity;
use tenantry::render::{self, Tally};
use tenantry::resolve;

/// Check a policy and say what is wrong with it, without compiling anything.
///
/// For people, diagnostics and a summary go to standard error. Every other format goes to standard output,
/// so that it can be piped or kept in a file.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Check {
    /// The policy file.
    policy: PathBuf,
    /// How to print what is found.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Exit with 1 on warnings as well as on errors.
    #[arg(long)]
    deny_warnings: bool,
}

const HELP: &str = "\
Exit codes:
  0  no errors (and, with --deny-warnings, no warnings)
  1  errors (or warnings, with --deny-warnings)
  2  the command line is wrong
  3  the policy file cannot be read

A comment excuses a warning or a rule's error, on its own line or on the next:
  # tenantry: allow(TN0215) the search page is public";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Source excerpts with carets and help lines
    Human,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitHub workflow commands, which annotate a pull request
    Github,
}

impl Check {
    pub fn run(self, console: &Console) -> Exit {
        let loaded = resolve::load(&self.policy);
        let mut report = report(&loaded);
        if let Some(policy) = loaded.policy.as_ref().filter(|_| !report.has(Severity::Error)) {
            report.add(&loaded.sources, estimated_size(policy));
        }
        let (sources, found) = (&loaded.sources, report.diagnostics.as_slice());
        match self.format {
            Format::Human => {
                console.diagnostics(sources, found);
                let suppressed =
                    if report.suppressed > 0 { format!(", {} suppressed", report.suppressed) } else { String::new() };
                console.err(format_args!("checked `{}`: {}{suppressed}", self.policy.display(), Tally::of(found)));
            }
            Format::Json => console.out(render::json(sources, found)),
            Format::Sarif => console.out(render::sarif(sources, found)),
            Format::Github if found.is_empty() => {}
            Format::Github => console.out(render::github(sources, found)),
        }
        Exit::of(&report, self.deny_warnings)
    }
}
