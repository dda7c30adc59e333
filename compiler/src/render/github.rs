//! Diagnostics as GitHub workflow commands, which show up on the changed lines of a pull request.

use super::place::Place;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SourceMap;

/// Renders one workflow command per diagnostic, each on a line of its own.
#[must_use]
pub fn github(sources: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|it| command(sources, it)).collect::<Vec<_>>().join("\n")
}

fn command(sources: &SourceMap, diagnostic: &Diagnostic) -> String {
    let rule = diagnostic.rule;
    let place = Place::of(sources, diagnostic.primary.0);
    let level = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut text = diagnostic.message.clone();
    for help in &diagnostic.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    // GitHub ignores columns of ranges over several lines.
    format!(
        "::{level} file={},line={},endLine={},col={},endColumn={},title={}::{}",
        property(&place.file),
        place.line,
        place.end_line,
        place.column,
        place.end_column,
        property(&format!("{} {}", rule.code, rule.name)),
        data(&text)
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
