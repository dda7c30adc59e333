//! Takes a body chunk by chunk.

use super::facts::Facts;
use super::grammar::Grammar;
use super::reader::Reader;
use crate::config::SpanKind;
use crate::json::Scanner;
use crate::trace::framing::{Documents, Framing, Media};

/// Reads one body as it passes. It never keeps more than [`Observer::MAX_BYTES`], however long the body is.
#[derive(Debug)]
pub struct Observer {
    framing: Framing,
    document: Document,
}

/// The document being read.
#[derive(Debug)]
struct Document {
    scanner: Scanner,
    /// Whether it is no JSON; its rest is skipped.
    is_broken: bool,
    reader: Reader,
}

impl Observer {
    /// The most memory that an observer takes, what it has learnt included.
    pub const MAX_BYTES: usize = 2048;

    /// An observer of an answer. None if a span of this kind can show nothing of such an answer.
    ///
    /// `content_type` is the header's value, empty where it is absent. An answer with a `content-encoding` cannot be
    /// read; nothing would come of observing it.
    #[must_use]
    pub fn for_span(kind: SpanKind, content_type: &[u8]) -> Option<Self> {
        Self::new(Grammar::of(kind)?, content_type)
    }

    /// An observer of a request's body, for [`Facts::request_model`] alone. None if that cannot be there.
    #[must_use]
    pub fn of_request(kind: SpanKind, content_type: &[u8]) -> Option<Self> {
        let calls_a_model = matches!(Grammar::of(kind)?, Grammar::Model | Grammar::Reranker);
        calls_a_model.then(|| Self::new(Grammar::Request, content_type)).flatten()
    }

    fn new(grammar: Grammar, content_type: &[u8]) -> Option<Self> {
        let media = Media::of(content_type).or_else(|| Media::may_hide(content_type).then_some(Media::Json))?;
        let document = Document { scanner: Scanner::new(), is_broken: false, reader: Reader::new(grammar) };
        Some(Self { framing: Framing::new(media), document })
    }

    /// Takes the next chunk. Chunks may be split anywhere.
    pub fn push(&mut self, chunk: &[u8]) {
        if !self.is_done() {
            self.framing.push(chunk, &mut self.document);
        }
    }

    /// Whether nothing more can be learnt, so that the rest of the body need not be read.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.document.reader.is_done() || (self.document.is_broken && matches!(self.framing, Framing::Json))
    }

    /// What was learnt, from a body that broke off or made no sense too.
    #[must_use]
    pub fn finish(self) -> Facts {
        self.document.reader.finish()
    }
}

impl Documents for Document {
    fn text(&mut self, text: &[u8]) {
        let mut rest = text;
        while let (false, Some((&byte, after))) = (self.is_broken, rest.split_first()) {
            if self.scanner.is_complete() && !byte.is_ascii_whitespace() {
                self.scanner = Scanner::new();
            }
            self.is_broken = self.scanner.byte(byte, &mut self.reader).is_err();
            rest = after.split_at(self.scanner.run(after, &mut self.reader)).1;
        }
    }

    fn boundary(&mut self) {
        (self.scanner, self.is_broken) = (Scanner::new(), false);
    }
}
