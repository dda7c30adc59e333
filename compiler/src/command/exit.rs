//! Exit codes, the same for every subcommand.

use std::process::ExitCode;
use tenantry::check::Report;
use tenantry::diagnostic::Severity;

/// How a run of `tenantry` ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It did what was asked.
    Ok = 0,
    /// The policy or the request was refused, or differences were found.
    Refused = 1,
    /// The command line was wrong.
    Usage = 2,
    /// Reading, writing or something inside failed.
    Failed = 3,
}

/// The codes as `--help` shows them.
pub const HELP: &str = "\
Exit codes:
  0  done, nothing to complain about
  1  the policy or the request was refused, or differences were found
  2  the command line is wrong
  3  reading or writing failed, or an internal error

Results go to standard output, diagnostics to standard error.";

impl Exit {
    /// What a report on a policy means for the run.
    pub fn of(report: &Report, deny_warnings: bool) -> Self {
        let worst = if deny_warnings { Severity::Warning } else { Severity::Error };
        if report.unreadable() {
            Self::Failed
        } else if report.has(worst) {
            Self::Refused
        } else {
            Self::Ok
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
