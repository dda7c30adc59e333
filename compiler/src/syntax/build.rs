//! Parser events to a tree. Everything that a policy may not use is refused here, where it is met.

use super::Slice;
use super::errors::Errors;
use super::explain::explain;
use super::offsets::Offsets;
use super::rules::{
    ALIAS, DUPLICATE_KEY, INVALID_YAML, KEY_NOT_TEXT, MERGE_KEY, MULTIPLE_DOCUMENTS, TAG, TOO_DEEP, TOO_MANY_VALUES,
};
use super::tree::{Entry, Kind, Node, Scalar};
use crate::diagnostic::{Diagnostic, clip};
use crate::source::Span;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};
use std::borrow::Cow;
use std::collections::HashMap;

/// The deepest nesting; a policy needs seven.
const MAX_DEPTH: usize = 32;
/// The most values of one file: what 100,000 inline tenants need, with room.
const MAX_NODES: usize = 1_000_000;

const NO_ALIASES: &str = "aliases are not supported in a policy";
const WRITE_OUT: &str = "write the value out where it is needed";

/// Why nothing after a certain point could be read.
#[derive(Debug)]
pub struct Failure {
    /// What to say about it.
    pub diagnostic: Box<Diagnostic>,
    /// Whether it is a mistake in the notation, so that other parts of the file are worth a try.
    pub local: bool,
}

/// Builds the tree of one slice and collects the spans of its scalars.
///
/// # Errors
/// The first mistake after which the parser cannot go on.
pub fn build(slice: Slice<'_>, errors: &mut Errors, scalars: &mut Vec<Span>) -> Result<Option<Node>, Failure> {
    let mut builder = Builder { slice, offsets: Offsets::new(slice.text), errors, scalars, open: Vec::new(), nodes: 0 };
    let mut root = None;
    let mut documents = 0;
    for event in Parser::new_from_str(slice.text) {
        let (event, span) = event.map_err(|error| builder.scan_failure(&error))?;
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(builder.another_document(span.start));
                }
            }
            Event::StreamEnd => break,
            Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
            event => {
                if let Some(node) = builder.event(event, span)? {
                    root = Some(node);
                }
            }
        }
    }
    // A file of nothing but comments has one absent value as its root.
    Ok(root.filter(|node| !matches!(&node.kind, Kind::Scalar(scalar) if scalar.plain && scalar.text.is_empty())))
}

/// A collection whose end has not come yet.
struct Open {
    start: Span,
    kind: OpenKind,
}

enum OpenKind {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<Entry>, key: Key },
}

/// Where a mapping stands between a key and its value.
enum Key {
    Awaited,
    Read(Scalar, Span),
    /// The key was no text and has been reported; its value is dropped.
    Refused,
}

struct Builder<'a> {
    slice: Slice<'a>,
    offsets: Offsets,
    errors: &'a mut Errors,
    scalars: &'a mut Vec<Span>,
    open: Vec<Open>,
    nodes: usize,
}

