//! Calls that the filter makes itself, and their answers.

use super::headers::Headers;
use std::time::Duration;

/// A call on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The root context that made it.
    pub root: u32,
    /// Its token. Two root contexts may have calls of the same token.
    pub token: u32,
    /// Where it goes.
    pub to: To,
    /// Initial metadata or request headers.
    pub headers: Headers,
    /// The message or body.
    pub body: Vec<u8>,
    /// How long it may take.
    pub timeout: Duration,
}

/// Where a call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// A unary gRPC method.
    Grpc {
        /// A serialised `envoy.config.core.v3.GrpcService`.
        service: Vec<u8>,
        /// `SERVICE/METHOD`.
        method: String,
    },
    /// An HTTP server.
    Http {
        /// The cluster's name.
        cluster: String,
    },
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A gRPC status.
    Grpc(u32),
    /// An HTTP status.
    Http(u16),
    /// The connection broke before there was an HTTP answer.
    Reset,
}

/// An answer to a request, as the next filter or the service makes it.
#[derive(Clone, Debug)]
pub struct Response {
    pub(super) status: u16,
    pub(super) headers: Headers,
    pub(super) chunks: Vec<Vec<u8>>,
}

impl Response {
    /// An answer without a body.
    #[must_use]
    pub fn new(status: u16) -> Self {
        let mut headers = Headers::default();
        headers.add(":status", status.to_string());
        Self { status, headers, chunks: Vec::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
        self.headers.add(name.as_ref(), value.as_ref());
        self
    }

    /// Adds a body that comes in these chunks.
    #[must_use]
    pub fn body<B: AsRef<[u8]>>(mut self, chunks: impl IntoIterator<Item = B>) -> Self {
        self.chunks.extend(chunks.into_iter().map(|chunk| chunk.as_ref().to_vec()));
        self
    }
}
