//! What tracing costs: the filter as tracer, and Envoy's own, all of them delivering every request to one sink.
//!
//! Each figure is what tracing adds to the same proxy without it: for the native tracer to the bare proxy, for ours to
//! the same enforcement. One copy of the filter, since a proxy has one tracer. The sink counts what arrives.

pub mod native;
pub mod sink;
pub mod subject;

use super::load::Load;
use super::proxy::Proxy;
use super::report::{Target, TraceRow};
use super::side::Side;
use sink::SinkProcess;
use std::path::Path;
use std::time::{Duration, Instant};
use subject::{Subject, Tracer};

/// How long after the last visit the last span may arrive: Envoy's default flush interval and some more.
const ARRIVAL: Duration = Duration::from_secs(15);

/// Visits to each proxy.
const ROUNDS: usize = 60;

/// Measures every tracer, telling `progress` what it is at.
///
/// # Errors
/// When a part is missing, an answer is not the expected one, or the sink refuses what it got.
pub fn measure(envoy: &Path, module: &Path, progress: &mut impl FnMut(&str)) -> Result<Vec<TraceRow>, String> {
    progress("starting the proxies that trace");
    let mut tracing = Tracing::start(envoy, module)?;
    for round in 1..=ROUNDS {
        progress(&format!("tracing, round {round} of {ROUNDS}"));
        tracing.visit()?;
    }
    progress("waiting for the last spans");
    tracing.rows()
}

/// A proxy under measurement.
struct Cell {
    subject: Subject,
    side: Side,
}

/// Every proxy of one run, and their sink.
struct Tracing {
    sink: SinkProcess,
    cells: Vec<Cell>,
}

impl Tracing {
    /// Starts the sink and all proxies.
    fn start(envoy: &Path, module: &Path) -> Result<Self, String> {
        let sink = SinkProcess::start()?;
        let directory = tempfile::tempdir().map_err(|e| e.to_string())?;
        let mut cells = Vec::new();
        for subject in Subject::all() {
            let ids = super::tenants::ids(subject.tenants);
            let build = subject.build(sink.address, directory.path(), module, &ids)?;
            let proxy = Proxy::start(envoy, build)?;
            let load = Load::connect(proxy.address, &ids).map_err(|e| e.to_string())?;
            cells.push(Cell { subject, side: Side::new(proxy, load, 200) });
        }
        Ok(Self { sink, cells })
    }

    /// One visit to each.
    fn visit(&mut self) -> Result<(), String> {
        for cell in &mut self.cells {
            cell.side.visit().map_err(|e| format!("{}: {e}", cell.subject))?;
        }
        Ok(())
    }

    /// Waits until every span has arrived, or no more can be expected, and makes the rows.
    fn rows(&self) -> Result<Vec<TraceRow>, String> {
        let end = Instant::now() + ARRIVAL;
        loop {
            let tally = self.sink.tally()?;
            let rows: Vec<TraceRow> = self.cells.iter().filter_map(|cell| self.row(cell, &tally)).collect();
            if let Some(violation) = tally.violations.first() {
                return Err(format!("the sink refuses what it got: {violation}"));
            }
            if rows.iter().all(|row| row.found == row.requests) || Instant::now() > end {
                return Ok(rows);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The row of a cell that traces.
    fn row(&self, cell: &Cell, tally: &sink::Tally) -> Option<TraceRow> {
        let subject = cell.subject;
        let found = tally.services.get(&subject.to_string()).copied().unwrap_or_default();
        let added = self.added(subject)?;
        let tuned = Subject { tracer: Tracer::NativeTuned, tenants: 1, ..subject };
        Some(TraceRow {
            tracer: subject.tracer.name(),
            protocol: subject.protocol,
            tenants: subject.tenants,
            added_ns: added,
            over_tuned: added / self.added(tuned)?,
            bytes_per_span: found.bytes as f64 / found.spans as f64,
            requests: cell.side.requests,
            found: found.distinct,
        })
    }

    /// CPU nanoseconds that tracing adds to a request of a subject.
    fn added(&self, subject: Subject) -> Option<f64> {
        let best = |subject| {
            let cell = self.cells.iter().find(|cell| cell.subject == subject)?;
            Some(cell.side.best().as_nanos() as f64)
        };
        Some(best(subject)? - best(subject.untraced()?)?)
    }
}

/// The most that the filter's tracing may cost, as a share of what the native tracer's costs.
const SHARE: f64 = 1.0 / 3.0;

/// What the rows have to reach.
#[must_use]
pub fn targets(rows: &[TraceRow]) -> Vec<Target> {
    let ours = || rows.iter().filter(|row| row.tracer == Tracer::PerTenant.name());
    let dearest = ours().map(|row| row.over_tuned).fold(f64::NAN, f64::max);
    let lost: u64 = ours().map(|row| row.requests.saturating_sub(row.found)).sum();
    vec![
        Target::at_most("per-tenant tracing over the tuned native tracer", dearest, SHARE),
        Target::at_most("spans of per-tenant tracing that did not arrive", lost as f64, 0.0),
    ]
}
