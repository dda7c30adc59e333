//! The tree that a YAML document becomes: ordered, spanned, comments beside it.

use crate::source::Span;

/// One document.
#[derive(Debug, Default)]
pub struct Tree {
    /// The root, unless nothing of the document could be read.
    pub root: Option<Node>,
    /// Every comment, in order.
    pub comments: Vec<Comment>,
    /// Whether something in the text could not be read at all, so that what seems to be missing may have stood there.
    pub partial: bool,
}

/// A comment, from `#` to the end of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands, `#` included.
    pub span: Span,
    /// Its text without the leading `#`s and without surrounding blanks.
    pub text: String,
    /// Its line, counted from 1.
    pub line: usize,
    /// Whether it has the line to itself, so that it speaks about the line below.
    pub alone: bool,
}

/// A value and where it stands.
#[derive(Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Where it stands. An absent value (`key:` and nothing more) has the span of its key.
    pub span: Span,
}

/// What a node is.
#[derive(Debug)]
pub enum Kind {
    /// Text, in whatever style.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// A map. Keys are unique; of a repeated key the first entry is kept.
    Mapping(Vec<Entry>),
    /// Something that could not be read and has its diagnostic already. Whoever meets it stays silent.
    Broken,
}

/// A scalar as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// Content, with quotes, escapes and folding resolved.
    pub text: Box<str>,
    /// Whether it is plain, so that `1.31` is a number, or quoted or a block, so that it is text.
    pub plain: bool,
}

/// A key and its value.
#[derive(Debug)]
pub struct Entry {
    /// The key.
    pub key: Scalar,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The entries of a mapping.
    #[must_use]
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.kind {
            Kind::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value behind a key of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()?.iter().find(|entry| &*entry.key.text == key).map(|entry| &entry.value)
    }

    /// Gives the whole subtree one place.
    pub(super) fn stand_at(&mut self, span: Span) {
        self.span = span;
        match &mut self.kind {
            Kind::Scalar(_) | Kind::Broken => {}
            Kind::Sequence(items) => items.iter_mut().for_each(|item| item.stand_at(span)),
            Kind::Mapping(entries) => {
                for entry in entries {
                    entry.key_span = span;
                    entry.value.stand_at(span);
                }
            }
        }
    }
}
