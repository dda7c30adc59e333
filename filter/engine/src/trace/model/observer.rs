//! Takes a body chunk by chunk.

use super::facts::Facts;
use crate::config::SpanKind;

/// Reads one body.
#[derive(Debug)]
pub struct Observer {
    facts: Facts,
}

impl Observer {
    /// An observer of the answer to a request for `path`. None if a span of this kind can show nothing of such an
    /// answer.
    ///
    /// `content_type` is the header's value, empty where it is absent. Answers with a content coding cannot be read:
    /// do not observe them.
    #[must_use]
    pub fn for_span(kind: SpanKind, content_type: &[u8], path: &str) -> Option<Self> {
        let _ = (content_type, path);
        matches!(kind, SpanKind::Llm | SpanKind::Embedding | SpanKind::Reranker | SpanKind::Retriever)
            .then(|| Self { facts: Facts::default() })
    }

    /// An observer of a request's body, for [`Facts::request_model`] alone.
    #[must_use]
    pub fn of_request(kind: SpanKind, content_type: &[u8]) -> Option<Self> {
        Self::for_span(kind, content_type, "")
    }

    /// Takes the next chunk. Chunks may be split anywhere.
    pub fn push(&mut self, chunk: &[u8]) {
        let _ = chunk;
    }

    /// Whether nothing that could still come would be read, so that no more chunks are needed.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        false
    }

    /// What was learnt, whether or not the body was complete.
    #[must_use]
    pub fn finish(self) -> Facts {
        self.facts
    }
}
