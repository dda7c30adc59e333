//! The AWS command line before a stand-in for AWS, and what the rules of its load balancer do to a request.

mod account;
mod policy;
pub mod request;
mod rules;

pub use account::{Account, Applied};
pub use policy::{Tenant, policy};
pub use request::Request;
pub use rules::{Case, Outcome, Snapshot};

use crate::envoy::workspace;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version that `cargo xtask setup` installs.
pub const VERSION: &str = "1.46.3";

/// The Python that holds the AWS command line and botocore.
///
/// # Panics
/// When it is missing, saying how to get it.
#[must_use]
pub fn python() -> PathBuf {
    let python = workspace().join("target/tools/aws").join(VERSION).join("bin/python");
    assert!(python.is_file(), "there is no AWS command line in {}; run `cargo xtask setup`", python.display());
    python
}

/// What botocore's model says against files, each the input of an operation.
///
/// # Panics
/// When the model cannot be asked.
#[must_use]
pub fn violations(inputs: &[(&str, &Path)]) -> Vec<String> {
    let mut command = Command::new(python());
    command.arg("-B").arg(workspace().join("tests/src/aws/validate.py"));
    command.args(inputs.iter().map(|(operation, file)| format!("{operation}={}", file.display())));
    let output = command.output().expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}
