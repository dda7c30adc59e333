//! Diagnostics for programs. The shape is documented in `docs/diagnostics/README.md`.

use super::Tally;
use super::place::Place;
use crate::diagnostic::Diagnostic;
use crate::source::SourceMap;
use serde::Serialize;

/// Changes when a field goes or changes its meaning; a new field does not change it.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    summary: Tally,
    diagnostics: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'a str,
    name: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Place,
    label: Option<&'a str>,
    related: Vec<Related<'a>>,
    help: &'a [String],
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place,
}

/// Renders one JSON object with every diagnostic.
#[must_use]
pub fn json(sources: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    let entry = |it| entry(sources, it);
    let diagnostics_json = diagnostics.iter().map(entry).collect();
    let report = Report { version: VERSION, summary: Tally::of(diagnostics), diagnostics: diagnostics_json };
    serde_json::to_string_pretty(&report).expect("strings and numbers always serialise")
}

fn entry<'a>(sources: &SourceMap, diagnostic: &'a Diagnostic) -> Entry<'a> {
    let related = |(span, label): &'a (_, String)| Related { message: label, place: Place::of(sources, *span) };
    Entry {
        code: diagnostic.rule.code,
        name: diagnostic.rule.name,
        severity: diagnostic.rule.severity.as_str(),
        message: &diagnostic.message,
        place: Place::of(sources, diagnostic.primary.0),
        label: diagnostic.primary.1.as_deref(),
        related: diagnostic.related.iter().map(related).collect(),
        help: &diagnostic.help,
    }
}
