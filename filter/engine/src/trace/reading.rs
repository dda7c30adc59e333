//! What is read of a body as it passes.

use super::model::{Facts, Observer};
use super::redact::{Recorded, Recording};
use crate::config::SpanKind;
use crate::load::Tracing;

/// One body: observed for what it tells of a model call, recorded if the policy says so, or neither.
#[derive(Debug, Default)]
pub(super) struct Reading {
    observer: Option<Box<Observer>>,
    recording: Option<Box<Recording>>,
}

impl Reading {
    /// Reads a request's body.
    pub(super) fn of_request(tracing: &Tracing, content_type: &[u8]) -> Self {
        let observer = Observer::of_request(tracing.trace.kind, content_type);
        Self { observer: observer.map(Box::new), recording: recording(tracing, content_type) }
    }

    /// Reads an answer's body.
    pub(super) fn of_answer(tracing: &Tracing, content_type: &[u8]) -> Self {
        let observer = Observer::for_span(tracing.trace.kind, content_type);
        Self { observer: observer.map(Box::new), recording: recording(tracing, content_type) }
    }

    pub(super) fn push(&mut self, chunk: &[u8]) {
        if let Some(observer) = &mut self.observer {
            observer.push(chunk);
        }
        if let Some(recording) = &mut self.recording {
            recording.push(chunk);
        }
    }

    /// Whether more of the body is of use.
    pub(super) fn wants_more(&self) -> bool {
        self.observer.as_ref().is_some_and(|observer| !observer.is_done())
            || self.recording.as_ref().is_some_and(|recording| !recording.is_done())
    }

    pub(super) fn finish(self) -> (Facts, Option<Recorded>) {
        let facts = self.observer.map(|observer| observer.finish()).unwrap_or_default();
        (facts, self.recording.and_then(|recording| recording.finish()))
    }
}

/// Whether some answer of a service with spans of this kind is worth reading.
pub(super) fn may_read_answers(tracing: &Tracing) -> bool {
    let shows =
        matches!(tracing.trace.kind, SpanKind::Llm | SpanKind::Embedding | SpanKind::Reranker | SpanKind::Retriever);
    shows || tracing.bodies().is_some()
}

fn recording(tracing: &Tracing, content_type: &[u8]) -> Option<Box<Recording>> {
    tracing.redaction.record(content_type, tracing.bodies()?).map(Box::new)
}
