//! Spans on their way.

use super::fixture::trace;
use tenantry_engine::config::Export;
use tenantry_engine::trace::Span;
use tenantry_engine::trace::queue::{Counts, Outcome, Queue, grpc_outcome, http_outcome};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const MILLI: u64 = 1_000_000;
const SECOND: u64 = 1_000 * MILLI;

/// Three spans or 32 KiB a batch, every second; six spans or 64 KiB in all; a timeout of five seconds.
fn export() -> Export {
    let mut export = trace().export.expect("the fixture exports");
    (export.batch.spans, export.batch.bytes, export.batch.every_ms) = (3, 32 << 10, 1_000);
    (export.buffer.spans, export.buffer.bytes) = (6, 64 << 10);
    export
}

fn queue() -> Queue {
    Queue::new(&export(), "gateway", 7)
}

fn span(tenant: Option<&str>, bytes: usize) -> Span {
    Span { tenant: tenant.map(Box::from), bytes: vec![0; bytes] }
}

fn fill(queue: &mut Queue, spans: usize, now: u64) {
    (0..spans).for_each(|_| queue.push(span(Some("tenant_a"), 100), now));
}

#[test]
fn a_batch_is_due_by_number_bytes_or_age() {
    let mut queue = queue();
    assert_eq!(queue.next(0), None);
    fill(&mut queue, 2, 0);
    assert_eq!(queue.next(SECOND - 1), None);
    assert_eq!(queue.next(SECOND).expect("the oldest has waited").spans, 2);

    let mut queue = self::queue();
    fill(&mut queue, 3, 0);
    let batch = queue.next(0).expect("three are a batch");
    assert_eq!((batch.spans, queue.len()), (3, 3));
    fill(&mut queue, 3, 0);
    assert_eq!(queue.next(10 * SECOND), None, "one is under way");
    queue.answered(batch.id, Outcome::Delivered, 10 * SECOND);
    assert_eq!(queue.next(10 * SECOND).expect("the next three").spans, 3);

    let mut queue = self::queue();
    (0..2).for_each(|_| queue.push(span(None, 20_000), 0));
    assert_eq!(queue.next(0).expect("two are too many bytes").spans, 1, "what fits goes");
}

#[test]
fn no_batch_is_larger_than_its_limit() {
    let mut queue = queue();
    let limit = 32 << 10;
    queue.push(span(Some("tenant_a"), limit - 300), 0);
    queue.push(span(Some("tenant_a"), limit - 10), 0);
    assert_eq!(queue.counts(), Counts { too_large: 1, ..Counts::default() });
    let batch = queue.next(SECOND).expect("the first fits");
    assert!(batch.body.len() <= limit && batch.body.len() > limit - 300, "{}", batch.body.len());
}

#[test]
fn the_newest_is_dropped_when_there_is_no_room() {
    let mut queue = queue();
    fill(&mut queue, 7, 0);
    assert_eq!((queue.len(), queue.counts().buffer_full), (6, 1));
    // What is under way still takes its room.
    let batch = queue.next(0).expect("it is due");
    fill(&mut queue, 1, 0);
    assert_eq!(queue.counts().buffer_full, 2);
    queue.answered(batch.id, Outcome::Delivered, 0);
    fill(&mut queue, 4, 0);
    assert_eq!((queue.len(), queue.counts()), (6, Counts { sent: 3, buffer_full: 3, ..Counts::default() }));

    let mut queue = self::queue();
    (0..4).for_each(|_| queue.push(span(None, 20_000), 0));
    assert_eq!((queue.len(), queue.counts().buffer_full), (3, 1), "bytes are bounded too");
    assert!(queue.held() > 60_000 && queue.held() <= 64 << 10);
}

#[test]
fn trouble_is_waited_out() {
    let mut queue = queue();
    fill(&mut queue, 3, 0);
    let (mut now, mut waits) = (0, Vec::new());
    for _ in 0..9 {
        let batch = queue.next(now).expect("the wait is over");
        assert_eq!(batch.spans, 3);
        queue.answered(batch.id, Outcome::Retry, now);
        let failed = now;
        while queue.next(now + MILLI).is_none() {
            now += MILLI;
        }
        waits.push((now - failed) / MILLI);
        // The probe took the batch; it never gets an answer.
        let next = now + 10 * SECOND + 2 * MILLI;
        assert!(queue.next(next).is_none(), "the host lost it, and that counts as trouble");
        now = next + 30 * SECOND;
    }
    assert!((1_000..=2_000).contains(&waits[0]), "{waits:?}");
    assert!((4_000..=8_000).contains(&waits[1]), "{waits:?}");
    assert!(waits[3..].iter().all(|wait| (15_000..=30_000).contains(wait)), "{waits:?}");
    assert!(waits[3..].windows(2).any(|pair| pair[0] != pair[1]), "there is jitter: {waits:?}");
    assert_eq!((queue.counts().retries, queue.len()), (18, 3));

    // And then all is well at once.
    let batch = queue.next(now).expect("the wait is over");
    queue.answered(batch.id, Outcome::Delivered, now);
    fill(&mut queue, 3, now);
    let batch = queue.next(now).expect("no wait any more");
    queue.answered(batch.id, Outcome::Retry, now);
    assert!(queue.next(now + SECOND - MILLI).is_none());
    assert_eq!(queue.next(now + 2 * SECOND).expect("the first wait again").spans, 3);
}

