//! Whatever happens to batches, every span is accounted for and memory stays bounded.

use crate::trace::fixture::trace;
use crate::trace::judge;
use proptest::collection::vec;
use proptest::prelude::*;
use prost::Message;
use std::collections::BTreeMap;
use tenantry_engine::config::Export;
use tenantry_engine::trace::Span;
use tenantry_engine::trace::queue::{Batch, Outcome, Queue};

const MILLI: u64 = 1_000_000;

#[derive(Clone, Debug)]
enum Step {
    /// Spans of some tenant and size.
    Push { tenant: u8, bytes: usize, spans: u8 },
    /// Time passes, and the queue is asked.
    Ask { millis: u64 },
    /// The batch under way, if any, is answered.
    Answer(Outcome),
    /// An answer to something else.
    Stray(Outcome),
}

fn step() -> impl Strategy<Value = Step> {
    let outcome = || {
        prop::sample::select(vec![
            Outcome::Delivered,
            Outcome::Delivered,
            Outcome::Retry,
            Outcome::Unclear,
            Outcome::Rejected,
        ])
    };
    prop_oneof![
        3 => (0..4u8, prop_oneof![20..400usize, 20_000..40_000usize], 1..5u8)
            .prop_map(|(tenant, bytes, spans)| Step::Push { tenant, bytes, spans }),
        3 => prop_oneof![Just(0), 0..1_000u64, 0..60_000u64].prop_map(|millis| Step::Ask { millis }),
        2 => outcome().prop_map(Step::Answer),
        1 => outcome().prop_map(Step::Stray),
    ]
}

fn export() -> impl Strategy<Value = Export> {
    (1..20u32, (32 << 10)..(64u32 << 10), 1..2_000u32, 0..40u32, 0..(64u32 << 10)).prop_map(
        |(spans, bytes, every, more_spans, more_bytes)| {
            let mut export = trace().export.expect("the fixture exports");
            (export.batch.spans, export.batch.bytes, export.batch.every_ms) = (spans, bytes, every);
            (export.buffer.spans, export.buffer.bytes) = (spans + more_spans, bytes + more_bytes);
            export
        },
    )
}

/// A span of little more than its id, and of about so many bytes.
fn span(id: u64, tenant: u8, bytes: usize) -> Span {
    let span = judge::Span { span_id: id.to_be_bytes().into(), name: "n".repeat(bytes), ..judge::Span::default() };
    Span { tenant: (tenant > 0).then(|| format!("org:t{tenant}").into()), bytes: span.encode_to_vec() }
}

/// The ids in a batch with the project of each.
fn ids(batch: &Batch) -> BTreeMap<u64, String> {
    let mut ids = BTreeMap::new();
    for ((project, _), spans) in judge::batch(&batch.body) {
        for span in spans {
            let id = u64::from_be_bytes(span.span_id.try_into().expect("an id has eight bytes"));
            assert!(ids.insert(id, project.clone()).is_none(), "{id} is twice in a batch");
        }
    }
    ids
}

proptest! {
    #[test]
    fn every_span_is_accounted_for_and_memory_is_bounded(export in export(), steps in vec(step(), 1..120), seed: u64) {
        let mut queue = Queue::new(&export, "gateway", seed);
        let (mut now, mut next_id, mut under_way) = (0u64, 0u64, None::<Batch>);
        let mut delivered: BTreeMap<u64, String> = BTreeMap::new();
        let mut tenants: BTreeMap<u64, u8> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Push { tenant, bytes, spans } => for _ in 0..spans {
                    tenants.insert(next_id, tenant);
                    queue.push(span(next_id, tenant, bytes), now);
                    next_id += 1;
                },
                Step::Ask { millis } => {
                    now += millis * MILLI;
                    if let Some(batch) = queue.next(now) {
                        prop_assert!(batch.spans > 0 && batch.spans <= export.batch.spans as usize);
                        prop_assert!(batch.body.len() <= export.batch.bytes as usize);
                        prop_assert_eq!(ids(&batch).len(), batch.spans);
                        under_way = Some(batch);
                    }
                }
                Step::Answer(outcome) => if let Some(batch) = under_way.take() {
                    let before = queue.counts().sent;
                    queue.answered(batch.id, outcome, now);
                    if queue.counts().sent > before {
                        for (id, project) in ids(&batch) {
                            prop_assert!(delivered.insert(id, project).is_none(), "{} is delivered twice", id);
                        }
                    }
                },
                Step::Stray(outcome) => queue.answered(u64::MAX, outcome, now),
            }
            prop_assert!(queue.len() <= export.buffer.spans as usize);
            prop_assert!(queue.held() <= export.buffer.bytes as usize);
            let counts = queue.counts();
            let gone = counts.sent + counts.buffer_full + counts.rejected + counts.too_large;
            prop_assert_eq!(gone + queue.len() as u64, next_id);
            prop_assert_eq!(counts.sent, delivered.len() as u64);
        }

        // After trouble spans flow again, and all that waits arrives.
        now += 120_000 * MILLI;
        for _ in 0..1_000 {
            now += 31_000 * MILLI;
            if let Some(batch) = queue.next(now) {
                for (id, project) in ids(&batch) {
                    prop_assert!(delivered.insert(id, project).is_none(), "{} is delivered twice", id);
                }
                queue.answered(batch.id, Outcome::Delivered, now);
            }
        }
        prop_assert!(queue.is_empty());
        prop_assert_eq!(queue.held(), 0);
        prop_assert_eq!(queue.counts().sent, delivered.len() as u64);
        for (id, project) in delivered {
            let wanted = match tenants[&id] {
                0 => "cogniverse-unassigned".to_owned(),
                tenant => format!("cogniverse-org:t{tenant}"),
            };
            prop_assert_eq!(project, wanted);
        }
    }

    #[test]
    fn nothing_is_lost_or_doubled_while_all_is_well(export in export(), pushes in vec((0..4u8, 20..400usize, 0..500u64), 1..200)) {
        let mut queue = Queue::new(&export, "gateway", 1);
        let (mut now, mut arrived) = (0, Vec::new());
        let mut settle = |queue: &mut Queue, now: u64| {
            while let Some(batch) = queue.next(now) {
                arrived.extend(ids(&batch).into_keys());
                queue.answered(batch.id, Outcome::Delivered, now);
            }
        };
        for (id, &(tenant, bytes, millis)) in pushes.iter().enumerate() {
            now += millis * MILLI;
            queue.push(span(id as u64, tenant, bytes), now);
            settle(&mut queue, now);
        }
        settle(&mut queue, now + 60_000 * MILLI);
        arrived.sort_unstable();
        prop_assert_eq!(arrived, (0..pushes.len() as u64).collect::<Vec<_>>());
        prop_assert_eq!(queue.counts().sent, pushes.len() as u64);
    }
}
