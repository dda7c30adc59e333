//! A JSON reader (RFC 8259) that takes one byte at a time, keeps nothing and never recurses.

use super::number::Number;
use super::visit::{Kind, Malformed, Visit};

/// Deeper documents are refused.
const MAX_DEPTH: u32 = 128;

/// Where in a document the reader stands.
#[derive(Debug)]
pub(crate) struct Scanner {
    state: State,
    depth: u32,
    /// One bit per open container, the innermost lowest: 1 for an object.
    objects: u128,
    text: Text,
    in_key: bool,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Value,
    FirstElement,
    FirstKey,
    Key,
    Colon,
    AfterValue,
    Text,
    Number(Number),
    Literal(&'static [u8]),
    End,
}

#[derive(Clone, Copy, Debug)]
enum Text {
    Plain,
    Escape,
    /// Digits still to come, value so far, and the high surrogate before it.
    Unicode(u8, u32, Option<u32>),
    /// After a high surrogate: a backslash has to follow.
    LowSurrogate(u32),
    /// After a high surrogate and a backslash.
    LowSurrogateU(u32),
    /// Continuation bytes still to come, value so far, smallest value that needs so many bytes.
    Utf8(u8, u32, u32),
}

type Scan<V> = Result<(), <V as Visit>::Stop>;

fn malformed<V: Visit>() -> Scan<V> {
    Err(Malformed.into())
}

impl Scanner {
    pub(crate) const fn new() -> Self {
        Self { state: State::Value, depth: 0, objects: 0, text: Text::Plain, in_key: false }
    }

    /// Whether the document is complete; a number at the top level is so only once something follows it.
    pub(crate) const fn is_complete(&self) -> bool {
        matches!(self.state, State::End)
    }

    /// Takes the end of the body.
    pub(crate) fn finish(&self) -> Result<(), Malformed> {
        let number_ends = self.depth == 0 && matches!(self.state, State::Number(number) if number.is_complete());
        if self.is_complete() || number_ends { Ok(()) } else { Err(Malformed) }
    }

