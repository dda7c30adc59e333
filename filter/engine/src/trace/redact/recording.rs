//! Copies the start of a body without its secrets.

use super::MARK;
use super::names::Names;
use super::rewrite::{Fate, Rewrite};
use crate::json::Scanner;
use crate::trace::framing::{Documents, Framing, Media};
use std::sync::Arc;

/// Records one body as it passes. It keeps what it shows, up to the limit, and one key.
#[derive(Debug)]
pub struct Recording {
    framing: Framing,
    transcript: Transcript,
}

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// JSON as it was sent, but for what was taken out. Of a stream, its documents, each from the start of a line.
    pub text: String,
    /// Whether this is one document, and whole; otherwise it is text rather than JSON.
    pub is_json: bool,
}

impl Recorded {
    /// The text's type, for `input.mime_type` and `output.mime_type`.
    #[must_use]
    pub const fn mime_type(&self) -> &'static str {
        if self.is_json { "application/json" } else { "text/plain" }
    }
}

/// What is recorded of the documents.
#[derive(Debug)]
struct Transcript {
    limit: usize,
    out: Vec<u8>,
    scanner: Scanner,
    rewrite: Rewrite,
    state: State,
    /// Where the current document starts in `out`.
    start: usize,
    /// Documents begun and not dropped.
    documents: usize,
}

/// Where among the documents the transcript stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Between,
    Inside,
    /// In a document that is no JSON. It has been dropped.
    Broken,
    /// The limit is reached.
    Full,
}

impl Recording {
    pub(super) fn new(media: Media, limit: usize, names: Arc<Names>) -> Self {
        let transcript = Transcript {
            limit,
            out: Vec::new(),
            scanner: Scanner::new(),
            rewrite: Rewrite::new(names),
            state: State::Between,
            start: 0,
            documents: 0,
        };
        Self { framing: Framing::new(media), transcript }
    }

    /// Takes the next chunk. Chunks may be split anywhere.
    pub fn push(&mut self, chunk: &[u8]) {
        if !self.is_done() {
            self.framing.push(chunk, &mut self.transcript);
        }
    }

    /// Whether nothing more will be recorded, so that the rest of the body need not be read.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        match self.transcript.state {
            State::Full => true,
            State::Broken => matches!(self.framing, Framing::Json),
            State::Between | State::Inside => false,
        }
    }

    /// What was recorded. None if nothing was: of a body that is no JSON, nothing is.
    #[must_use]
    pub fn finish(self) -> Option<Recorded> {
        let Transcript { out, scanner, state, documents, .. } = self.transcript;
        if state == State::Broken && matches!(self.framing, Framing::Json) {
            return None;
        }
        // The limit may have come within a character.
        let text = out.utf8_chunks().next()?.valid().trim_end();
        let is_whole = match state {
            State::Between | State::Broken => true,
            State::Inside => scanner.finish().is_ok(),
            State::Full => false,
        };
        (!text.is_empty()).then(|| Recorded { text: text.to_owned(), is_json: is_whole && documents == 1 })
    }
}

impl Documents for Transcript {
    fn text(&mut self, text: &[u8]) {
        let mut rest = text;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            match self.state {
                State::Broken | State::Full => return,
                State::Between if byte.is_ascii_whitespace() => continue,
                State::Between => self.begin(),
                State::Inside => {}
            }
            self.byte(byte);
            let (run, after) = rest.split_at(self.scanner.run(rest, &mut self.rewrite));
            if self.state == State::Inside && !self.rewrite.hides() {
                self.show(run);
            }
            rest = after;
        }
    }

    fn boundary(&mut self) {
        if self.state == State::Inside && self.scanner.finish().is_err() {
            self.drop();
        }
        if self.state != State::Full {
            self.state = State::Between;
        }
    }
}

impl Transcript {
    /// Begins a document.
    fn begin(&mut self) {
        self.scanner = Scanner::new();
        self.rewrite.restart();
        (self.state, self.start) = (State::Inside, self.out.len());
        if self.documents > 0 {
            self.show(b"\n");
        }
        self.documents += 1;
    }

    /// Takes the next byte of a document.
    fn byte(&mut self, byte: u8) {
        let hid = self.rewrite.hides();
        if self.scanner.byte(byte, &mut self.rewrite).is_err() {
            return self.drop();
        }
        match self.rewrite.fate(hid) {
            Fate::Shown if self.scanner.is_complete() && byte.is_ascii_whitespace() => {}
            Fate::Shown => self.show(&[byte]),
            Fate::Replaced => self.show(format!("\"{MARK}\"").as_bytes()),
            Fate::Hidden => {}
        }
        if self.state == State::Inside && self.scanner.is_complete() {
            self.state = State::Between;
        }
    }

    /// Takes back what was shown of the current document: it is no JSON.
    fn drop(&mut self) {
        self.out.truncate(self.start);
        self.documents -= 1;
        self.state = State::Broken;
    }

    /// Shows as much of the text as there is room for.
    fn show(&mut self, text: &[u8]) {
        let room = self.limit - self.out.len();
        self.out.extend_from_slice(text.get(..room).unwrap_or(text));
        if text.len() > room {
            self.state = State::Full;
        }
    }
}
