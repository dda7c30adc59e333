//! Server-sent events, as the HTML standard parses them.

use super::Documents;

const DATA: &[u8] = b"data";

/// Where in an event stream reading stands.
#[derive(Debug)]
pub(in crate::trace) struct Events {
    line: Line,
    /// Whether the last line ended with a carriage return, so that a line feed belongs to its end.
    after_return: bool,
}

#[derive(Clone, Copy, Debug)]
enum Line {
    /// So many bytes of `data` at its start.
    Name(usize),
    /// Behind `data:`.
    Data,
    /// Another field, or a comment.
    Other,
}

impl Events {
    pub(super) const fn new() -> Self {
        Self { line: Line::Name(0), after_return: false }
    }

    /// Hands on what the events in the next chunk carry. Every line of data is followed by a line feed, and a blank
    /// line ends an event.
    pub(super) fn push(&mut self, chunk: &[u8], documents: &mut impl Documents) {
        let mut rest = chunk;
        while let Some((&byte, after)) = rest.split_first() {
            let ends = matches!(byte, b'\r' | b'\n');
            match self.line {
                Line::Name(0) if std::mem::take(&mut self.after_return) && byte == b'\n' => rest = after,
                Line::Name(0) if ends => {
                    documents.boundary();
                    self.end(byte);
                    rest = after;
                }
                Line::Name(_) if ends => {
                    self.end(byte);
                    rest = after;
                }
                Line::Name(seen) => {
                    self.line = match DATA.get(seen) {
                        Some(&expected) if expected == byte => Line::Name(seen + 1),
                        None if byte == b':' => Line::Data,
                        _ => Line::Other,
                    };
                    rest = after;
                }
                Line::Data | Line::Other => {
                    let end = memchr::memchr2(b'\r', b'\n', rest);
                    let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
                    let is_data = matches!(self.line, Line::Data);
                    if is_data {
                        documents.text(line);
                    }
                    rest = after;
                    if let Some((&byte, after)) = rest.split_first() {
                        if is_data {
                            documents.text(b"\n");
                        }
                        self.end(byte);
                        rest = after;
                    }
                }
            }
        }
    }

    /// Takes the byte that ends a line.
    const fn end(&mut self, byte: u8) {
        self.line = Line::Name(0);
        self.after_return = byte == b'\r';
    }
}
