//! Comments, which the YAML parser drops: whatever starts with `#` after a blank, outside every scalar.

use super::tree::Comment;
use crate::source::{FileId, SourceFile, Span};

/// Finds the comments of a file. `scalars` are the spans of its scalars in order.
pub fn find(source: &SourceFile, file: FileId, scalars: &[Span]) -> Vec<Comment> {
    let text = source.text.as_str();
    let mut comments = Vec::new();
    let mut at = 0;
    for scalar in scalars {
        find_between(source, file, at, scalar.start as usize, &mut comments);
        at = at.max(scalar.end as usize);
    }
    find_between(source, file, at, text.len(), &mut comments);
    comments
}

fn find_between(source: &SourceFile, file: FileId, start: usize, end: usize, comments: &mut Vec<Comment>) {
    let text = source.text.as_str();
    let mut at = start;
    while let Some(found) = text.get(at..end).and_then(|gap| gap.find('#')) {
        let start = at + found;
        if !text[..start].chars().next_back().is_none_or(|before| matches!(before, ' ' | '\t' | '\n' | '\u{feff}')) {
            at = start + 1;
            continue;
        }
        let length = text[start..].find('\n').unwrap_or(text.len() - start);
        let content = text[start..start + length].trim_end();
        let offset = u32::try_from(start).unwrap_or(u32::MAX);
        let (line, column) = source.position(offset);
        comments.push(Comment {
            span: Span { file, start: offset, end: offset.saturating_add(u32::try_from(content.len()).unwrap_or(0)) },
            text: content.trim_start_matches('#').trim().to_owned(),
            line,
            alone: source.line(line).chars().take(column - 1).all(char::is_whitespace),
        });
        at = start + length;
    }
}
