//! A span from its start to its end.

use super::answer;
use super::attributes as key;
use super::encode::Encoder;
use super::metadata::Metadata;
use super::model::Observer;
use super::place::Place;
use super::{identity, record, request};
use crate::code::Code;
use crate::config::{Keep, Role, SpanKind};
use crate::decide::header_once;
use crate::decision::{Decision, Verdict};
use crate::load::{Config, Tracing};
use crate::request::Request;
use std::sync::Arc;

/// A finished span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The tenant whose project it goes to.
    pub tenant: Option<Box<str>>,
    /// One `opentelemetry.proto.trace.v1.Span`.
    pub bytes: Vec<u8>,
}

/// What a span still wants to see, so that the host is asked for nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// [`OpenSpan::response_headers`].
    pub response_headers: bool,
    /// [`OpenSpan::request_body`].
    pub request_body: bool,
    /// [`OpenSpan::response_body`].
    pub response_body: bool,
}

/// A span whose request is under way. It borrows nothing of the request.
#[derive(Debug)]
pub struct OpenSpan {
    tracing: Arc<Tracing>,
    sampled: bool,
    /// What is exported of a trace that is not.
    keep: Keep,
    started: u64,
    tenant: Option<Box<str>>,
    encoder: Encoder,
    metadata: Metadata,
    refusal: Option<Code>,
    /// Whether the verdict is written, because nothing can change it any more.
    settled: bool,
    model: Model,
    /// Whether headers of the answer are recorded, and it has not come yet.
    records_answer: bool,
}

/// What is read of a model call.
#[derive(Debug, Default)]
struct Model {
    request: Option<Box<Observer>>,
    /// Whether the answer is worth observing, and has not come yet.
    awaits: bool,
    answer: Option<Box<Observer>>,
}

impl OpenSpan {
    pub(super) fn start(
        tracing: Arc<Tracing>,
        config: &Config,
        request: &Request<'_>,
        decision: &Decision<'_>,
        place: &Place<'_>,
        now: u64,
    ) -> Self {
        let mut encoder = Encoder::start(&place.own, place.parent, now);
        request::describe(&mut encoder, config, request, decision, place);
        let keep = match (config.role(), &tracing.trace.export) {
            (Role::Gateway, Some(export)) => export.keep,
            _ => Keep::default(),
        };
        let export = tracing.trace.export.as_ref();
        let records_answer = export.is_some_and(|export| !export.record.response_headers.is_empty());
        let goes_on = decision.verdict.status().is_none();
        let model =
            if place.own.sampled && goes_on { Model::of(tracing.trace.kind, request) } else { Model::default() };
        let mut span = Self {
            sampled: place.own.sampled,
            keep,
            started: now,
            tenant: place.tenant.map(Box::from),
            encoder,
            metadata: identity::facts(config, request, decision),
            refusal: None,
            settled: decision.pending.body.is_none(),
            model,
            records_answer: goes_on && records_answer,
            tracing,
        };
        if span.settled {
            span.settle(decision.verdict);
        }
        span
    }

    /// What the span still wants to see. Ask again after each of the calls below.
    #[must_use]
    pub fn wants(&self) -> Wants {
        let awaits = self.model.awaits;
        let reads = |observer: &Option<Box<Observer>>| observer.as_ref().is_some_and(|observer| !observer.is_done());
        Wants {
            response_headers: awaits || self.records_answer,
            request_body: reads(&self.model.request),
            response_body: awaits || reads(&self.model.answer),
        }
    }

    /// Takes the next chunk of the request's body.
    pub fn request_body(&mut self, chunk: &[u8]) {
        if let Some(observer) = &mut self.model.request {
            observer.push(chunk);
        }
    }

    /// Takes the headers of the answer, before its body.
    pub fn response_headers(&mut self, headers: &[(&[u8], &[u8])]) {
        let value = |wanted: &str| {
            let mut all = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted.as_bytes()));
            all.next().map(|&(_, value)| value)
        };
        if let Some(record) = self.tracing.trace.export.as_ref().map(|export| &export.record) {
            let names = &record.response_headers;
            record::headers(&mut self.encoder, key::RESPONSE_HEADER, names, record, headers);
        }
        self.records_answer = false;
        let coded = value("content-encoding").is_some_and(|coding| !coding.eq_ignore_ascii_case(b"identity"));
        if std::mem::take(&mut self.model.awaits) && !coded {
            let content_type = value("content-type").unwrap_or_default();
            self.model.answer = Observer::for_span(self.tracing.trace.kind, content_type).map(Box::new);
        }
    }

    /// Takes the next chunk of the answer's body.
    pub fn response_body(&mut self, chunk: &[u8]) {
        if let Some(observer) = &mut self.model.answer {
            observer.push(chunk);
        }
    }

    /// The request was refused after all, for its body.
    pub fn refused(&mut self, code: Code) {
        if !self.settled {
            self.settle(Verdict::Refuse(code));
        }
    }

    /// Ends the span with the status of the answer, none where there was no answer. None if it is not to be exported.
    #[must_use]
    pub fn end(mut self, status: Option<u16>, now: u64) -> Option<Span> {
        if !self.settled {
            self.settle(Verdict::Allow);
        }
        // Envoy says 0 where it got no answer.
        let outcome = answer::Outcome { refusal: self.refusal, status: status.filter(|&status| status != 0) };
        let kept = (self.keep.refused && self.refusal.is_some()) || (self.keep.errors && outcome.is_failure());
        if !self.sampled && !kept {
            return None;
        }
        let Model { request, answer, .. } = self.model;
        let asked = request.map(|observer| observer.finish()).unwrap_or_default();
        let mut facts = answer.map(|observer| observer.finish()).unwrap_or_default();
        facts.request_model = facts.request_model.or(asked.request_model);
        answer::model(&mut self.encoder, &mut self.metadata, self.tracing.trace.kind, &facts);
        answer::metadata(&mut self.encoder, self.metadata);
        Some(Span { tenant: self.tenant, bytes: answer::finish(self.encoder, outcome, now.max(self.started)) })
    }

    fn settle(&mut self, verdict: Verdict<'_>) {
        answer::verdict(&mut self.encoder, &mut self.metadata, verdict);
        self.settled = true;
        if let Verdict::Refuse(code) = verdict {
            self.refusal = Some(code);
            self.model = Model::default();
        }
    }
}

impl Model {
    fn of(kind: SpanKind, request: &Request<'_>) -> Self {
        let shows = matches!(kind, SpanKind::Llm | SpanKind::Embedding | SpanKind::Reranker | SpanKind::Retriever);
        if !shows {
            return Self::default();
        }
        let asked = request.has_body && header_once(request, "content-encoding").is_none();
        let content_type = header_once(request, "content-type").unwrap_or_default();
        let observer = if asked { Observer::of_request(kind, content_type) } else { None };
        Self { request: observer.map(Box::new), awaits: true, answer: None }
    }
}
