//! Takes secrets out of what a span may show: query strings, headers and JSON bodies.

mod names;
mod query;
mod recording;
mod rewrite;

pub use recording::{Recorded, Recording};

use crate::trace::framing::Media;
use names::Names;
use std::sync::Arc;

/// Stands in for every value taken out, as OpenInference has it.
pub const MARK: &str = "__REDACTED__";

/// Knows whose values are taken out.
#[derive(Clone, Debug)]
pub struct Redaction {
    names: Arc<Names>,
}

impl Redaction {
    /// Takes out what stands under `names` (query parameters, headers, fields), compared decoded and without regard
    /// to case, and under the usual names of credentials, listed or not.
    pub fn new(names: impl IntoIterator<Item: AsRef<str>>) -> Self {
        Self { names: Arc::new(Names::new(names)) }
    }

    /// A query string, without its `?`, as it may be shown.
    #[must_use]
    pub fn query(&self, query: &[u8]) -> String {
        query::redact(query, &self.names)
    }

    /// A header's value as it may be shown.
    #[must_use]
    pub fn header<'a>(&self, name: &[u8], value: &'a [u8]) -> &'a [u8] {
        let hides = std::str::from_utf8(name).is_ok_and(|name| self.names.contain(name));
        if hides { MARK.as_bytes() } else { value }
    }

    /// Records a body with this content type, up to `limit` bytes. None for what is neither JSON, newline-delimited
    /// JSON nor server-sent events. A body with a `content-encoding` cannot be read; nothing would be recorded.
    #[must_use]
    pub fn record(&self, content_type: &[u8], limit: usize) -> Option<Recording> {
        Some(Recording::new(Media::of(content_type)?, limit, Arc::clone(&self.names)))
    }
}
