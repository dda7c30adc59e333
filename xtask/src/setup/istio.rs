//! The modules of Istio's own code that the tests use, in Go's module cache.

use super::{Part, go};
use crate::process;
use std::fs;

/// The part that `setup` installs.
pub const PART: Part = Part {
    name: "Istio",
    found: || packages(&["-test", "-f", "{{\"\"}}"]).and_then(|_| Some(format!("{} in Go's module cache", version()?))),
    plan: "its sources and what they need, from the Go module proxy, into Go's module cache",
    install: || process::run(go::command("list")?.args(["-deps", "-test", "-f", "{{\"\"}}", "./..."])),
};

/// What `go list -deps OPTIONS ./...` prints, when every source is there.
pub fn packages(options: &[&str]) -> Option<String> {
    let mut list = go::command("list").ok()?;
    process::output(list.arg("-deps").args(options).arg("./...").env("GOPROXY", "off"))
}

/// The version of Istio that the module asks for.
fn version() -> Option<String> {
    let file = fs::read_to_string(go::module().join("go.mod")).ok()?;
    file.split_whitespace().skip_while(|word| *word != "istio.io/istio").nth(1).map(str::to_owned)
}
