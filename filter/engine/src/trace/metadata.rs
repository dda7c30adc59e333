//! The decision as one JSON object, for the attribute `metadata`.

use std::fmt::Write;

/// A JSON object under construction.
#[derive(Debug)]
pub(super) struct Metadata(String);

/// Room for a usual decision.
const USUAL_BYTES: usize = 256;

impl Metadata {
    pub(super) fn new() -> Self {
        let mut json = String::with_capacity(USUAL_BYTES);
        json.push('{');
        Self(json)
    }

    /// A string in parts.
    pub(super) fn text(&mut self, key: &str, parts: &[&str]) {
        self.key(key);
        self.0.push('"');
        for part in parts {
            // What needs an escape is rare.
            if part.bytes().all(|byte| byte >= b' ' && !matches!(byte, b'"' | b'\\')) {
                self.0.push_str(part);
            } else {
                part.chars().for_each(|char| self.escape(char));
            }
        }
        self.0.push('"');
    }

    pub(super) fn number(&mut self, key: &str, value: u64) {
        self.key(key);
        let _ = write!(self.0, "{value}");
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }

    fn escape(&mut self, char: char) {
        match char {
            '"' | '\\' => self.0.extend(['\\', char]),
            '\0'..' ' => drop(write!(self.0, "\\u{:04x}", u32::from(char))),
            _ => self.0.push(char),
        }
    }

    fn key(&mut self, key: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(key);
        self.0.push_str("\":");
    }
}
