//! Policies in, diagnostics out.

use crate::fragment::merge;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tenantry::check::{find, report};
use tenantry::diagnostic::{Diagnostic, Rule};
use tenantry::render::{Style, human};
use tenantry::resolve;
use tenantry::source::SourceMap;

/// The policy that examples are parts of. Nothing is wrong with it.
pub const BASE: &str = include_str!("base.yaml");

/// A policy on disk, with the files that it includes.
pub struct Fixture {
    dir: TempDir,
}

/// What checking a fixture gave.
pub struct Checked {
    pub sources: SourceMap,
    pub diagnostics: Vec<Diagnostic>,
    dir: PathBuf,
}

impl Fixture {
    /// A policy from its whole text.
    pub fn whole(policy: &str) -> Self {
        let fixture = Self { dir: TempDir::new().expect("a temporary directory") };
        fixture.with("policy.yaml", policy)
    }

    /// [`BASE`] with the sections of a fragment laid over it.
    pub fn fragment(fragment: &str) -> Self {
        Self::whole(&merge(BASE, fragment))
    }

    /// Adds a file beside the policy.
    pub fn with(self, name: &str, text: &str) -> Self {
        std::fs::write(self.dir.path().join(name), text).expect("a file in a temporary directory");
        self
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("policy.yaml")
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Loads and checks the policy.
    pub fn check(&self) -> Checked {
        let loaded = resolve::load(&self.path());
        let diagnostics = report(&loaded).diagnostics;
        Checked { sources: loaded.sources, diagnostics, dir: self.dir.path().to_owned() }
    }
}

impl Checked {
    /// Codes in printing order.
    pub fn codes(&self) -> Vec<&'static str> {
        self.diagnostics.iter().map(|it| it.rule.code).collect()
    }

    /// The human rendering, with paths relative to the policy.
    pub fn human(&self) -> String {
        self.relative(&human(&self.sources, &self.diagnostics, Style::Plain))
    }

    /// A rendering with paths relative to the policy.
    pub fn relative(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.dir.display()), "")
    }
}

/// The rule behind a code.
pub fn rule(code: &str) -> &'static Rule {
    find(code).unwrap_or_else(|| panic!("no rule has code {code}"))
}

/// The rule's own example, rendered.
pub fn example(code: &str) -> String {
    crate::fragment::fixture(rule(code), "Example").expect("an example in YAML").check().human()
}

/// Codes that a fragment laid over [`BASE`] raises.
pub fn codes(fragment: &str) -> Vec<&'static str> {
    Fixture::fragment(fragment).check().codes()
}
