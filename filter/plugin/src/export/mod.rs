//! Sends spans to Phoenix.
//!
//! What waits belongs to the VM and not to a configuration: a new configuration with the same collector goes on where the
//! old one stopped. What waits for a collector that no configuration names any more is still sent, by the ticks of the
//! others, until it is gone or that collector fails. Nothing here ever holds up a request.

mod collector;
mod counts;
mod exporter;
mod key;

pub use exporter::Exporter;

use crate::host;
use std::cell::RefCell;
use std::rc::Rc;
use tenantry_engine::config::{Export, Otlp};

/// A call, as its answer names it. A token means something only together with its context.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// The root context that made it.
    pub context: u32,
    /// Its number.
    pub token: u32,
    /// gRPC and HTTP count by themselves.
    pub protocol: Otlp,
}

/// Ticks in the time that a span may wait, so that a batch is not much later than it should be.
const TICKS: u32 = 4;
/// Bounds of the time between ticks, in milliseconds.
const TICK: std::ops::RangeInclusive<u32> = 50..=1000;
/// No ticks.
const NEVER: u32 = 0;

thread_local! {
    static EXPORTERS: RefCell<Vec<Rc<Exporter>>> = const { RefCell::new(Vec::new()) };
}

/// The exporter that a configuration asks for: the one at work, if it is the same. Its ticks come on the current root
/// context.
pub fn open(export: &Export, service: &str) -> Rc<Exporter> {
    if !tick_every(export.batch.every_ms) {
        host::log(host::Level::Error, "the proxy gives no ticks; spans are sent when a batch is full");
    }
    EXPORTERS.with_borrow_mut(|exporters| {
        if let Some(same) = exporters.iter().find(|exporter| exporter.is(export, service)) {
            return Rc::clone(same);
        }
        let exporter = Rc::new(Exporter::new(export, service));
        exporters.push(Rc::clone(&exporter));
        exporter
    })
}

/// A configuration that makes no spans comes into force: what waits under earlier ones still has to go.
pub fn finish() {
    let every = EXPORTERS.with_borrow(|exporters| exporters.iter().map(|exporter| exporter.every_ms()).min());
    if let Some(every) = every {
        tick_every(every);
    }
}

/// Sends what is due, and lets go of exporters that nobody uses and nothing waits in.
pub fn tick(root: u32) {
    let Some(now) = host::now() else { return };
    EXPORTERS.with_borrow_mut(|exporters| {
        exporters.retain(|exporter| {
            let used = Rc::strong_count(exporter) > 1 || !exporter.is_done();
            if used {
                exporter.flush(root, now);
            }
            used
        });
        if exporters.is_empty() {
            host::calls::tick_every(NEVER);
        }
    });
}

/// An answer has come, with a status of the call's protocol; 0 of HTTP is none. Answers that nobody awaits any more mean
/// nothing.
pub fn answered(call: Call, status: u32) {
    let now = host::now().unwrap_or_default();
    let exporters = EXPORTERS.with_borrow(Clone::clone);
    for exporter in exporters.iter().filter(|exporter| exporter.answered(call, status, now)) {
        exporter.flush(call.context, now);
    }
}

/// A root context goes away, and the host cancels its calls without an answer.
pub fn gone(root: u32) {
    let now = host::now().unwrap_or_default();
    EXPORTERS.with_borrow(|exporters| exporters.iter().for_each(|exporter| exporter.abandon(root, now)));
}

fn tick_every(milliseconds: u32) -> bool {
    let (from, to) = (*TICK.start(), *TICK.end());
    host::calls::tick_every(milliseconds.wrapping_div(TICKS).clamp(from, to))
}
