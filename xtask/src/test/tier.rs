//! The tiers: what each needs and runs, in the order in which they run.

use super::go;
use crate::error::{Error, Result};
use crate::setup::wasm_target::Toolchain;
use crate::setup::{self, Part};
use crate::{process, workspace};
use std::path::Path;
use std::process::Command;

/// A tier of tests. `docs/architecture.md` says what each one proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Tier {
    /// Formatting, lints and the API documentation's links
    Lint,
    /// The logic of engine, compiler and these tasks
    Unit,
    /// The same logic, on generated input
    Property,
    /// The engine as wasm32, and that the module's bytes can be reproduced
    Wasm,
    /// The built module under a wasm runtime, host call by host call
    Runtime,
    /// The built module in real Envoys
    Proxy,
    /// What a real Phoenix holds of the spans that come from real Envoys
    Trace,
    /// The compiled front doors, real ones, before two clusters' gateways
    Door,
    /// What Istio's own code says of the compiled resources, and what it makes of them
    Istio,
    /// Every command and example in the documents
    Docs,
}

/// One program that a tier runs.
pub struct Step {
    /// The program with its arguments.
    pub command: Command,
    /// What its outcome counts as.
    pub kind: Kind,
}

/// What a step's outcome counts as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Runs tests and prints their number.
    Tests,
    /// Runs Go's tests and prints their events.
    GoTests,
    /// Is one check by itself.
    Check,
    /// Is one check that prints only what is wrong.
    Silence,
    /// Is `go vet`.
    GoVet,
    /// Counts for nothing unless it fails.
    Preparation,
}

/// The module in which tests on generated input live, wherever it stands in a crate.
const PROPERTY_MODULE: &str = "property::";

impl Tier {
    /// As it is typed.
    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// What has to be installed.
    pub fn parts(self) -> &'static [&'static Part] {
        match self {
            Self::Lint | Self::Property => &[],
            Self::Unit => &[&setup::KUBECTL],
            Self::Wasm => &[&setup::WASM_TARGET, &setup::NODE, &setup::WASM_BINDGEN],
            Self::Runtime => &[&setup::WASM_TARGET],
            Self::Proxy => &[&setup::WASM_TARGET, &setup::ENVOY],
            Self::Trace => &[&setup::WASM_TARGET, &setup::ENVOY, &setup::PHOENIX],
            Self::Door => &[&setup::WASM_TARGET, &setup::ENVOY, &setup::NGINX, &setup::HAPROXY, &setup::AWS],
            Self::Istio => &[&setup::WASM_TARGET, &setup::ENVOY, &setup::GO, &setup::ISTIO],
            Self::Docs => &[&setup::WASM_TARGET, &setup::ENVOY, &setup::PHOENIX, &setup::KUBECTL],
        }
    }

    /// Whether the tier runs the built module.
    pub fn wants_module(self) -> bool {
        matches!(self, Self::Runtime | Self::Proxy | Self::Trace | Self::Door | Self::Istio | Self::Docs)
    }

    /// What the tier runs, in order.
    pub fn steps(self) -> Result<Vec<Step>> {
        Ok(match self {
            Self::Lint => vec![
                Step::check(&["fmt", "--all", "--check"]),
                Step::check(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
                // Whoever reads these pages works here, and may follow a link to a private item.
                Step::check(&["doc", "--workspace", "--no-deps", "--document-private-items"])
                    .env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links"),
            ],
            Self::Unit => vec![
                Step::tests(&["-p", "tenantry-engine", "-p", "tenantry", "--", "--skip", PROPERTY_MODULE]),
                Step::tests(&["-p", "tenantry-tests", "-p", "xtask", "--lib", "--bins"]),
            ],
            Self::Property => vec![Step::tests(&[
                "-p",
                "tenantry-engine",
                "-p",
                "tenantry",
                "--lib",
                "--bins",
                "--tests",
                "--",
                PROPERTY_MODULE,
            ])],
            Self::Wasm => vec![engine_on_wasm()?, Step::tests(&["-p", "xtask", "--test", "reproducible"])],
            Self::Runtime => vec![Step::tests(&["-p", "tenantry-tests", "--test", "runtime"])],
            Self::Proxy => vec![build_tenantry(), Step::tests(&["-p", "tenantry-tests", "--test", "proxy"])],
            Self::Trace => vec![Step::tests(&["-p", "tenantry-tests", "--test", "trace"])],
            Self::Door => vec![Step::tests(&["-p", "tenantry-tests", "--test", "door"])],
            Self::Istio => go::steps(&[], &[])?,
            Self::Docs => vec![build_tenantry(), Step::tests(&["-p", "tenantry-tests", "--test", "docs"])],
        })
    }
}

/// The compiler, for tests that run it.
pub fn build_tenantry() -> Step {
    Step { kind: Kind::Preparation, ..Step::check(&["build", "-p", "tenantry"]) }
}

fn engine_on_wasm() -> Result<Step> {
    let mut command = Toolchain::at_hand()?.cargo("test");
    command.args(["--no-fail-fast", "-p", "tenantry-engine", "--test", "engine"]);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", setup::wasm_test_runner());
    let node = setup::node().ok_or_else(|| Error::new("no Node.js here").help("`cargo xtask setup` gets it"))?;
    // The runner starts the first `node` on PATH. A fetched one stands alone in its folder; the folder of one that is on
    // PATH already may hold another Rust compiler, which must not come before the one in use.
    if process::on_path("node").as_ref() != Some(&node) {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = node.parent().map(Path::to_path_buf).into_iter().chain(std::env::split_paths(&path));
        let path = std::env::join_paths(folders).map_err(|error| Error::new(format!("PATH: {error}")))?;
        command.env("PATH", path);
    }
    Ok(Step { command, kind: Kind::Tests })
}

impl Step {
    fn check(args: &[&str]) -> Self {
        let mut command = workspace::cargo();
        command.args(args);
        Self { command, kind: Kind::Check }
    }

    fn tests(args: &[&str]) -> Self {
        let mut command = workspace::cargo();
        command.args(["test", "--no-fail-fast"]).args(args);
        Self { command, kind: Kind::Tests }
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }
}
