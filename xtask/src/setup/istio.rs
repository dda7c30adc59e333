//! The modules of Istio's own code that the tests use, in Go's module cache.

use super::{Part, go};
use crate::error::Result;
use crate::process;
use std::fs;
use std::process::Command;

/// The part that `setup` installs.
pub const PART: Part = Part {
    name: "Istio",
    found: || {
        let is_there = |folder: &&str| process::output(sources(folder).ok()?.env("GOPROXY", "off"));
        let all = MODULES.iter().all(|folder| is_there(folder).is_some());
        version().filter(|_| all).map(|version| format!("{version} in Go's module cache"))
    },
    plan: "its sources and what they need, 159 modules from the Go module proxy (142 MB), into Go's module cache (700 MB)",
    install: || MODULES.iter().try_for_each(|folder| process::run(&mut sources(folder)?)),
};

/// The folders of `tests/istio` with a `go.mod`: the tests, and an older API to judge by.
const MODULES: [&str; 2] = [".", "schema/crds130"];

/// Names every package that the tests are built from.
pub fn packages() -> Result<Command> {
    list(".", "{{.ImportPath}}")
}

/// Looks at every source file that the tests in `folder` are built from, fetching what is missing, and names none.
fn sources(folder: &str) -> Result<Command> {
    list(folder, "{{\"\"}}")
}

fn list(folder: &str, format: &str) -> Result<Command> {
    let mut list = go::command("list")?;
    list.args(["-deps", "-test", "-f", format, "./..."]).current_dir(go::module().join(folder));
    Ok(list)
}

/// The version of Istio that the module asks for.
fn version() -> Option<String> {
    let file = fs::read_to_string(go::module().join("go.mod")).ok()?;
    file.split_whitespace().skip_while(|word| *word != "istio.io/istio").nth(1).map(str::to_owned)
}
