//! kubectl, whose `kustomize` reads every compiled folder in the tests.

use super::{Part, apt};
use crate::process;
use std::process::Command;

/// The part that `setup` installs.
pub const PART: Part = Part {
    name: "kubectl",
    found: || {
        let kubectl = process::on_path("kubectl")?;
        process::output(Command::new(&kubectl).args(["version", "--client"]))?;
        Some(kubectl.display().to_string())
    },
    plan: "Debian's kubernetes-client",
    install: || apt::install(&["kubernetes-client"], "put kubectl 1.27 or newer on PATH"),
};