impl Builder<'_> {
    /// Takes one event; gives the root when it is complete.
    fn event(&mut self, event: Event<'_>, at: saphyr_parser::Span) -> Result<Option<Node>, Failure> {
        let span = self.span(at.start, at.end);
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(too_many_values(span));
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let span = match style {
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => self.within_quotes(span, style),
                    ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => span,
                };
                self.scalars.push(span);
                self.refuse_extras(anchor, tag.as_deref(), span);
                let scalar = Scalar { text: text.into(), plain: style == ScalarStyle::Plain };
                Ok(self.place(Node { kind: Kind::Scalar(scalar), span }))
            }
            Event::Alias(_) => {
                self.errors.push(ALIAS.at(span, NO_ALIASES).help(WRITE_OUT));
                Ok(self.place(Node { kind: Kind::Broken, span }))
            }
            Event::SequenceStart(anchor, tag) => self.start(anchor, tag, span, OpenKind::Sequence(Vec::new())),
            Event::MappingStart(anchor, tag) => {
                self.start(anchor, tag, span, OpenKind::Mapping { entries: Vec::new(), key: Key::Awaited })
            }
            Event::SequenceEnd | Event::MappingEnd => Ok(self.end(span)),
            _ => Ok(None),
        }
    }

    fn start(
        &mut self,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
        span: Span,
        kind: OpenKind,
    ) -> Result<Option<Node>, Failure> {
        self.refuse_extras(anchor, tag.as_deref(), span);
        if self.open.len() == MAX_DEPTH {
            return Err(too_deep(span));
        }
        self.open.push(Open { start: span, kind });
        Ok(None)
    }

    /// Closes the innermost collection. A flow collection ends with its bracket, a block with its last value.
    fn end(&mut self, at: Span) -> Option<Node> {
        let open = self.open.pop()?;
        let bracketed = at.end > at.start;
        let last = match &open.kind {
            OpenKind::Sequence(items) => items.last().map(|node| node.span.end),
            OpenKind::Mapping { entries, .. } => {
                entries.last().map(|entry| entry.value.span.end.max(entry.key_span.end))
            }
        };
        let end = if bracketed { at.start + 1 } else { last.unwrap_or(open.start.end) };
        let span = Span { end: end.max(open.start.end), ..open.start };
        let kind = match open.kind {
            OpenKind::Sequence(items) => Kind::Sequence(items),
            OpenKind::Mapping { entries, .. } => Kind::Mapping(unique(entries, self.errors)),
        };
        self.place(Node { kind, span })
    }

    /// Puts a finished node where it belongs; gives it back when it is the root.
    fn place(&mut self, node: Node) -> Option<Node> {
        let Some(open) = self.open.last_mut() else { return Some(node) };
        match &mut open.kind {
            OpenKind::Sequence(items) => items.push(node),
            OpenKind::Mapping { entries, key } => match std::mem::replace(key, Key::Awaited) {
                Key::Awaited => *key = self::key(node, self.errors),
                Key::Refused => {}
                Key::Read(key, key_span) => {
                    let absent = node.span.start == node.span.end;
                    let span = if absent { key_span } else { node.span };
                    entries.push(Entry { key, key_span, value: Node { kind: node.kind, span } });
                }
            },
        }
        None
    }

    /// Ends a quoted scalar at its quote: the parser's span runs on over blanks and a comment behind it.
    fn within_quotes(&self, span: Span, style: ScalarStyle) -> Span {
        let start = span.start as usize - self.slice.base;
        let bytes = self.slice.text.as_bytes();
        let quote = if style == ScalarStyle::SingleQuoted { b'\'' } else { b'"' };
        let Some(open) = bytes[start..].iter().position(|byte| *byte == quote) else { return span };
        let mut at = start + open + 1;
        while at < bytes.len() {
            match bytes[at] {
                b'\\' if quote == b'"' => at += 1,
                b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 1,
                byte if byte == quote => return self.slice.span(start, at + 1),
                _ => {}
            }
            at += 1;
        }
        span
    }

    fn refuse_extras(&mut self, anchor: usize, tag: Option<&Tag>, span: Span) {
        if anchor > 0 {
            self.errors.push(ALIAS.at(span, "anchors are not supported in a policy").help(WRITE_OUT));
        }
        if let Some(tag) = tag {
            let spelled = if tag.is_yaml_core_schema() { format!("!!{}", tag.suffix) } else { tag.to_string() };
            self.errors.push(
                TAG.at(span, format!("the tag `{spelled}` is not supported in a policy"))
                    .help("remove the tag; quote a value to make it text"),
            );
        }
    }

    fn another_document(&self, at: Marker) -> Failure {
        let start = self.offsets.byte(at.index());
        let diagnostic = MULTIPLE_DOCUMENTS
            .at(self.slice.span(start, start + 3), "the file holds more than one document")
            .help("put each policy into a file of its own, and remove this `---`");
        Failure { diagnostic: diagnostic.into(), local: false }
    }

    fn scan_failure(&self, error: &ScanError) -> Failure {
        let start = self.offsets.byte(error.marker().index());
        // A mistake that only shows at the end of the text is shown behind the last thing written.
        let start = start.min(self.slice.text.trim_end().len());
        let end = self.slice.text[start..]
            .chars()
            .next()
            .filter(|char| *char != '\n')
            .map_or(start, |c| start + c.len_utf8());
        let place = self.slice.span(start, end);
        let info = error.info();
        if info.contains("recursion limit") {
            return too_deep(place);
        }
        let mut diagnostic = match explain(info) {
            // An alias without its anchor, and a tag without its directive, stop the parser; both are refused anyway.
            _ if info.contains("unknown anchor") => {
                let name = self.slice.text[start..].find(|char: char| char.is_whitespace() || ",]}".contains(char));
                let end = name.map_or(self.slice.text.len(), |length| start + length);
                ALIAS.at(self.slice.span(start, end), NO_ALIASES).help(WRITE_OUT)
            }
            _ if info.contains("handle wasn't declared") => TAG
                .at(place, "tags are not supported in a policy")
                .help("remove the tag; quote a value to make it text"),
            Some((message, help)) => {
                let mut diagnostic = INVALID_YAML.at(place, message);
                diagnostic.help.extend(help.map(str::to_owned));
                diagnostic
            }
            None => INVALID_YAML.at(place, format!("not valid YAML: {info}")),
        };
        if let Some(open) = self.open.iter().rev().find(|open| open.start.end > open.start.start) {
            diagnostic = diagnostic.related(open.start, "opened here");
        }
        Failure { diagnostic: diagnostic.into(), local: true }
    }

    fn span(&self, start: Marker, end: Marker) -> Span {
        self.slice.span(self.offsets.byte(start.index()), self.offsets.byte(end.index()))
    }
}

