//! Protobuf, written straight into one buffer (<https://protobuf.dev/programming-guides/encoding/>).

const VARINT: u8 = 0;
const FIXED64: u8 = 1;
const BYTES: u8 = 2;
const FIXED32: u8 = 5;

/// A message under construction, field by field.
#[derive(Debug, Default)]
pub struct Message(Vec<u8>);

impl Message {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// The message as it is sent.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn varint(&mut self, field: u8, value: u64) {
        self.tag(field, VARINT);
        self.number(value);
    }

    pub(crate) fn fixed64(&mut self, field: u8, value: u64) {
        self.tag(field, FIXED64);
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn fixed32(&mut self, field: u8, value: u32) {
        self.tag(field, FIXED32);
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    /// A field of bytes, a string or a message.
    pub fn bytes(&mut self, field: u8, value: &[u8]) {
        self.head(field, value.len());
        self.0.extend_from_slice(value);
    }

    /// Bytes of the field that was last started.
    #[inline]
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Starts a field of exactly `len` bytes.
    pub(crate) fn head(&mut self, field: u8, len: usize) {
        self.tag(field, BYTES);
        self.number(len as u64);
    }

    /// Starts a field, and the one that it starts with. Both are nearly always short, and so four bytes at once.
    #[inline]
    pub(crate) fn heads(&mut self, [(outer, len), (inner, inner_len)]: [(u8, usize); 2]) {
        if outer < 16 && inner < 16 && len < 0x80 && inner_len < 0x80 {
            let tag = |field: u8| field << 3 | BYTES;
            self.0.extend_from_slice(&[tag(outer), len as u8, tag(inner), inner_len as u8]);
        } else {
            self.head(outer, len);
            self.head(inner, inner_len);
        }
    }

    fn tag(&mut self, field: u8, wire_type: u8) {
        self.number(u64::from(field) << 3 | u64::from(wire_type));
    }

    fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

/// Length of `value` as a varint.
pub(crate) const fn varint_len(value: u64) -> usize {
    (70 - (value | 1).leading_zeros() as usize) / 7
}

/// Length of a field of `len` bytes with its head, where the field's number is below 16.
pub(crate) const fn field_len(len: usize) -> usize {
    if len < 0x80 { 2 + len } else { 1 + varint_len(len as u64) + len }
}
