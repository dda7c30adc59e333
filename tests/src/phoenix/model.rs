//! What Phoenix holds, as its REST API tells it.

use serde::Deserialize;
use serde_json::{Map, Value};

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Project {
    /// Phoenix's own id, which pages and paths are made of.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A span as Phoenix holds it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Span {
    /// Its name.
    pub name: String,
    /// Trace and span id.
    pub context: Context,
    /// The OpenInference kind.
    pub span_kind: String,
    /// The parent's span id.
    pub parent_id: Option<String>,
    /// When it began, RFC 3339.
    pub start_time: String,
    /// When it ended, RFC 3339.
    pub end_time: String,
    /// `OK`, `ERROR` or `UNSET`.
    pub status_code: String,
    /// What goes with `ERROR`.
    pub status_message: String,
    /// Attributes by their whole, dotted keys. `metadata` has been taken apart into such keys too.
    pub attributes: Map<String, Value>,
    /// Events.
    pub events: Vec<Value>,
}

/// A span's identity, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Context {
    /// 32 digits.
    pub trace_id: String,
    /// 16 digits.
    pub span_id: String,
}

/// A trace, as its project lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Trace {
    /// Phoenix's own id, which pages are made of.
    pub id: String,
    /// 32 hexadecimal digits.
    pub trace_id: String,
    /// Tokens of all its LLM spans; 0 where it is listed by a session.
    #[serde(default)]
    pub token_count_total: u64,
}

/// A session, as its project lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Session {
    /// Phoenix's own id, which pages are made of.
    pub id: String,
    /// The value of `session.id`.
    pub session_id: String,
    /// The traces of the session.
    pub traces: Vec<Trace>,
}

impl Span {
    /// An attribute.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.attributes.get(key)
    }

    /// An attribute that is a string.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// An attribute that is an integer.
    #[must_use]
    pub fn integer(&self, key: &str) -> Option<i64> {
        self.get(key)?.as_i64()
    }
}
