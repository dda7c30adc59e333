//! What the end of a request adds to its span.

use super::attributes as key;
use super::encode::{Encoder, Status};
use super::identity;
use super::metadata::Metadata;
use super::model::Facts;
use crate::code::Code;
use crate::config::SpanKind;
use crate::decision::Verdict;

/// `error.type` of a request that was never answered, and the message of its status.
const NO_ANSWER: [&str; 2] = ["no-answer", "no answer"];

/// How a request ended.
#[derive(Clone, Copy)]
pub(super) struct Outcome {
    /// The code, if the filter refused it.
    pub(super) refusal: Option<Code>,
    /// The status of the answer, if there was one.
    pub(super) status: Option<u16>,
}

impl Outcome {
    /// Whether the service failed: 5xx, or no answer.
    pub(super) fn is_failure(self) -> bool {
        self.status.is_none_or(|status| status >= 500)
    }
}

/// Writes what was decided.
pub(super) fn verdict(span: &mut Encoder, metadata: &mut Metadata, verdict: Verdict<'_>) {
    span.joined(key::DECISION, identity::words(verdict));
    if let Verdict::Refuse(code) = verdict {
        span.text(key::CODE, code.as_str());
    }
    identity::verdict(metadata, verdict);
}

/// Writes what an answer of a model service told.
pub(super) fn model(span: &mut Encoder, metadata: &mut Metadata, kind: SpanKind, facts: &Facts) {
    let model = facts.response_model.as_deref().or(facts.request_model.as_deref());
    let named = match kind {
        SpanKind::Embedding => key::EMBEDDING_MODEL,
        _ => key::MODEL,
    };
    let texts = [(named, model), (key::FINISH_REASON, facts.finish_reason.as_deref())];
    for (attribute, value) in texts {
        if let Some(value) = value {
            span.clip(attribute, value.as_bytes());
        }
    }
    let counts = [
        (key::PROMPT_TOKENS, facts.prompt_tokens),
        (key::COMPLETION_TOKENS, facts.completion_tokens),
        (key::TOTAL_TOKENS, facts.total_tokens),
        (key::CACHED_TOKENS, facts.cached_prompt_tokens),
    ];
    for (attribute, value) in counts {
        if let Some(value) = value {
            span.int(attribute, value);
        }
    }
    let found = [("embeddings", facts.embeddings), ("hits", facts.hits), ("total_hits", facts.total_hits)];
    for (name, value) in found {
        if let Some(value) = value {
            metadata.number(name, value);
        }
    }
}

/// Writes the metadata, to which nothing is added any more.
pub(super) fn metadata(span: &mut Encoder, metadata: Metadata) {
    span.text(key::METADATA, &metadata.finish());
}

/// Writes how the request ended. A 4xx of the service is the client's doing and says nothing of the service, as
/// OpenTelemetry has it; the filter's own refusals are what people look for.
pub(super) fn finish(mut span: Encoder, Outcome { refusal, status }: Outcome, now: u64) -> Vec<u8> {
    if let Some(status) = status {
        span.int(key::STATUS_CODE, status.into());
    }
    match (refusal, status) {
        (Some(code), _) => {
            span.text(key::ERROR, code.as_str());
            span.finish(now, Status::Error(code.as_str()))
        }
        (None, None) => {
            let [kind, message] = NO_ANSWER;
            span.text(key::ERROR, kind);
            span.finish(now, Status::Error(message))
        }
        (None, Some(status @ 500..)) => {
            let message = format!("HTTP {status}");
            span.text(key::ERROR, message.trim_start_matches("HTTP "));
            span.finish(now, Status::Error(&message))
        }
        (None, Some(400..=499)) => span.finish(now, Status::Unset),
        (None, Some(_)) => span.finish(now, Status::Ok),
    }
}
