//! Text to a spanned tree, with comments kept and hostile input refused in bounded time and memory.
//!
//! Only the part of YAML that a policy needs is accepted: one document of mappings with text keys, sequences
//! and scalars. Anchors, aliases, merge keys and tags are refused, each with its way out.

mod build;
mod chars;
mod comments;
mod errors;
mod explain;
mod offsets;
mod read;
mod recover;
mod rules;
mod tree;

pub(crate) use errors::Errors;
pub use read::{POLICY_LIMIT, read};
pub use rules::{RULES, UNREADABLE};
pub use tree::{Comment, Entry, Kind, Node, Scalar, Tree};

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceMap, Span};

/// Reads one YAML document. The tree holds whatever could be read beside the errors.
#[must_use]
pub fn parse(sources: &SourceMap, file: FileId) -> (Tree, Vec<Diagnostic>) {
    let text = sources.file(file).text.as_str();
    let mut errors = Errors::default();
    chars::check(text, file, &mut errors);
    if !errors.is_empty() {
        return (Tree::default(), errors.into_vec());
    }
    let mut partial = false;
    let mut scalars = Vec::new();
    let mut found = Errors::default();
    let root = match build::build(Slice { file, text, base: 0 }, &mut found, &mut scalars) {
        Ok(root) => {
            errors = found;
            root
        }
        Err(failure) if !failure.local => {
            partial = true;
            errors = found;
            errors.push(*failure.diagnostic);
            None
        }
        Err(failure) => {
            partial = true;
            scalars.clear();
            recover::recover(Slice { file, text, base: 0 }, failure, &mut errors, &mut scalars)
        }
    };
    if root.is_none() && errors.is_empty() {
        let whole = Span { file, start: 0, end: 0 };
        errors.push(
            rules::EMPTY_DOCUMENT
                .at(whole, "the file holds no policy")
                .help("start with `apiVersion: tenantry/v1` and `kind: MeshPolicy`"),
        );
    }
    let comments = comments::find(sources.file(file), file, &scalars);
    (Tree { root, comments, partial }, errors.into_vec())
}

/// A node for YAML that stands in the program, every part of it with the same span. None when it is no YAML.
#[must_use]
pub(crate) fn literal(text: &str, span: Span) -> Option<Node> {
    // A plain word is by far the most frequent, once per field that a policy leaves out.
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'%' | b'.')) {
        return Some(Node { kind: Kind::Scalar(Scalar { text: text.into(), plain: true }), span });
    }
    let slice = Slice { file: span.file, text, base: 0 };
    let mut root = build::build(slice, &mut Errors::default(), &mut Vec::new()).ok()??;
    root.stand_at(span);
    Some(root)
}

/// A part of a file that is parsed on its own.
#[derive(Clone, Copy, Debug)]
struct Slice<'t> {
    file: FileId,
    text: &'t str,
    /// Offset of `text` in the file, in bytes.
    base: usize,
}

impl Slice<'_> {
    /// The span of a range of bytes of this slice.
    fn span(&self, start: usize, end: usize) -> Span {
        let offset = |at: usize| u32::try_from(self.base + at.min(self.text.len())).unwrap_or(u32::MAX);
        Span { file: self.file, start: offset(start), end: offset(end.max(start)) }
    }
}
