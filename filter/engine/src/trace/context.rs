//! `traceparent`, as W3C Trace Context level 1 has it (<https://www.w3.org/TR/trace-context-1/>).

/// The version that this writes.
const VERSION: u8 = 0;
/// The version that no `traceparent` may have.
const FORBIDDEN_VERSION: u8 = 0xff;
/// The only flag of level 1.
const SAMPLED: u8 = 1;

/// Where a request stands in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceContext {
    /// Never all zero.
    pub trace_id: [u8; 16],
    /// The caller's span; never all zero.
    pub span_id: [u8; 8],
    /// Whether the caller records its span.
    pub sampled: bool,
}

impl TraceContext {
    /// The header in lower case.
    pub const HEADER: &'static str = "traceparent";

    /// Reads the value of a header that came once. A higher version than 00 is read by the fields of 00, and may have
    /// more of them; everything else that is not to the letter is None, upper-case digits and zero ids included.
    #[must_use]
    pub fn parse(value: &[u8]) -> Option<Self> {
        let ([version], rest) = hex::<1>(value)?;
        let (trace_id, rest) = hex::<16>(rest.strip_prefix(b"-")?)?;
        let (span_id, rest) = hex::<8>(rest.strip_prefix(b"-")?)?;
        let ([flags], rest) = hex::<1>(rest.strip_prefix(b"-")?)?;
        let ends_well = rest.is_empty() || (version > VERSION && rest.starts_with(b"-"));
        let valid = version != FORBIDDEN_VERSION && trace_id != [0; 16] && span_id != [0; 8] && ends_well;
        valid.then_some(Self { trace_id, span_id, sampled: flags & SAMPLED != 0 })
    }

    /// The header's value, in version 00.
    #[must_use]
    pub fn traceparent(&self) -> [u8; 55] {
        let mut value = *b"00-00000000000000000000000000000000-0000000000000000-00";
        write_hex(value.get_mut(3..35), &self.trace_id);
        write_hex(value.get_mut(36..52), &self.span_id);
        write_hex(value.get_mut(53..), &[u8::from(self.sampled)]);
        value
    }
}

/// `N` bytes in lower-case hex, and what follows them.
fn hex<const N: usize>(text: &[u8]) -> Option<([u8; N], &[u8])> {
    let (digits, rest) = text.split_at_checked(2 * N)?;
    let mut bytes = [0; N];
    for (byte, &[high, low]) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
        *byte = value(high)? << 4 | value(low)?;
    }
    Some((bytes, rest))
}

const fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

fn write_hex(slot: Option<&mut [u8]>, bytes: &[u8]) {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    for (pair, byte) in slot.unwrap_or_default().as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *pair = [digit(byte >> 4), digit(byte & 15)];
    }
}
