//! Spans as lines and columns.

use crate::source::{SourceMap, Span};
use serde::Serialize;

/// A range in a file. Lines and columns count from 1, columns count characters, the end is exclusive.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

impl Place {
    pub fn of(sources: &SourceMap, span: Span) -> Self {
        let file = sources.file(span.file);
        let (line, column) = file.position(span.start);
        let (end_line, end_column) = file.position(span.end);
        Self { file: file.path.to_string_lossy().into_owned(), line, column, end_line, end_column }
    }
}