    /// Takes those of the next bytes that are digits of a number, or stand for themselves inside a key or a string, all at
    /// once, and says how many they are.
    pub(crate) fn run<V: Visit>(&self, bytes: &[u8], visit: &mut V) -> usize {
        match (self.state, self.text) {
            (State::Text, Text::Plain) => {
                let end = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20 | 0x80..));
                let run = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
                if visit.listens(self.in_key, self.depth) {
                    visit.ascii(run, self.in_key, self.depth);
                }
                run.len()
            }
            (State::Number(number), _) if number.takes_digits() => {
                let end = bytes.iter().position(|byte| !byte.is_ascii_digit());
                let run = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
                if visit.counts() {
                    run.iter().for_each(|&byte| visit.number_byte(byte));
                }
                run.len()
            }
            _ => 0,
        }
    }

    // What a byte leads to is inlined into every loop over a body: that makes the loops twice as fast.

    /// Takes the next byte.
    #[inline(always)]
    pub(crate) fn byte<V: Visit>(&mut self, byte: u8, visit: &mut V) -> Scan<V> {
        match self.state {
            State::Text => return self.text(byte, visit),
            State::Number(number) => match number.next(byte) {
                Some(Some(number)) => {
                    self.state = State::Number(number);
                    visit.number_byte(byte);
                    return Ok(());
                }
                Some(None) => self.value_ends(visit),
                None => return malformed::<V>(),
            },
            State::Literal(rest) => {
                return match rest.split_first() {
                    Some((&expected, rest)) if expected == byte => {
                        self.state = State::Literal(rest);
                        if rest.is_empty() {
                            self.value_ends(visit);
                        }
                        Ok(())
                    }
                    _ => malformed::<V>(),
                };
            }
            _ => {}
        }
        if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') { Ok(()) } else { self.structure(byte, visit) }
    }

    /// Takes a byte that is neither inside a scalar nor white space.
    #[inline(always)]
    fn structure<V: Visit>(&mut self, byte: u8, visit: &mut V) -> Scan<V> {
        match (self.state, byte) {
            (State::FirstElement, b']') | (State::FirstKey, b'}') => self.close(visit),
            (State::FirstElement, _) => {
                visit.element(self.depth);
                self.value(byte, visit)
            }
            (State::Value, _) => self.value(byte, visit),
            (State::FirstKey | State::Key, b'"') => {
                (self.state, self.text, self.in_key) = (State::Text, Text::Plain, true);
                visit.key_start(self.depth);
                Ok(())
            }
            (State::Colon, b':') => {
                self.state = State::Value;
                Ok(())
            }
            (State::AfterValue, b',') if self.in_object() => {
                self.state = State::Key;
                Ok(())
            }
            (State::AfterValue, b',') => {
                self.state = State::Value;
                visit.element(self.depth);
                Ok(())
            }
            (State::AfterValue, b'}') if self.in_object() => self.close(visit),
            (State::AfterValue, b']') if !self.in_object() => self.close(visit),
            _ => malformed::<V>(),
        }
    }

    #[inline(always)]
    fn value<V: Visit>(&mut self, byte: u8, visit: &mut V) -> Scan<V> {
        let (state, kind) = match byte {
            b'{' => (State::FirstKey, Kind::Object),
            b'[' => (State::FirstElement, Kind::Array),
            b'"' => (State::Text, Kind::String),
            b'-' => (State::Number(Number::Minus), Kind::Number),
            b'0' => (State::Number(Number::Zero), Kind::Number),
            b'1'..=b'9' => (State::Number(Number::Integer), Kind::Number),
            b't' => (State::Literal(b"rue"), Kind::Literal),
            b'f' => (State::Literal(b"alse"), Kind::Literal),
            b'n' => (State::Literal(b"ull"), Kind::Literal),
            _ => return malformed::<V>(),
        };
        visit.value(kind, self.depth)?;
        if kind.is_container() {
            if self.depth == MAX_DEPTH {
                return malformed::<V>();
            }
            self.depth += 1;
            self.objects = self.objects << 1 | u128::from(kind == Kind::Object);
        }
        (self.state, self.text, self.in_key) = (state, Text::Plain, false);
        if kind == Kind::Number {
            visit.number_byte(byte);
        }
        Ok(())
    }

    #[inline(always)]
    fn close<V: Visit>(&mut self, visit: &mut V) -> Scan<V> {
        visit.close(self.depth);
        self.depth -= 1;
        self.objects >>= 1;
        self.value_ends(visit);
        Ok(())
    }

    #[inline(always)]
    fn value_ends(&mut self, visit: &mut impl Visit) {
        visit.value_end(self.depth);
        self.state = if self.depth == 0 { State::End } else { State::AfterValue };
    }

    const fn in_object(&self) -> bool {
        self.objects & 1 == 1
    }

    /// Takes a byte inside a key or a string.
    #[inline(always)]
    fn text<V: Visit>(&mut self, byte: u8, visit: &mut V) -> Scan<V> {
        match self.text {
            Text::Plain => match byte {
                b'"' => return self.text_ends(visit),
                b'\\' => self.text = Text::Escape,
                0..0x20 => return malformed::<V>(),
                0x20..0x80 => self.char(char::from(byte), visit),
                0xc2..0xe0 => self.text = Text::Utf8(1, u32::from(byte & 0x1f), 0x80),
                0xe0..0xf0 => self.text = Text::Utf8(2, u32::from(byte & 0x0f), 0x800),
                0xf0..0xf5 => self.text = Text::Utf8(3, u32::from(byte & 0x07), 0x1_0000),
                _ => return malformed::<V>(),
            },
            Text::Utf8(left, value, least) => {
                if byte & 0xc0 != 0x80 {
                    return malformed::<V>();
                }
                let value = value << 6 | u32::from(byte & 0x3f);
                if left > 1 {
                    self.text = Text::Utf8(left - 1, value, least);
                } else if value < least {
                    return malformed::<V>();
                } else {
                    return self.code_point(value, visit);
                }
            }
            Text::Escape => {
                let char = match byte {
                    b'"' | b'\\' | b'/' => char::from(byte),
                    b'b' => '\u{8}',
                    b'f' => '\u{c}',
                    b'n' => '\n',
                    b'r' => '\r',
                    b't' => '\t',
                    b'u' => {
                        self.text = Text::Unicode(4, 0, None);
                        return Ok(());
                    }
                    _ => return malformed::<V>(),
                };
                self.text = Text::Plain;
                self.char(char, visit);
            }
            Text::Unicode(left, value, high) => {
                let Some(digit) = char::from(byte).to_digit(16) else { return malformed::<V>() };
                let value = value << 4 | digit;
                if left > 1 {
                    self.text = Text::Unicode(left - 1, value, high);
                    return Ok(());
                }
                match (high, value) {
                    (None, 0xd800..0xdc00) => self.text = Text::LowSurrogate(value),
                    (None, _) => return self.code_point(value, visit),
                    (Some(high), 0xdc00..0xe000) => {
                        let value = 0x1_0000 + ((high - 0xd800) << 10) + (value - 0xdc00);
                        return self.code_point(value, visit);
                    }
                    (Some(_), _) => return malformed::<V>(),
                }
            }
            Text::LowSurrogate(high) if byte == b'\\' => self.text = Text::LowSurrogateU(high),
            Text::LowSurrogateU(high) if byte == b'u' => self.text = Text::Unicode(4, 0, Some(high)),
            Text::LowSurrogate(_) | Text::LowSurrogateU(_) => return malformed::<V>(),
        }
        Ok(())
    }

    /// Ends an escape or a UTF-8 sequence; surrogates on their own are no characters.
    fn code_point<V: Visit>(&mut self, value: u32, visit: &mut V) -> Scan<V> {
        let Some(char) = char::from_u32(value) else { return malformed::<V>() };
        self.text = Text::Plain;
        self.char(char, visit);
        Ok(())
    }

    fn char(&mut self, char: char, visit: &mut impl Visit) {
        if self.in_key {
            visit.key_char(char, self.depth);
        } else {
            visit.string_char(char);
        }
    }

    fn text_ends<V: Visit>(&mut self, visit: &mut V) -> Scan<V> {
        if self.in_key {
            visit.key_end(self.depth);
            self.state = State::Colon;
            return Ok(());
        }
        visit.string_end()?;
        self.value_ends(visit);
        Ok(())
    }
}
