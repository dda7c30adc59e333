//! Strings as spans hold them: valid UTF-8 without NUL, and bounded.
//!
//! Phoenix refuses a whole request for one invalid string, and PostgreSQL takes no NUL in text.

use std::borrow::Cow;

/// The most bytes of an attribute's value where nothing else is said.
pub(crate) const MAX: usize = 1024;

/// Whether `value` can stand as it is in every string, which is nearly always so and seen at once.
pub(crate) fn is_plain(value: &[u8]) -> bool {
    value.len() <= MAX && value.is_ascii() && memchr::memchr(0, value).is_none()
}

/// `value` as text of at most `max` bytes: cut between characters, with U+FFFD for what is no character.
pub(crate) fn clip(value: &[u8], max: usize) -> Cow<'_, str> {
    // A character has at most four bytes, so that what is cut off here never decides about what is left below.
    let value = value.get(..max.saturating_add(4)).unwrap_or(value);
    let mut text = std::str::from_utf8(value).map_or_else(|_| String::from_utf8_lossy(value), Cow::Borrowed);
    if text.contains('\0') {
        text = Cow::Owned(text.replace('\0', "\u{fffd}"));
    }
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(cut(text, max)),
        Cow::Owned(text) => Cow::Owned(cut(&text, max).to_owned()),
    }
}

/// At most `max` bytes of `text`, cut between characters.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or_default()
}
