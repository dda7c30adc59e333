//! A span from its start to its end.

use super::answer;
use super::attributes as key;
use super::case::Case;
use super::encode::Encoder;
use super::metadata::Metadata;
use super::place::Place;
use super::reading::{self, Reading};
use super::seen::Seen;
use super::{identity, record, request};
use crate::code::Code;
use crate::config::{Keep, Role};
use crate::decision::Verdict;
use crate::load::Tracing;
use std::mem::take;
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
    request: Reading,
    /// Whether the answer's headers are of use, and have not come.
    awaits_headers: bool,
    /// Whether the answer's body may be of use, which its headers tell.
    awaits_body: bool,
    answer: Reading,
}

impl OpenSpan {
    pub(super) fn start(case: &Case<'_, '_>, place: &Place<'_>, now: u64) -> Self {
        let &Case { config, tracing, export, request, decision, ref seen } = case;
        let mut encoder = Encoder::start(&place.own, place.parent, now);
        request::describe(&mut encoder, case, place);
        let keep = if config.role() == Role::Gateway { export.keep } else { Keep::default() };
        let goes_on = decision.verdict.status().is_none();
        let sampled = place.own.sampled;
        // Of what is kept for its end alone, bodies would be read in vain nearly always.
        let reads = goes_on && sampled;
        let awaits_body = reads && reading::may_read_answers(tracing);
        let records_headers = !export.record.response_headers.is_empty();
        let mut span = Self {
            sampled,
            keep,
            started: now,
            tenant: place.tenant.map(Box::from),
            encoder,
            metadata: identity::facts(config, decision, identity::request_id(seen.request_id.get()).as_deref()),
            refusal: None,
            settled: decision.pending.body.is_none(),
            request: if reads { request_body(tracing, request.has_body, seen) } else { Reading::default() },
            awaits_headers: goes_on && (awaits_body || records_headers),
            awaits_body,
            answer: Reading::default(),
            tracing: Arc::clone(tracing),
        };
        if span.settled {
            span.settle(decision.verdict);
        }
        span
    }

    /// What the span still wants to see. Ask again after each of the calls below.
    #[must_use]
    pub fn wants(&self) -> Wants {
        Wants {
            response_headers: self.awaits_headers,
            request_body: self.request.wants_more(),
            response_body: self.awaits_body || self.answer.wants_more(),
        }
    }

    /// Takes the next chunk of the request's body.
    pub fn request_body(&mut self, chunk: &[u8]) {
        self.request.push(chunk);
    }

    /// Takes the headers of the answer, before its body.
    pub fn response_headers(&mut self, headers: &[(&[u8], &[u8])]) {
        if !take(&mut self.awaits_headers) {
            return;
        }
        record::answer(&mut self.encoder, &self.tracing, headers);
        if take(&mut self.awaits_body) {
            let value = |wanted: &[u8]| headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            if !value(b"content-encoding").is_some_and(|(_, coding)| is_coded(coding)) {
                let content_type = value(b"content-type").map(|&(_, value)| value).unwrap_or_default();
                self.answer = Reading::of_answer(&self.tracing, content_type);
            }
        }
    }

    /// Takes the next chunk of the answer's body.
    pub fn response_body(&mut self, chunk: &[u8]) {
        self.answer.push(chunk);
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
        let (asked, input) = self.request.finish();
        let (mut facts, output) = self.answer.finish();
        facts.request_model = facts.request_model.or(asked.request_model);
        answer::model(&mut self.encoder, &mut self.metadata, self.tracing.trace.kind, &facts);
        record::body(&mut self.encoder, &self.tracing, [key::INPUT, key::INPUT_TYPE], input);
        record::body(&mut self.encoder, &self.tracing, [key::OUTPUT, key::OUTPUT_TYPE], output);
        answer::metadata(&mut self.encoder, self.metadata);
        Some(Span { tenant: self.tenant, bytes: answer::finish(self.encoder, outcome, now.max(self.started)) })
    }

    fn settle(&mut self, verdict: Verdict<'_>) {
        answer::verdict(&mut self.encoder, &mut self.metadata, verdict);
        self.settled = true;
        if let Verdict::Refuse(code) = verdict {
            self.refusal = Some(code);
            // Nothing of it went on, and the answer is the filter's own.
            self.request = Reading::default();
            (self.awaits_headers, self.awaits_body) = (false, false);
        }
    }
}

fn request_body(tracing: &Tracing, has_body: bool, seen: &Seen<'_>) -> Reading {
    if has_body && !is_coded(seen.content_encoding) {
        Reading::of_request(tracing, seen.content_type)
    } else {
        Reading::default()
    }
}

/// Whether a body with this `content-encoding` is not what its type says.
fn is_coded(coding: &[u8]) -> bool {
    !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity")
}
