//! Characters that have no place in a policy: invisible ones, and line breaks that not everyone counts.

use super::errors::Errors;
use super::rules::FORBIDDEN_CHARACTER;
use crate::source::{FileId, Span};

/// Reports every character that a reviewer could not see or that two readers would read differently.
pub fn check(text: &str, file: FileId, errors: &mut Errors) {
    // Nearly every file is plain ASCII with few control bytes; this pass decides it at memory speed.
    let suspicious = |byte: u8| byte >= 0x7f || (byte < 0x20 && byte != b'\n' && byte != b'\t');
    if !text.bytes().any(suspicious) {
        return;
    }
    let mut rest = text.char_indices().peekable();
    while let Some((at, char)) = rest.next() {
        let next = rest.peek().map(|&(_, next)| next);
        let Some(name) = name(at, char, next) else { continue };
        let start = u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span { file, start, end: start.saturating_add(u32::try_from(char.len_utf8()).unwrap_or(1)) };
        errors.push(
            FORBIDDEN_CHARACTER
                .at(span, format!("the file holds {name} (U+{:04X})", u32::from(char)))
                .help("delete the character; if it is meant, write it as an escape in a double-quoted string"),
        );
    }
}

/// What a forbidden character is; none for one that is allowed.
fn name(at: usize, char: char, next: Option<char>) -> Option<&'static str> {
    match char {
        '\n' | '\t' => None,
        '\r' if next == Some('\n') => None,
        '\r' => Some("a carriage return without a line feed"),
        '\0' => Some("a NUL character"),
        '\u{feff}' if at == 0 => None,
        '\u{feff}' => Some("a byte order mark in the middle"),
        '\u{85}' | '\u{2028}' | '\u{2029}' => Some("a line break that only some readers see"),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => {
            Some("an invisible character that reorders text")
        }
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{ad}' => Some("an invisible character"),
        '\u{fffe}' | '\u{ffff}' => Some("a character that Unicode forbids"),
        char if char.is_control() => Some("a control character"),
        _ => None,
    }
}
