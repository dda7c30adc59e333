//! What a span holds only because the policy says so.

use super::attributes::Texts;
use super::encode::Encoder;
use super::text;
use crate::config::Record;
use std::borrow::Cow;

/// What stands in place of a value that the policy redacts, as in OpenInference.
const REDACTED: &str = "__REDACTED__";

/// Writes the values of the headers in `names`, in order of arrival.
pub(super) fn headers(
    span: &mut Encoder,
    family: Texts,
    names: &[String],
    record: &Record,
    headers: &[(&[u8], &[u8])],
) {
    for name in names {
        let redacted = record.redact.contains(name);
        let same = headers.iter().filter(|(sent, _)| sent.eq_ignore_ascii_case(name.as_bytes()));
        let values: Vec<Cow<'_, str>> = same
            .map(|(_, value)| if redacted { Cow::Borrowed(REDACTED) } else { text::clip(value, text::MAX) })
            .collect();
        if !values.is_empty() {
            span.texts(family, name, values.iter().map(AsRef::as_ref));
        }
    }
}
