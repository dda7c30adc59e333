//! The two OTLP protocols: what comes in, and what goes back.

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderValue};
use hyper::{Response, StatusCode};
use std::convert::Infallible;

/// The most bytes of a gRPC message that Phoenix takes.
const GRPC_LIMIT: usize = 4 << 20;
/// A gRPC message's compression flag and length.
const GRPC_PREFIX: usize = 5;

/// A response of either protocol.
pub type Answer = Response<BoxBody<Bytes, Infallible>>;

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `opentelemetry.proto.collector.trace.v1.TraceService/Export`.
    Grpc,
    /// `POST /v1/traces`.
    Http,
}

impl Protocol {
    /// The protocol of a method and path, if it is one of ours.
    pub fn of(method: &str, path: &str) -> Option<Self> {
        match (method, path) {
            ("POST", "/opentelemetry.proto.collector.trace.v1.TraceService/Export") => Some(Self::Grpc),
            ("POST", "/v1/traces") => Some(Self::Http),
            _ => None,
        }
    }

    /// The message of a request, or what is wrong with it and the HTTP status that Phoenix answers (over gRPC
    /// the status that goes with it).
    pub fn message(self, headers: &HeaderMap, body: Bytes) -> Result<Bytes, (String, Wrong)> {
        let content_type = match self {
            Self::Grpc => "application/grpc",
            Self::Http => "application/x-protobuf",
        };
        let given: Vec<&HeaderValue> = headers.get_all("content-type").iter().collect();
        if given != [content_type] {
            return Err((format!("content type {given:?}"), Wrong::MediaType));
        }
        if let Some(encoding) = headers.get("content-encoding") {
            return Err((format!("content encoding {encoding:?}"), Wrong::MediaType));
        }
        if headers.get("x-project-name").is_some_and(HeaderValue::is_empty) {
            return Err(("an empty project name in `x-project-name`".to_owned(), Wrong::Content));
        }
        if self == Self::Http {
            return Ok(body);
        }
        if headers.get("te") != Some(&HeaderValue::from_static("trailers")) {
            return Err(("gRPC without `te: trailers`".to_owned(), Wrong::MediaType));
        }
        let prefix = body.first_chunk::<GRPC_PREFIX>().ok_or(("no gRPC message".to_owned(), Wrong::Content))?;
        let [flag, a, b, c, d] = *prefix;
        let (length, message) = (u32::from_be_bytes([a, b, c, d]) as usize, body.slice(GRPC_PREFIX..));
        if length > GRPC_LIMIT {
            return Err((format!("a gRPC message of {length} bytes"), Wrong::Size));
        }
        if flag != 0 || length != message.len() {
            return Err((format!("{} bytes in one message of {length}", message.len()), Wrong::Content));
        }
        Ok(message)
    }

    /// The answer to what was taken: an empty `ExportTraceServiceResponse`.
    pub fn accepted(self) -> Answer {
        match self {
            Self::Grpc => {
                let mut trailers = HeaderMap::new();
                trailers.insert("grpc-status", HeaderValue::from_static("0"));
                let body = Full::new(Bytes::from_static(&[0; GRPC_PREFIX]));
                let body = body.with_trailers(std::future::ready(Some(Ok(trailers)))).boxed();
                typed(Response::new(body), "application/grpc")
            }
            Self::Http => typed(Response::new(Empty::new().boxed()), "application/x-protobuf"),
        }
    }

    /// An error: a gRPC status in headers that end the stream, or an HTTP status.
    pub fn refused(self, grpc: u32, http: u16) -> Answer {
        let mut answer = Response::new(Empty::new().boxed());
        match self {
            Self::Grpc => {
                answer.headers_mut().insert("grpc-status", HeaderValue::from(grpc));
                typed(answer, "application/grpc")
            }
            Self::Http => {
                *answer.status_mut() = StatusCode::from_u16(http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                answer
            }
        }
    }
}

/// Why a request can never be taken.
#[derive(Clone, Copy, Debug)]
pub enum Wrong {
    /// Its content type or encoding.
    MediaType,
    /// It is over the limit.
    Size,
    /// It is not what it says.
    Content,
}

impl Wrong {
    /// gRPC and HTTP status.
    pub const fn statuses(self) -> (u32, u16) {
        match self {
            Self::MediaType => (12, 415),
            Self::Size => (8, 413),
            Self::Content => (3, 422),
        }
    }
}

fn typed(mut answer: Answer, content_type: &'static str) -> Answer {
    answer.headers_mut().insert("content-type", HeaderValue::from_static(content_type));
    answer
}
