//! What a reader tells of a document.

/// What is read is no JSON, or deeper than 128 containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Told of a document while it is read. `depth` is the number of containers open around the event.
pub(crate) trait Visit {
    /// Why reading stops.
    type Stop: From<Malformed>;

    /// A key begins in the innermost object.
    fn key_start(&mut self, depth: u32);
    /// One character of the key, escapes decoded.
    fn key_char(&mut self, char: char, depth: u32);
    /// The key is complete.
    fn key_end(&mut self, depth: u32);
    /// The next value is an element of the innermost array.
    fn element(&mut self, depth: u32);
    /// A value begins.
    fn value(&mut self, kind: Kind, depth: u32) -> Result<(), Self::Stop>;
    /// One character of a string value, escapes decoded.
    fn string_char(&mut self, char: char);
    /// The string value is complete.
    fn string_end(&mut self) -> Result<(), Self::Stop>;
    /// Some characters of the key or of the string, all of them ASCII.
    fn ascii(&mut self, run: &[u8], in_key: bool, depth: u32) {
        for &byte in run {
            match in_key {
                true => self.key_char(char::from(byte), depth),
                false => self.string_char(char::from(byte)),
            }
        }
    }
    /// One byte of a number.
    fn number_byte(&mut self, _byte: u8) {}
    /// The innermost container is complete; `depth` still counts it.
    fn close(&mut self, depth: u32);
    /// The value that began at this depth is complete, with the byte being read or, for a number, just before it.
    fn value_end(&mut self, _depth: u32) {}
    /// Whether the characters of the current key or string matter.
    fn listens(&self, in_key: bool, depth: u32) -> bool;
    /// Whether the bytes of the current number matter.
    fn counts(&self) -> bool {
        false
    }
}

/// What a value is, as far as its first byte tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    Literal,
}

impl Kind {
    pub(crate) const fn is_container(self) -> bool {
        matches!(self, Self::Object | Self::Array)
    }
}
