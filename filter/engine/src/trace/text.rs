//! Strings as spans hold them: valid UTF-8 without NUL, and bounded.
//!
//! Phoenix refuses a whole request for one invalid string, and PostgreSQL takes no NUL in text.

use std::borrow::Cow;

/// The most bytes of an attribute's value where nothing else is said.
pub(crate) const MAX: usize = 1024;

/// `value` as text of at most `max` bytes: cut between characters, with U+FFFD for what is no character.
pub(crate) fn clip(value: &[u8], max: usize) -> Cow<'_, str> {
    // A character has at most four bytes, so that what is cut off here never decides about what is left below.
    let value = value.get(..max.saturating_add(4)).unwrap_or(value);
    let mut text = String::from_utf8_lossy(value);
    if text.contains('\0') {
        text = Cow::Owned(text.replace('\0', "\u{fffd}"));
    }
    if text.len() > max {
        let end = text.floor_char_boundary(max);
        match &mut text {
            Cow::Borrowed(text) => *text = text.get(..end).unwrap_or_default(),
            Cow::Owned(text) => text.truncate(end),
        }
    }
    text
}
