//! What an answer tells.

/// The most bytes of a name or a reason that are kept; a longer one is cut between characters.
pub const MAX_TEXT: usize = 256;

/// What a model call tells, as far as it was seen. Nothing is guessed: what an answer does not say is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The model that the request asks for; at most [`MAX_TEXT`] bytes.
    pub request_model: Option<Box<str>>,
    /// The model that the answer names; at most [`MAX_TEXT`] bytes.
    pub response_model: Option<Box<str>>,
    /// Tokens of the prompt, cached ones included.
    pub prompt_tokens: Option<u64>,
    /// Tokens that the model generated.
    pub completion_tokens: Option<u64>,
    /// Prompt and completion together: as the answer says, else the sum of both.
    pub total_tokens: Option<u64>,
    /// Tokens of the prompt that came from a cache.
    pub cached_prompt_tokens: Option<u64>,
    /// Why generation ended, in the service's own word, such as `stop` or `length`; at most [`MAX_TEXT`] bytes.
    pub finish_reason: Option<Box<str>>,
    /// Vectors in the answer.
    pub embeddings: Option<u64>,
    /// Documents in the answer.
    pub hits: Option<u64>,
    /// Documents that match, whether in the answer or not.
    pub total_hits: Option<u64>,
}
