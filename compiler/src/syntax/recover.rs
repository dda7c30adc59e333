//! More than one mistake a run: when a file cannot be read as a whole, each entry is read on its own.
//!
//! The parser stops at its first mistake, and an unclosed bracket or quote makes it stop far below the place to
//! mend. Cutting the text where a line starts a new entry finds that place and every further mistake.

use super::Slice;
use super::build::{self, Failure};
use super::errors::Errors;
use super::explain::NO_ENTRY;
use super::rules::{INVALID_YAML, TAB_INDENTATION};
use super::tree::{Entry, Kind, Node, Scalar};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// How many levels of entries are taken apart: sections and what is named in them.
const LEVELS: usize = 2;

/// Reads what can be read of a file that has a mistake, and reports every mistake found on the way.
pub fn recover(whole: Slice<'_>, failure: Failure, errors: &mut Errors, scalars: &mut Vec<Span>) -> Option<Node> {
    let before = errors.len();
    let entries = entries(whole, LEVELS, errors, scalars);
    if errors.len() == before {
        errors.push(tab(whole).unwrap_or(*failure.diagnostic));
    }
    let entries = entries.filter(|entries| !entries.is_empty())?;
    Some(mapping(entries, errors))
}

fn mapping(entries: Vec<Entry>, errors: &mut Errors) -> Node {
    let ends = (entries.first(), entries.last());
    let span = match ends {
        (Some(first), Some(last)) => Span { end: last.value.span.end.max(last.key_span.end), ..first.key_span },
        _ => Span::default(),
    };
    Node { kind: Kind::Mapping(build::unique(entries, errors)), span }
}

/// Reads the entries of a block one by one; none when the text has no two entries to take apart.
fn entries(block: Slice<'_>, levels: usize, errors: &mut Errors, scalars: &mut Vec<Span>) -> Option<Vec<Entry>> {
    let pieces = split(block);
    if pieces.len() < 2 && levels < LEVELS {
        return None;
    }
    let mut entries = Vec::new();
    for piece in pieces {
        let mut found = Errors::default();
        let mut seen = Vec::new();
        match build::build(piece, &mut found, &mut seen) {
            Ok(root) => {
                errors.append(found);
                scalars.append(&mut seen);
                match root {
                    Some(Node { kind: Kind::Mapping(mut more), .. }) => entries.append(&mut more),
                    Some(node) => {
                        let (message, help) = NO_ENTRY;
                        let mut diagnostic = INVALID_YAML.at(node.span, message);
                        diagnostic.help.extend(help.map(str::to_owned));
                        errors.push(diagnostic);
                    }
                    None => {}
                }
            }
            Err(failure) => entries.extend(broken(piece, failure, levels, errors, scalars)),
        }
    }
    Some(entries)
}

/// An entry that cannot be read as a whole: taken apart further, or reported.
fn broken(
    piece: Slice<'_>,
    failure: Failure,
    levels: usize,
    errors: &mut Errors,
    scalars: &mut Vec<Span>,
) -> Option<Entry> {
    let head = head(piece);
    let mut value = Node { kind: Kind::Broken, span: piece.span(0, piece.text.trim_end().len()) };
    let mut inner = None;
    if let Some((_, _, body)) = &head
        && levels > 1
        && failure.local
    {
        let before = errors.len();
        inner = entries(*body, levels - 1, errors, scalars).filter(|_| errors.len() > before);
    }
    match inner {
        Some(inner) => value = mapping(inner, errors),
        None => errors.push(tab(piece).filter(|_| failure.local).unwrap_or(*failure.diagnostic)),
    }
    let (key, key_span, _) = head?;
    Some(Entry { key, key_span, value })
}

/// The key of an entry whose value stands below it, and that value's text.
fn head<'t>(piece: Slice<'t>) -> Option<(Scalar, Span, Slice<'t>)> {
    let (first, _) = piece.text.split_once('\n').unwrap_or((piece.text, ""));
    let indent = first.len() - first.trim_start().len();
    let colon = first.find(':')?;
    let name = first.get(indent..colon)?.trim_end();
    let plain = !name.starts_with(['"', '\'']);
    let name = name.trim_matches(['"', '\'']);
    let key = Scalar { text: name.into(), plain };
    let body = (first.len() + 1).min(piece.text.len());
    let body = Slice { text: &piece.text[body..], base: piece.base + body, ..piece };
    Some((key, piece.span(indent, colon), body))
}

/// Cuts a block where a line stands at the indentation of its first line.
fn split<'t>(block: Slice<'t>) -> Vec<Slice<'t>> {
    let mut starts = Vec::new();
    let mut indent = None;
    let mut at = 0;
    for line in block.text.split_inclusive('\n') {
        let content = line.trim_start_matches(' ');
        let blanks = line.len() - content.len();
        let silent = content.trim().is_empty() || content.starts_with('#') || line.starts_with("---");
        if !silent {
            let indent = *indent.get_or_insert(blanks);
            if blanks == indent && !content.starts_with(['-', '\t', ']', '}', ',']) {
                starts.push(at);
            }
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([block.text.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| Slice { text: &block.text[start..end], base: block.base + start, ..block })
        .collect()
}

/// The first tab in the indentation of a piece, which is what its mistake then is.
fn tab(piece: Slice<'_>) -> Option<Diagnostic> {
    let mut at = 0;
    for line in piece.text.split_inclusive('\n') {
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line[..blanks].find('\t').filter(|_| blanks < line.trim_end().len()) {
            let span = piece.span(at + tab, at + blanks);
            return Some(
                TAB_INDENTATION
                    .at(span, "a tab indents this line")
                    .help("indent with spaces; YAML allows no tabs here"),
            );
        }
        at += line.len();
    }
    None
}
