//! Diagnostics as data. Renderers live apart from the rules that produce them.

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; never fails a run.
    Note,
    /// Probably a mistake; fails a run under `--deny-warnings`.
    Warning,
    /// Nothing is compiled.
    Error,
}

/// A rule's fixed part, declared once beside the rule. It feeds `check`, `explain-code`, the docs and SARIF.
#[derive(Debug)]
pub struct Rule {
    /// Stable code, for example `TN0123`.
    pub code: &'static str,
    /// Stable kebab-case name.
    pub name: &'static str,
    /// Severity of its diagnostics.
    pub severity: Severity,
    /// One line: what it finds.
    pub summary: &'static str,
    /// Markdown: what it does, why it is bad, an example policy that triggers it, and the mend.
    pub docs: &'static str,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// Lower case, no final period, user input in backticks.
    pub message: String,
    /// Where it is, with an optional label.
    pub primary: (Span, Option<String>),
    /// Other places that matter, with labels.
    pub related: Vec<(Span, String)>,
    /// A way out, one line each.
    pub help: Vec<String>,
}