#[test]
fn what_is_rejected_is_dropped_and_holds_nothing_up() {
    let mut queue = queue();
    fill(&mut queue, 6, 0);
    let batch = queue.next(0).expect("it is due");
    queue.answered(batch.id, Outcome::Rejected, 0);
    assert_eq!((queue.counts().rejected, queue.len()), (3, 3));
    assert_eq!(queue.next(0).expect("the next ones try again").spans, 3);
}

#[test]
fn a_batch_that_keeps_failing_for_no_reason_is_given_up() {
    let mut queue = queue();
    fill(&mut queue, 3, 0);
    let mut now = 0;
    for tries in 1..=5 {
        let batch = queue.next(now).expect("the wait is over");
        queue.answered(batch.id, Outcome::Unclear, now);
        assert_eq!(queue.counts().rejected, if tries == 5 { 3 } else { 0 });
        now += 40 * SECOND;
    }
    assert!(queue.is_empty());
}

#[test]
fn only_the_answer_that_is_awaited_counts() {
    let mut queue = queue();
    fill(&mut queue, 3, 0);
    let lost = queue.next(0).expect("it is due");
    assert!(queue.next(10 * SECOND).is_none(), "twice the timeout is not over");
    assert!(queue.next(10 * SECOND + 1).is_none(), "now it is, and there is a wait");
    let again = queue.next(13 * SECOND).expect("the wait is over");
    assert_ne!(again.id, lost.id);
    queue.answered(lost.id, Outcome::Delivered, 13 * SECOND);
    queue.answered(99, Outcome::Rejected, 13 * SECOND);
    assert_eq!((queue.counts().sent, queue.len()), (0, 3));
    queue.answered(again.id, Outcome::Delivered, 13 * SECOND);
    queue.answered(again.id, Outcome::Delivered, 13 * SECOND);
    assert_eq!(
        (queue.counts(), queue.len(), queue.held()),
        (Counts { sent: 3, retries: 1, ..Counts::default() }, 0, 0)
    );
}

#[test]
fn outcomes_of_grpc_and_http() {
    let names = |outcome: fn(u32) -> Outcome, wanted: Outcome, codes: &[u32]| {
        codes.iter().for_each(|&code| assert_eq!(outcome(code), wanted, "{code}"));
    };
    names(grpc_outcome, Outcome::Delivered, &[0]);
    names(grpc_outcome, Outcome::Retry, &[1, 4, 8, 10, 14]);
    names(grpc_outcome, Outcome::Unclear, &[2, 13, 15]);
    names(grpc_outcome, Outcome::Rejected, &[3, 5, 6, 7, 9, 11, 12, 16, 17, 99]);
    let http = |status: u32| http_outcome(status as u16);
    names(http, Outcome::Delivered, &[200, 202, 204]);
    names(http, Outcome::Retry, &[0, 429, 502, 503, 504, 507]);
    names(http, Outcome::Unclear, &[500]);
    names(http, Outcome::Rejected, &[301, 400, 401, 403, 404, 405, 408, 413, 415, 422, 501]);
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_tenant_has_its_project() {
    use super::judge;
    let mut queue = Queue::new(&trace().export.expect("the fixture exports"), "gateway", 7);
    let config = super::fixture::tracing(|_| {});
    for tenant in ["tenant_a", "acme:production", "tenant_a", "nobody"] {
        queue.push(crate::fixture::get("/search").tenant(tenant).span(&config, 200), 0);
    }
    let batch = queue.next(SECOND).expect("it is due");
    let projects = judge::batch(&batch.body);
    let counts: Vec<(&str, &str, usize)> =
        projects.iter().map(|((project, service), spans)| (project.as_str(), service.as_str(), spans.len())).collect();
    assert_eq!(
        counts,
        [
            ("cogniverse-acme:production", "gateway", 1),
            ("cogniverse-tenant_a:tenant_a", "gateway", 2),
            ("cogniverse-unassigned", "gateway", 1)
        ]
    );
}
