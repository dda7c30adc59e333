//! Where in a document each fact stands.
//!
//! A place is a container that may lead to a fact. The rows below are all that is ever looked for; whatever they do
//! not name is skipped.

use crate::config::SpanKind;

/// Which documents are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grammar {
    /// Requests, for the model's name.
    Request,
    /// Answers of Ollama, and of what speaks as OpenAI (vLLM, gateways) or Anthropic do.
    Model,
    /// The same, of services that rank documents.
    Reranker,
    /// Answers of Vespa, Elasticsearch, OpenSearch and Qdrant, and lists of documents under the usual names.
    Retriever,
}

/// A container that may lead to a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Document,
    Choices,
    Choice,
    Usage,
    PromptDetails,
    /// OpenAI's `response` of a response event, Anthropic's `message` of its first one.
    Response,
    Incomplete,
    Delta,
    Data,
    Datum,
    Embeddings,
    VespaRoot,
    VespaFields,
    /// Documents in a list, or an object around that list.
    Documents,
    Total,
    /// Nothing in here matters.
    Nowhere,
}

/// What a value tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    RequestModel,
    ResponseModel,
    FinishReason,
    PromptTokens,
    CompletionTokens,
    TotalTokens,
    CachedPromptTokens,
    TotalHits,
    /// That there is one more vector, be it an array or encoded as a string.
    Embedding,
    /// That there is one more document, whatever it holds.
    Hit,
}

/// What the next value is: a place if it is a container, a fact otherwise, except for facts that a container tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Next {
    pub(super) place: Place,
    pub(super) fact: Option<Fact>,
}

impl Next {
    /// Nothing that matters.
    pub(super) const NOTHING: Self = Self { place: Place::Nowhere, fact: None };
    /// A document.
    pub(super) const DOCUMENT: Self = Self::into(Place::Document);

    const fn into(place: Place) -> Self {
        Self { place, fact: None }
    }

    const fn tells(fact: Fact) -> Self {
        Self { place: Place::Nowhere, fact: Some(fact) }
    }
}

impl Grammar {
    /// The grammar of answers; None if spans of this kind show nothing of them.
    pub(super) const fn of(kind: SpanKind) -> Option<Self> {
        match kind {
            SpanKind::Llm | SpanKind::Embedding => Some(Self::Model),
            SpanKind::Reranker => Some(Self::Reranker),
            SpanKind::Retriever => Some(Self::Retriever),
            SpanKind::Chain | SpanKind::Tool | SpanKind::Agent | SpanKind::Guardrail | SpanKind::Evaluator => None,
        }
    }

    /// What the value under `key` in an object at `place` is.
    pub(super) fn member(self, place: Place, key: &[u8]) -> Next {
        match self {
            Self::Request if place == Place::Document && key == b"model" => Next::tells(Fact::RequestModel),
            Self::Request => Next::NOTHING,
            Self::Reranker if place == Place::Document && key == b"results" => Next::into(Place::Documents),
            Self::Model | Self::Reranker => in_model(place, key),
            Self::Retriever => in_retriever(place, key),
        }
    }

    /// What an element of an array at `place` is.
    pub(super) const fn element(place: Place) -> Next {
        match place {
            Place::Choices => Next::into(Place::Choice),
            Place::Data => Next::into(Place::Datum),
            Place::Embeddings => Next::tells(Fact::Embedding),
            Place::Documents => Next::tells(Fact::Hit),
            _ => Next::NOTHING,
        }
    }
}

fn in_model(place: Place, key: &[u8]) -> Next {
    match (place, key) {
        (Place::Document | Place::Response, b"model") => Next::tells(Fact::ResponseModel),
        (Place::Document | Place::Response, b"usage") => Next::into(Place::Usage),
        (Place::Document, b"choices") => Next::into(Place::Choices),
        (Place::Choice, b"finish_reason") => Next::tells(Fact::FinishReason),
        (Place::Usage, b"prompt_tokens" | b"input_tokens") => Next::tells(Fact::PromptTokens),
        (Place::Usage, b"completion_tokens" | b"output_tokens") => Next::tells(Fact::CompletionTokens),
        (Place::Usage, b"total_tokens") => Next::tells(Fact::TotalTokens),
        (Place::Usage, b"prompt_tokens_details" | b"input_tokens_details") => Next::into(Place::PromptDetails),
        (Place::PromptDetails, b"cached_tokens") => Next::tells(Fact::CachedPromptTokens),
        // OpenAI's `/v1/responses`, streamed and not.
        (Place::Document, b"response" | b"message") => Next::into(Place::Response),
        (Place::Document | Place::Response, b"incomplete_details") => Next::into(Place::Incomplete),
        (Place::Incomplete, b"reason") => Next::tells(Fact::FinishReason),
        // Anthropic's `/v1/messages`, which Ollama and vLLM speak too.
        (Place::Document, b"delta") => Next::into(Place::Delta),
        (Place::Document | Place::Delta, b"stop_reason") => Next::tells(Fact::FinishReason),
        // Ollama.
        (Place::Document, b"prompt_eval_count") => Next::tells(Fact::PromptTokens),
        (Place::Document, b"eval_count") => Next::tells(Fact::CompletionTokens),
        (Place::Document, b"done_reason") => Next::tells(Fact::FinishReason),
        (Place::Document, b"embeddings") => Next::into(Place::Embeddings),
        (Place::Document | Place::Datum, b"embedding") => Next::tells(Fact::Embedding),
        (Place::Document, b"data") => Next::into(Place::Data),
        _ => Next::NOTHING,
    }
}

fn in_retriever(place: Place, key: &[u8]) -> Next {
    match (place, key) {
        (Place::Document, b"root") => Next::into(Place::VespaRoot),
        (Place::VespaRoot, b"children") => Next::into(Place::Documents),
        (Place::VespaRoot, b"fields") => Next::into(Place::VespaFields),
        (Place::VespaFields, b"totalCount") => Next::tells(Fact::TotalHits),
        // Elasticsearch and OpenSearch have `hits.hits` and `hits.total.value`; Qdrant has `result.points`.
        (Place::Document, b"hits" | b"result" | b"results" | b"documents" | b"matches") => Next::into(Place::Documents),
        (Place::Documents, b"hits" | b"points") => Next::into(Place::Documents),
        (Place::Documents, b"total") => Next { place: Place::Total, fact: Some(Fact::TotalHits) },
        (Place::Total, b"value") => Next::tells(Fact::TotalHits),
        _ => Next::NOTHING,
    }
}
