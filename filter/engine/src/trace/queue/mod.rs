//! Spans on their way to Phoenix: bounded by number and bytes, sent in batches, sent again when the collector has trouble.
//!
//! The engine has no clock and sends nothing: the caller brings the time, sends a [`Batch`], and says what came of it.
//! One batch is under way at a time. Its spans stay in their place until the answer, so that whatever becomes of it they
//! are counted once, as sent or as dropped.
//!
//! When the buffer is full it is the newest span that is dropped, as OpenTelemetry's SDKs and Envoy do: a batch under way
//! is never pulled apart, and what waits shows how the trouble began.

mod backoff;
mod envelope;
mod outcome;

pub use outcome::{Outcome, grpc_outcome, http_outcome};

use super::span::Span;
use super::wire::field_len;
use crate::config::{Batch as Limits, Buffer, Export};
use backoff::Backoff;
use envelope::Envelope;
use std::collections::{BTreeSet, VecDeque};

const NANOS_PER_MILLI: u64 = 1_000_000;
/// A batch that failed so often without the collector saying why may be what makes it fail.
const UNCLEAR_TRIES: u32 = 5;

/// One request to the collector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Names the batch in [`Queue::answered`].
    pub id: u64,
    /// An `opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest`.
    pub body: Vec<u8>,
    /// How many spans are in it.
    pub spans: usize,
}

/// What became of spans since the queue was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Delivered.
    pub sent: u64,
    /// Dropped because there was no room (`buffer-full`).
    pub buffer_full: u64,
    /// Dropped because the collector will never take them (`rejected`).
    pub rejected: u64,
    /// Dropped because no batch could hold them (`too-large`).
    pub too_large: u64,
    /// Batches that were not delivered and will be sent again.
    pub retries: u64,
}

/// Spans that wait, and the batch that is under way.
#[derive(Debug)]
pub struct Queue {
    envelope: Envelope,
    batch: Limits,
    buffer: Buffer,
    /// How long to wait for an answer that never comes, in nanoseconds.
    patience: u64,
    waiting: VecDeque<Waiting>,
    /// Memory that `waiting` holds.
    held: usize,
    /// Bytes of the spans in `waiting` as fields of a batch.
    bytes: usize,
    under_way: Option<UnderWay>,
    last_id: u64,
    backoff: Backoff,
    not_before: u64,
    unclear: u32,
    counts: Counts,
}

#[derive(Debug)]
struct Waiting {
    span: Span,
    since: u64,
}

impl Waiting {
    /// Memory that the span holds.
    fn held(&self) -> usize {
        size_of::<Self>() + self.span.bytes.capacity() + self.span.tenant.as_ref().map_or(0, |tenant| tenant.len())
    }
}

/// The batch under way: the first `spans` of those that wait.
#[derive(Debug)]
struct UnderWay {
    id: u64,
    spans: usize,
    since: u64,
}

impl Queue {
    /// An empty queue of the spans of `service`. `seed` spreads the retries of different proxies and workers.
    #[must_use]
    pub fn new(export: &Export, service: &str, seed: u64) -> Self {
        Self {
            envelope: Envelope::new(service, &export.project, &export.unassigned),
            batch: export.batch,
            buffer: export.buffer,
            patience: 2 * u64::from(export.to.timeout_ms) * NANOS_PER_MILLI,
            waiting: VecDeque::new(),
            held: 0,
            bytes: 0,
            under_way: None,
            last_id: 0,
            backoff: Backoff::new(seed),
            not_before: 0,
            unclear: 0,
            counts: Counts::default(),
        }
    }

    /// Takes a span. `now` is in nanoseconds of any clock, the same one everywhere.
    pub fn push(&mut self, span: Span, now: u64) {
        let len = field_len(span.bytes.len());
        let waiting = Waiting { span, since: now };
        let held = waiting.held();
        if len + self.envelope.around(waiting.span.tenant.as_deref()) > self.batch.bytes as usize {
            self.counts.too_large += 1;
        } else if self.waiting.len() >= self.buffer.spans as usize || self.held + held > self.buffer.bytes as usize {
            self.counts.buffer_full += 1;
        } else {
            self.held += held;
            self.bytes += len;
            self.waiting.push_back(waiting);
        }
    }

    /// The next batch, if one is due and none is under way. Ask after each [`Queue::push`] and [`Queue::answered`], and
    /// now and then.
    pub fn next(&mut self, now: u64) -> Option<Batch> {
        if self.under_way.as_ref().is_some_and(|batch| now.saturating_sub(batch.since) > self.patience) {
            // The host lost it. Should an answer come after all, nobody waits for it.
            self.failed(now);
        }
        if self.under_way.is_some() || now < self.not_before || !self.is_due(now) {
            return None;
        }
        let spans = self.fitting();
        self.last_id += 1;
        self.under_way = Some(UnderWay { id: self.last_id, spans, since: now });
        let sent = self.waiting.iter().take(spans).map(|waiting| &waiting.span);
        let body = self.envelope.seal(sent.map(|span| (span.tenant.as_deref(), span.bytes.as_slice())));
        Some(Batch { id: self.last_id, body, spans })
    }

    /// Says what came of a batch. An answer to a batch that nobody waits for any more changes nothing.
    pub fn answered(&mut self, id: u64, outcome: Outcome, now: u64) {
        let Some(batch) = self.under_way.take_if(|batch| batch.id == id) else { return };
        let outcome = match outcome {
            Outcome::Unclear => {
                self.unclear += 1;
                if self.unclear < UNCLEAR_TRIES { Outcome::Retry } else { Outcome::Rejected }
            }
            clear => clear,
        };
        match outcome {
            Outcome::Delivered => {
                self.counts.sent += batch.spans as u64;
                self.backoff.reset();
            }
            Outcome::Rejected => self.counts.rejected += batch.spans as u64,
            Outcome::Retry | Outcome::Unclear => return self.failed(now),
        }
        self.unclear = 0;
        for gone in self.waiting.drain(..batch.spans.min(self.waiting.len())) {
            self.bytes -= field_len(gone.span.bytes.len());
            self.held -= gone.held();
        }
    }

    /// What became of spans so far.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Spans that wait, those under way included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether no span waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Memory that the spans hold, in bytes; never over the configured bound.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.held
    }

    /// Half a buffer is enough of a batch: the other half has to do while it is under way.
    fn is_due(&self, now: u64) -> bool {
        let every = u64::from(self.batch.every_ms) * NANOS_PER_MILLI;
        self.waiting.front().is_some_and(|oldest| now.saturating_sub(oldest.since) >= every)
            || self.waiting.len() >= self.batch.spans.min(self.buffer.spans.div_ceil(2)) as usize
            || self.bytes >= self.batch.bytes as usize
            || self.held >= self.buffer.bytes as usize / 2
    }

    /// How many of the oldest spans make the next batch: one at least, see [`Queue::push`].
    fn fitting(&self) -> usize {
        let (mut bytes, mut tenants, mut spans) = (0, BTreeSet::new(), 0);
        for Waiting { span, .. } in self.waiting.iter().take(self.batch.spans as usize) {
            if tenants.insert(span.tenant.as_deref()) {
                bytes += self.envelope.around(span.tenant.as_deref());
            }
            bytes += field_len(span.bytes.len());
            if bytes > self.batch.bytes as usize {
                break;
            }
            spans += 1;
        }
        spans
    }

    fn failed(&mut self, now: u64) {
        self.under_way = None;
        self.counts.retries += 1;
        self.not_before = now.saturating_add(self.backoff.wait());
    }
}
