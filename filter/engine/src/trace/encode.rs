//! One `opentelemetry.proto.trace.v1.Span`, field by field in the order in which things become known. Protobuf does not
//! mind the order.

use super::attributes::{Int, Text, Texts};
use super::context::TraceContext;
use super::text;
use super::wire::{Message, field_len, varint_len};

/// `SpanFlags.CONTEXT_HAS_IS_REMOTE_MASK`: the next bit means something.
const HAS_IS_REMOTE: u32 = 1 << 8;
/// `SpanFlags.CONTEXT_IS_REMOTE_MASK`: the parent is another process.
const IS_REMOTE: u32 = 1 << 9;
/// `SpanKind.SERVER`.
const SERVER: u64 = 2;

/// Room for the span of a usual request, so that it is written without moving.
const USUAL_BYTES: usize = 1024;

/// Of `Span.Status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status<'a> {
    Unset,
    Ok,
    Error(&'a str),
}

/// A span under construction.
#[derive(Debug)]
pub(super) struct Encoder(Message);

impl Encoder {
    /// Starts the span `own` under `parent`.
    pub(super) fn start(own: &TraceContext, parent: Option<[u8; 8]>, now: u64) -> Self {
        let mut span = Message::with_capacity(USUAL_BYTES);
        span.bytes(1, &own.trace_id);
        span.bytes(2, &own.span_id);
        if let Some(parent) = parent {
            span.bytes(4, &parent);
        }
        span.varint(6, SERVER);
        span.fixed64(7, now);
        let remote = if parent.is_some() { IS_REMOTE } else { 0 };
        span.fixed32(16, HAS_IS_REMOTE | remote | u32::from(own.sampled));
        Self(span)
    }

    /// `{method} {what}`.
    pub(super) fn name(&mut self, method: &str, what: &str) {
        let what = text::cut(what, text::MAX);
        self.0.head(5, method.len() + 1 + what.len());
        self.0.raw(method.as_bytes());
        self.0.raw(b" ");
        self.0.raw(what.as_bytes());
    }

    #[inline]
    pub(super) fn text(&mut self, attribute: Text, value: &str) {
        self.bytes(attribute.key, [value.as_bytes()]);
    }

    /// A value that was never checked: made text, and cut to `text::MAX` bytes.
    #[inline]
    pub(super) fn clip(&mut self, attribute: Text, value: &[u8]) {
        if text::is_plain(value) {
            self.bytes(attribute.key, [value]);
        } else {
            self.text(attribute, &text::clip(value, text::MAX));
        }
    }

    /// A string in parts.
    #[inline]
    pub(super) fn joined(&mut self, attribute: Text, parts: [&str; 3]) {
        self.bytes(attribute.key, parts.map(str::as_bytes));
    }

    #[inline]
    pub(super) fn int(&mut self, attribute: Int, value: u64) {
        // OTLP has no unsigned integer.
        let value = value.min(i64::MAX as u64);
        let any = 1 + varint_len(value);
        self.key(attribute.key, any);
        self.0.head(2, any);
        self.0.varint(3, value);
    }

    /// The attribute of the family for `name`.
    pub(super) fn texts<'a>(&mut self, family: Texts, name: &str, values: impl Iterator<Item = &'a str> + Clone) {
        let array = values.clone().map(|value| field_len(field_len(value.len()))).sum();
        let (key_len, any) = (family.key.len() + name.len(), field_len(array));
        self.0.heads([(9, field_len(key_len) + field_len(any)), (1, key_len)]);
        self.0.raw(family.key.as_bytes());
        self.0.raw(name.as_bytes());
        self.0.heads([(2, any), (5, array)]);
        for value in values {
            self.0.head(1, field_len(value.len()));
            self.0.bytes(1, value.as_bytes());
        }
    }

    /// Ends the span.
    pub(super) fn finish(mut self, now: u64, status: Status<'_>) -> Vec<u8> {
        self.0.fixed64(8, now);
        match status {
            Status::Unset => {}
            Status::Ok => {
                self.0.head(15, 2);
                self.0.varint(3, 1);
            }
            Status::Error(message) => {
                self.0.head(15, field_len(message.len()) + 2);
                self.0.bytes(2, message.as_bytes());
                self.0.varint(3, 2);
            }
        }
        self.0.into_bytes()
    }

    /// Inlined, so that each key is copied as the constant that it is.
    #[inline(always)]
    fn bytes<const N: usize>(&mut self, key: &'static str, parts: [&[u8]; N]) {
        let len = parts.iter().map(|part| part.len()).sum();
        let any = field_len(len);
        self.key(key, any);
        self.0.heads([(2, any), (1, len)]);
        for part in parts {
            self.0.raw(part);
        }
    }

    /// A `KeyValue` up to its value, whose head and `AnyValue` of `any` bytes have to follow.
    #[inline(always)]
    fn key(&mut self, key: &'static str, any: usize) {
        self.0.heads([(9, field_len(key.len()) + field_len(any)), (1, key.len())]);
        self.0.raw(key.as_bytes());
    }
}
