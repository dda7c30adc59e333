//! Source files and places in them.

use std::path::PathBuf;

/// Index of a file in a [`SourceMap`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u16);

/// A half-open range of bytes in one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A value and where it stands. Equality looks at the value alone.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands. A default that no line spells out has the span of the nearest enclosing node.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}
impl<T: Eq> Eq for Spanned<T> {}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// One file as it was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path as the user named it, shown in diagnostics.
    pub path: PathBuf,
    /// Whole text.
    pub text: String,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// Indexes a file's lines.
    #[must_use]
    pub fn new(path: PathBuf, text: String) -> Self {
        let line_starts = std::iter::once(0)
            .chain(text.bytes().zip(1..).filter(|&(b, _)| b == b'\n').map(|(_, next)| next))
            .collect();
        Self { path, text, line_starts }
    }

    /// Line and column of a byte offset, both from 1; the column counts characters.
    #[must_use]
    pub fn position(&self, offset: u32) -> (usize, usize) {
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = self.line_starts[line - 1] as usize;
        let column = self.text.get(start..offset as usize).map_or(0, |text| text.chars().count());
        (line, column + 1)
    }

    /// Text of a line, counted from 1, without its line end.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        self.lines(line, line).trim_end_matches(['\r', '\n'])
    }

    /// Text from the start of one line to the end of another, both counted from 1, line ends included.
    #[must_use]
    pub fn lines(&self, first: usize, last: usize) -> &str {
        let start =
            |line: usize| self.line_starts.get(line.saturating_sub(1)).map_or(self.text.len(), |&at| at as usize);
        self.text.get(start(first)..start(last + 1)).unwrap_or_default()
    }

    /// First byte of a line, counted from 1.
    #[must_use]
    pub fn line_start(&self, line: usize) -> u32 {
        self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or_default()
    }
}

/// Every file of one run: the policy first, then what it includes.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a file. A run reads at most 65,536 files.
    pub fn add(&mut self, path: PathBuf, text: String) -> FileId {
        let id = FileId(u16::try_from(self.files.len()).expect("a run reads at most 65,536 files"));
        self.files.push(SourceFile::new(path, text));
        id
    }

    /// The file behind an id of this map.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[usize::from(id.0)]
    }
}
