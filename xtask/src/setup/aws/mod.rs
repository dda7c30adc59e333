//! The AWS command line with AWS's own API models, in a Python environment of its own. Tests hold against them what a
//! policy compiles to, and run its script before a stand-in for AWS. Nothing here talks to AWS.

use super::Part;
use super::python::{Environment, python_of};
use crate::error::{Error, Result};
use crate::process;
use std::path::Path;
use std::process::Command;

/// The part that `setup` installs.
pub const PART: Part = Part {
    name: "AWS CLI",
    found: || ENVIRONMENT.found(),
    plan: "awscli 1.46.3, botocore 1.44.5 and what they need, 11 packages from PyPI, into target/tools/aws (200 MB)",
    install: || ENVIRONMENT.install(),
};

const VERSION: &str = "1.46.3";

const ENVIRONMENT: Environment =
    Environment { folder: "aws", version: VERSION, lock: include_str!("requirements.txt"), try_out };

/// Loads the command line and the model that tests use once.
fn try_out(environment: &Path) -> Result<()> {
    let mut help = Command::new(python_of(environment));
    help.args(["-m", "awscli", "elbv2", "create-rule", "--generate-cli-skeleton"]);
    help.env("AWS_DEFAULT_REGION", "us-east-1").env_remove("PYTHONDONTWRITEBYTECODE");
    match process::output(&mut help) {
        Some(skeleton) if skeleton.contains("RegexValues") => Ok(()),
        _ => Err(Error::new(format!("the fetched AWS command line {VERSION} does not run here"))
            .help("`cargo xtask setup` tries again")),
    }
}
