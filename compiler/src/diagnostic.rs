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

impl Severity {
    /// The lower-case word that every format uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A rule's fixed part, declared once with [`rule!`] beside the code that raises it. It feeds `check`,
/// `explain-code`, the docs and SARIF.
#[derive(Debug)]
pub struct Rule {
    /// Stable code, for example `TN0123`.
    pub code: &'static str,
    /// Stable kebab-case name.
    pub name: &'static str,
    /// Severity of its diagnostics.
    pub severity: Severity,
    /// One line: what it finds. Lower case, no final period.
    pub summary: &'static str,
    /// Doc comment as written, each line still with the space that follows `///`; see [`Rule::docs`].
    pub raw_docs: &'static str,
}

impl Rule {
    /// Markdown with the headings `What it does`, `Why it matters`, `Example` and `Mend`, in this order.
    #[must_use]
    pub fn docs(&self) -> String {
        self.raw_docs
            .lines()
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .fold(String::new(), |docs, line| docs + line + "\n")
    }

    /// A diagnostic of this rule.
    #[must_use]
    pub fn at(&'static self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { rule: self, message: message.into(), primary: (span, None), related: Vec::new(), help: Vec::new() }
    }
}

/// Declares a [`Rule`]; its doc comment is its documentation.
///
/// ```text
/// rule! {
///     /// ## What it does
///     /// Finds ...
///     pub static RETRY_BUDGET: TN0210, "retry-budget", Warning, "retries do not fit into the timeout";
/// }
/// ```
macro_rules! rule {
    ($($(#[doc = $doc:literal])+ $vis:vis static $ident:ident: $code:ident, $name:literal, $severity:ident, $summary:literal;)+) => {$(
        $(#[doc = $doc])+
        $vis static $ident: $crate::diagnostic::Rule = $crate::diagnostic::Rule {
            code: stringify!($code),
            name: $name,
            severity: $crate::diagnostic::Severity::$severity,
            summary: $summary,
            raw_docs: concat!($($doc, "\n"),+),
        };
    )+};
}
pub(crate) use rule;

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

impl Diagnostic {
    /// Labels the primary span.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.primary.1 = Some(label.into());
        self
    }

    /// Points at another place that matters.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// Adds a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

/// At most the first sixty characters of somebody's text, for a message; control characters are spelled out.
pub(crate) fn clip(text: &str) -> String {
    let mut chars = text.chars();
    let mut head = String::new();
    for char in chars.by_ref().take(60) {
        if char.is_control() { head.extend(char.escape_default()) } else { head.push(char) }
    }
    if chars.next().is_some() { head + "…" } else { head }
}

/// Puts diagnostics into the order that every format prints: by file, position, code, message.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| (a.primary.0, a.rule.code, &a.message).cmp(&(b.primary.0, b.rule.code, &b.message)));
}
