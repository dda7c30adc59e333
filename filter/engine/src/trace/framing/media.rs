//! What a body is, by its content type or by its first byte.

/// A form in which JSON documents come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::trace) enum Media {
    /// `application/json` and the like.
    Json,
    /// Newline-delimited JSON.
    Lines,
    /// `text/event-stream`.
    Events,
}

impl Media {
    /// By the value of `content-type`; None if that says neither.
    pub(in crate::trace) fn of(content_type: &[u8]) -> Option<Self> {
        let essence = essence(content_type);
        let is = |name: &&str| essence.eq_ignore_ascii_case(name.as_bytes());
        let ends = |suffix: &str| {
            let start = essence.len().checked_sub(suffix.len());
            start.and_then(|at| essence.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix.as_bytes()))
        };
        if ends("/json") || ends("+json") {
            Some(Self::Json)
        } else if is(&"text/event-stream") {
            Some(Self::Events)
        } else {
            const LINES: [&str; 5] = [
                "application/x-ndjson",
                "application/ndjson",
                "application/jsonl",
                "application/x-jsonl",
                "application/jsonlines",
            ];
            LINES.iter().any(is).then_some(Self::Lines)
        }
    }

    /// Whether a body of this content type may be any of them all the same: gateways and simple servers send JSON as
    /// text, as bytes, as a form (which is what `curl -d` says) or without any type.
    pub(in crate::trace) fn may_hide(content_type: &[u8]) -> bool {
        const VAGUE: [&str; 4] = ["", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded"];
        VAGUE.iter().any(|name| essence(content_type).eq_ignore_ascii_case(name.as_bytes()))
    }
}

/// The type without its parameters.
fn essence(content_type: &[u8]) -> &[u8] {
    content_type.split(|byte| matches!(byte, b';' | b',')).next().unwrap_or_default().trim_ascii()
}
