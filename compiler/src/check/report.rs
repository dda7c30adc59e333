//! All that there is to say about a policy.

use super::output::filter_refuses;
use super::{Suppressions, check};
use crate::diagnostic::{Diagnostic, Severity, sort};
use crate::resolve::Loaded;
use crate::source::{FileId, SourceMap};
use crate::syntax::UNREADABLE;

/// What loading and every rule found, less what comments excuse.
#[derive(Debug)]
pub struct Report {
    /// In printing order.
    pub diagnostics: Vec<Diagnostic>,
    /// Number of diagnostics that comments excuse.
    pub suppressed: usize,
    /// For diagnostics of later stages, which comments may excuse as well.
    pub suppressions: Suppressions,
}

impl Report {
    /// Adds what a later stage found, less what comments excuse.
    pub fn add(&mut self, sources: &SourceMap, found: impl IntoIterator<Item = Diagnostic>) {
        let mut found = found.into_iter().collect();
        self.suppressed += self.suppressions.apply(sources, &mut found);
        self.diagnostics.append(&mut found);
        sort(&mut self.diagnostics);
    }

    /// Whether something found is at least this bad.
    #[must_use]
    pub fn has(&self, severity: Severity) -> bool {
        self.diagnostics.iter().any(|it| it.rule.severity >= severity)
    }

    /// Whether the policy file itself could not be read, so that nothing is known about the policy.
    #[must_use]
    pub fn unreadable(&self) -> bool {
        let policy = FileId::default();
        self.diagnostics.iter().any(|it| it.rule.code == UNREADABLE.code && it.primary.0.file == policy)
    }
}

/// Runs the rules over a loaded policy. A policy that did not load is reported as it is.
#[must_use]
pub fn report(loaded: &Loaded) -> Report {
    let (mut suppressions, mut diagnostics) = Suppressions::read(&loaded.comments);
    diagnostics.extend(loaded.diagnostics.iter().cloned());
    let mut suppressed = 0;
    if let Some(policy) = &loaded.policy {
        let mut found = check(policy);
        suppressed = suppressions.apply(&loaded.sources, &mut found);
        if found.iter().all(|it| it.rule.severity < Severity::Error) {
            found.extend(filter_refuses::check(policy));
        }
        diagnostics.append(&mut found);
        diagnostics.append(&mut suppressions.unused());
    }
    sort(&mut diagnostics);
    Report { diagnostics, suppressed, suppressions }
}
