//! Diagnostics for a person: title, source excerpt with carets, help lines.

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, SourceMap, Span};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Renderer, Snippet};
use std::collections::BTreeMap;
use std::ops::Range;

/// Whether the text carries ANSI colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No escape codes.
    Plain,
    /// ANSI escape codes.
    Colored,
}

/// Places further apart than this many lines get excerpts of their own, so that a diagnostic about
/// two rows of a large CSV file does not read all that is between.
const FAR: usize = 500;

/// Of each code, at most this many diagnostics are shown, so that one mistake in a large tenant file does not bury the
/// rest.
const MOST: usize = 50;

/// Renders diagnostics one after the other, with an empty line between two. What is over the bound per code is counted
/// at the end.
#[must_use]
pub fn human(sources: &SourceMap, diagnostics: &[Diagnostic], style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Colored => Renderer::styled(),
    }
    .decor_style(DecorStyle::Ascii);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut reports = Vec::new();
    for diagnostic in diagnostics {
        let count = counts.entry(diagnostic.rule.code).or_default();
        *count += 1;
        if *count <= MOST {
            reports.push(renderer.render(&[group(sources, diagnostic)]));
        }
    }
    for (code, count) in counts.into_iter().filter(|&(_, count)| count > MOST) {
        let message = format!("{} more of {code} are not shown; `--format json` has them all", count - MOST);
        reports.push(renderer.render(&[Group::with_title(Level::NOTE.primary_title(message))]));
    }
    reports.join("\n\n")
}

fn group<'a>(sources: &'a SourceMap, diagnostic: &'a Diagnostic) -> Group<'a> {
    let level = match diagnostic.rule.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(&*diagnostic.message).id(diagnostic.rule.code);
    let help = diagnostic.help.iter().map(|help| Element::from(Level::HELP.message(help)));
    Group::with_title(title).elements(excerpts(sources, diagnostic)).elements(help)
}

/// A place to show.
struct Mark<'a> {
    kind: AnnotationKind,
    span: Span,
    label: Option<&'a str>,
    lines: (usize, usize),
}

/// One excerpt per file and neighbourhood, the primary one first.
fn excerpts<'a>(sources: &'a SourceMap, diagnostic: &'a Diagnostic) -> Vec<Snippet<'a, Annotation<'a>>> {
    let mark = |kind, span: Span, label| {
        let file = sources.file(span.file);
        Mark { kind, span, label, lines: (file.position(span.start).0, file.position(span.end).0) }
    };
    let (span, label) = &diagnostic.primary;
    let mut neighbourhoods = vec![vec![mark(AnnotationKind::Primary, *span, label.as_deref())]];
    for (span, label) in &diagnostic.related {
        let mark = mark(AnnotationKind::Context, *span, Some(label));
        match neighbourhoods.iter_mut().find(|marks| marks.iter().any(|it| near(it, &mark))) {
            Some(marks) => marks.push(mark),
            None => neighbourhoods.push(vec![mark]),
        }
    }
    neighbourhoods.iter().map(|marks| excerpt(sources, marks)).collect()
}

fn near(a: &Mark<'_>, b: &Mark<'_>) -> bool {
    a.span.file == b.span.file && a.lines.0.abs_diff(b.lines.0) < FAR
}

fn excerpt<'a>(sources: &'a SourceMap, marks: &[Mark<'a>]) -> Snippet<'a, Annotation<'a>> {
    let id: FileId = marks[0].span.file;
    let file = sources.file(id);
    let first = marks.iter().map(|mark| mark.lines.0).min().unwrap_or(1);
    let last = marks.iter().map(|mark| mark.lines.1).max().unwrap_or(1);
    let text = file.lines(first, last);
    let base = file.line_start(first);
    let within = |span: Span| -> Range<usize> {
        let start = boundary(text, span.start.saturating_sub(base));
        start..boundary(text, span.end.saturating_sub(base)).max(start)
    };
    Snippet::source(text)
        .line_start(first)
        .path(file.path.to_string_lossy())
        .annotations(marks.iter().map(|mark| mark.kind.span(within(mark.span)).label(mark.label)))
}

/// The last boundary between two characters at or before an offset.
fn boundary(text: &str, offset: u32) -> usize {
    text.floor_char_boundary(offset as usize)
}
