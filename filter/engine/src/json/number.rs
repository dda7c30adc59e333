//! The grammar of JSON numbers (RFC 8259, section 6), a byte at a time.

/// The part of a number that has been read last.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    Minus,
    Zero,
    Integer,
    Point,
    Fraction,
    Exponent,
    Sign,
    Power,
}

impl Number {
    /// Whether the number may end here.
    pub(super) const fn is_complete(self) -> bool {
        matches!(self, Self::Zero | Self::Integer | Self::Fraction | Self::Power)
    }

    /// Whether one more digit changes nothing.
    pub(super) const fn takes_digits(self) -> bool {
        matches!(self, Self::Integer | Self::Fraction | Self::Power)
    }

    /// What the number is after one more byte: none for malformed, `Some(None)` if the byte is beyond it.
    pub(super) const fn next(self, byte: u8) -> Option<Option<Self>> {
        let next = match (self, byte) {
            (Self::Minus, b'0') => Self::Zero,
            (Self::Minus, b'1'..=b'9') | (Self::Integer, b'0'..=b'9') => Self::Integer,
            (Self::Zero | Self::Integer, b'.') => Self::Point,
            (Self::Point | Self::Fraction, b'0'..=b'9') => Self::Fraction,
            (Self::Zero | Self::Integer | Self::Fraction, b'e' | b'E') => Self::Exponent,
            (Self::Exponent, b'+' | b'-') => Self::Sign,
            (Self::Exponent | Self::Sign | Self::Power, b'0'..=b'9') => Self::Power,
            _ if self.is_complete() => return Some(None),
            _ => return None,
        };
        Some(Some(next))
    }
}
