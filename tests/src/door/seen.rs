//! What became of a request, and who answered it.

use crate::envoy::client::Response;
use serde_json::Value;
use std::fmt;

/// Who answered a request, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A service of this cluster.
    Served(String),
    /// The front door refused it with this status and code: its documents name no request.
    Door(u16, String),
    /// A gateway's filter refused it: its documents name the request.
    Gateway(u16, String),
    /// Something else, with this status.
    Other(u16, String),
}

/// Reads an answer.
#[must_use]
pub fn seen(response: &Response) -> Seen {
    let json = response.json();
    let code = json["code"].as_str().unwrap_or_default().to_owned();
    let problem = response.header("content-type") == Some("application/problem+json");
    match (&json["cluster"], &json["requestId"]) {
        (Value::String(cluster), _) if response.status == 200 => Seen::Served(cluster.clone()),
        (_, Value::String(_)) if problem => Seen::Gateway(response.status, code),
        (_, Value::Null) if problem && !code.is_empty() => Seen::Door(response.status, code),
        _ => Seen::Other(response.status, response.text()),
    }
}

/// A service of this cluster answered.
#[must_use]
pub fn served(cluster: &str) -> Seen {
    Seen::Served(cluster.to_owned())
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Served(cluster) => write!(f, "served in {cluster}"),
            Self::Door(status, code) => write!(f, "front door: {status} {code}"),
            Self::Gateway(status, code) => write!(f, "gateway: {status} {code}"),
            Self::Other(status, text) => write!(f, "{status} {text}"),
        }
    }
}