fn too_deep(span: Span) -> Failure {
    let diagnostic = TOO_DEEP
        .at(span, format!("values are nested more than {MAX_DEPTH} levels deep"))
        .help("no field of a policy is nested so deep; compare with the policy reference");
    Failure { diagnostic: diagnostic.into(), local: false }
}

fn too_many_values(span: Span) -> Failure {
    let diagnostic = TOO_MANY_VALUES
        .at(span, format!("the file holds more than {MAX_NODES} values"))
        .help("keep large tenant sets in CSV files and name them in `tenantsFrom`");
    Failure { diagnostic: diagnostic.into(), local: false }
}

/// A node in key position.
fn key(node: Node, errors: &mut Errors) -> Key {
    match node.kind {
        Kind::Scalar(scalar) if scalar.plain && &*scalar.text == "<<" => {
            errors.push(
                MERGE_KEY.at(node.span, "merge keys are not supported in a policy").help("write the merged fields out"),
            );
            Key::Refused
        }
        Kind::Scalar(scalar) if !(scalar.plain && scalar.text.is_empty()) => Key::Read(scalar, node.span),
        Kind::Broken => Key::Refused,
        _ => {
            errors.push(
                KEY_NOT_TEXT
                    .at(node.span, "a key has to be text")
                    .help("write `NAME: VALUE`, with a plain or quoted name"),
            );
            Key::Refused
        }
    }
}

/// Drops entries whose key came before, reporting both places.
pub fn unique(entries: Vec<Entry>, errors: &mut Errors) -> Vec<Entry> {
    let mut first: HashMap<&str, Span> = HashMap::with_capacity(entries.len());
    let mut repeated = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        match first.entry(&entry.key.text) {
            std::collections::hash_map::Entry::Vacant(vacant) => {
                vacant.insert(entry.key_span);
            }
            std::collections::hash_map::Entry::Occupied(occupied) => {
                errors.push(
                    DUPLICATE_KEY
                        .at(entry.key_span, format!("the key `{}` is given twice", clip(&entry.key.text)))
                        .label("again here")
                        .related(*occupied.get(), "first here")
                        .help("remove one of the two, or join their values"),
                );
                repeated.push(index);
            }
        }
    }
    if repeated.is_empty() {
        return entries;
    }
    let mut repeated = repeated.into_iter().peekable();
    entries.into_iter().enumerate().filter(|(index, _)| repeated.next_if_eq(index).is_none()).map(|(_, e)| e).collect()
}
