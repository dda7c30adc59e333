//! What a span holds only because the policy says so.

use super::attributes::{self as key, Text, Texts};
use super::encode::Encoder;
use super::redact::Recorded;
use super::text;
use crate::load::Tracing;
use crate::path;
use std::borrow::Cow;

/// Writes the query and the headers of a request.
pub(super) fn request(span: &mut Encoder, tracing: &Tracing, target: &[u8], headers: &[(&[u8], &[u8])]) {
    let Some(record) = tracing.record() else { return };
    let query = path::split(target).1;
    if record.query
        && let Some(query) = query.strip_prefix(b"?")
    {
        let query = query.split(|&byte| byte == b'#').next().unwrap_or_default();
        span.clip(key::QUERY, tracing.redaction.query(query).as_bytes());
    }
    self::headers(span, tracing, key::REQUEST_HEADER, &record.request_headers, headers);
}

/// Writes the headers of an answer.
pub(super) fn answer(span: &mut Encoder, tracing: &Tracing, headers: &[(&[u8], &[u8])]) {
    let Some(record) = tracing.record() else { return };
    self::headers(span, tracing, key::RESPONSE_HEADER, &record.response_headers, headers);
}

/// Writes a body and its type.
pub(super) fn body(span: &mut Encoder, tracing: &Tracing, [value, mime_type]: [Text; 2], recorded: Option<Recorded>) {
    if let (Some(recorded), Some(limit)) = (recorded, tracing.bodies()) {
        span.text(value, &text::clip(recorded.text.as_bytes(), limit));
        span.text(mime_type, recorded.mime_type());
    }
}

/// Writes the values of the headers in `names`, in order of arrival.
fn headers(span: &mut Encoder, tracing: &Tracing, family: Texts, names: &[String], headers: &[(&[u8], &[u8])]) {
    for name in names {
        let same = headers.iter().filter(|(sent, _)| sent.eq_ignore_ascii_case(name.as_bytes()));
        let values: Vec<Cow<'_, str>> =
            same.map(|(_, value)| text::clip(tracing.redaction.header(name.as_bytes(), value), text::MAX)).collect();
        if !values.is_empty() {
            span.texts(family, name, values.iter().map(AsRef::as_ref));
        }
    }
}
