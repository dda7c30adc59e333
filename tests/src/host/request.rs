//! A request on its way through the filter, and what came of it.

use super::headers::Headers;
use super::state::Line;
use super::upstream::Response;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A request as a client and the proxy before the filter make it.
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) headers: Headers,
    pub(super) chunks: Vec<Vec<u8>>,
    pub(super) end: End,
    pub(super) claims: Option<Value>,
    pub(super) peer: Option<String>,
    pub(super) response: Option<Response>,
}

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// Together with the last chunk.
    #[default]
    WithLastChunk,
    /// By a callback without bytes, as Envoy does for chunked bodies.
    Alone,
    /// By trailers.
    Trailers,
}

impl Request {
    /// A request without a body.
    #[must_use]
    pub fn new(method: &str, authority: &str, path: &str) -> Self {
        let mut request = Self {
            headers: Headers::default(),
            chunks: Vec::new(),
            end: End::default(),
            claims: None,
            peer: None,
            response: Some(Response::new(200)),
        };
        for (name, value) in [(":method", method), (":authority", authority), (":path", path), (":scheme", "https")] {
            request.headers.add(name, value);
        }
        request
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
        self.headers.add(name.as_ref(), value.as_ref());
        self
    }

    /// Adds a body that comes in these chunks. Without any, the end of the body alone comes.
    #[must_use]
    pub fn body<B: AsRef<[u8]>>(mut self, chunks: impl IntoIterator<Item = B>, end: End) -> Self {
        self.chunks = chunks.into_iter().map(|chunk| chunk.as_ref().to_vec()).collect();
        if self.chunks.is_empty() {
            self.chunks.push(Vec::new());
        }
        self.end = end;
        self
    }

    /// Says what jwt_authn found in a token that it verified.
    #[must_use]
    pub fn claims(mut self, claims: Value) -> Self {
        self.claims = Some(claims);
        self
    }

    /// Says who the mTLS peer is.
    #[must_use]
    pub fn peer(mut self, spiffe: &str) -> Self {
        self.peer = Some(spiffe.to_owned());
        self
    }

    /// Says what the service answers if the request reaches it; 200 without a body where nothing is said.
    #[must_use]
    pub fn answered(mut self, response: Response) -> Self {
        self.response = Some(response);
        self
    }

    /// Ends the request before there is an answer.
    #[must_use]
    pub fn unanswered(mut self) -> Self {
        self.response = None;
        self
    }

    /// What `proxy_get_property` finds.
    pub(super) fn properties(&self) -> Value {
        let mut properties = json!({});
        if let Some(claims) = &self.claims {
            properties["metadata"]["filter_metadata"]["envoy.filters.http.jwt_authn"]["payload"] = claims.clone();
        }
        if let Some(peer) = &self.peer {
            properties["connection"]["uri_san_peer_certificate"] = json!(peer);
        }
        properties
    }
}

/// What came of a request.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The filter's own answer; a request that has one does not go on.
    pub reply: Option<Reply>,
    /// The request headers as the next filter sees them.
    pub headers: Headers,
    /// The bytes of the body that the next filter saw.
    pub forwarded: Vec<u8>,
    /// Whether the request's end was let through.
    pub completed: bool,
    /// Whether an answer, the service's or the filter's own, came through whole.
    pub delivered: bool,
    /// Filter state by name, without the `wasm.` that Envoy puts before it.
    pub properties: BTreeMap<String, String>,
    /// How often each host call was made, by name.
    pub calls: BTreeMap<&'static str, u32>,
    /// What the request cost inside the module.
    pub fuel: u64,
    /// What the module logged.
    pub log: Vec<Line>,
    /// The trap that ended it, if one did.
    pub trap: Option<String>,
}

impl Outcome {
    /// Whether it went upstream whole.
    #[must_use]
    pub const fn passed(&self) -> bool {
        self.completed && self.reply.is_none()
    }

    /// The code of its problem document, if it was refused with one.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        let body: Value = serde_json::from_slice(&self.reply.as_ref()?.body).ok()?;
        Some(body["code"].as_str()?.to_owned())
    }

    /// Status of the answer, 0 if the request went on.
    #[must_use]
    pub fn status(&self) -> u32 {
        self.reply.as_ref().map_or(0, |reply| reply.status)
    }
}

/// An answer that the filter gave itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u32,
    /// `RESPONSE_CODE_DETAILS`.
    pub details: String,
    /// Its headers.
    pub headers: Headers,
    /// Its body.
    pub body: Vec<u8>,
}
