//! Enforcement: Envoy's own filters, Lua and ours, at several sizes of the tenant table.

use super::cell::{Cell, Subject};
use super::ours::Features;
use super::report::{Compilation, Row, Target, millis};
use super::{compilation, native, ours, tenants};
use std::path::Path;

/// Sizes of the tenant table.
const SIZES: [usize; 4] = [1, 1_000, 10_000, 100_000];
/// Visits to each cell.
const ROUNDS: usize = 30;
/// Copies of a cheap filter in one chain: enough that their cost stands out from the proxy's own.
const COPIES: usize = 8;
/// The subject that the others are compared with.
const BARE: &str = "bare";

/// What was measured.
pub struct Enforcement {
    /// CPU nanoseconds per request of the bare proxy.
    pub bare_ns: f64,
    /// Rows by size, then filter.
    pub rows: Vec<Row>,
    /// Compilations by size.
    pub compilations: Vec<Compilation>,
    /// Targets.
    pub targets: Vec<Target>,
}

/// Measures all of it, telling `progress` what it is at.
///
/// # Errors
/// When a part is missing, a policy does not compile, or an answer is not the expected one.
pub fn measure(envoy: &Path, module: &Path, progress: &mut impl FnMut(&str)) -> Result<Enforcement, String> {
    let strangers = tenants::strangers(1_000);
    let mut cells = vec![Cell::start(
        envoy,
        Subject { name: BARE, tenants: 0, filters: Vec::new(), copies: 1 },
        &strangers,
        &strangers,
    )?];
    let mut compilations = Vec::new();
    let mut directories = Vec::new();
    for size in SIZES {
        progress(&format!("starting the proxies with {size} tenants"));
        let ids = tenants::ids(size);
        for subject in subjects(&ids, module, &mut directories, &mut compilations)? {
            cells.push(Cell::start(envoy, subject, &ids, &strangers)?);
        }
    }
    for round in 1..=ROUNDS {
        progress(&format!("round {round} of {ROUNDS}"));
        for cell in &mut cells {
            cell.visit()?;
        }
    }
    let rows = rows(&cells);
    let bare_ns = cells.iter().find(|cell| cell.name == BARE).map_or(0.0, |cell| cell.allowed().as_nanos() as f64);
    let targets = targets(&rows, &compilations);
    Ok(Enforcement { bare_ns, rows, compilations, targets })
}

/// The rivals and ourselves at one size. `directories` keeps the modules with embedded tables.
fn subjects(
    ids: &[String],
    module: &Path,
    directories: &mut Vec<tempfile::TempDir>,
    compilations: &mut Vec<Compilation>,
) -> Result<Vec<Subject>, String> {
    let tenants = ids.len();
    let mut ours = |name, features| {
        let directory = tempfile::tempdir().map_err(|e| e.to_string())?;
        let policy = ours::write_policy(directory.path(), features, ids)?;
        if features == Features::All {
            compilations.push(compilation::measure(&policy, module, tenants)?);
        }
        let filters = ours::filter(directory.path(), &policy, "us", module)?;
        directories.push(directory);
        Ok::<_, String>(Subject { name, tenants, filters, copies: COPIES })
    };
    let enforcing = ours("tenantry", Features::Enforce)?;
    let everything = ours("tenantry, all features", Features::All)?;
    // From a thousand matchers on one copy stands out by itself, and eight would not leave time for the others.
    let copies = if tenants == 1 { COPIES } else { 1 };
    let native = Subject { name: "native", tenants, filters: native::rbac_and_header_mutation(ids), copies };
    let lua = Subject { name: "lua", tenants, filters: native::lua(ids), copies: COPIES };
    Ok(vec![native, lua, enforcing, everything])
}

fn rows(cells: &[Cell]) -> Vec<Row> {
    let Some(bare) = cells.iter().find(|cell| cell.name == BARE) else { return Vec::new() };
    let lua = |tenants| cells.iter().find(|cell| cell.name == "lua" && cell.tenants == tenants);
    let row = |cell: &Cell| Row {
        filter: cell.name,
        tenants: cell.tenants,
        allowed_ns: cell.allowed_added(bare),
        refused_ns: cell.refused_added(bare),
        allowed_over_lua: lua(cell.tenants).map_or(f64::NAN, |lua| cell.allowed_added(bare) / lua.allowed_added(bare)),
        ready_ms: millis(cell.time_to_ready),
        resident_mib: (cell.resident as f64 - bare.resident as f64) / f64::from(1 << 20),
    };
    cells.iter().filter(|cell| cell.name != BARE).map(row).collect()
}

fn targets(rows: &[Row], compilations: &[Compilation]) -> Vec<Target> {
    let cost = |filter: &str, tenants: usize| {
        rows.iter().find(|row| row.filter == filter && row.tenants == tenants).map_or(f64::NAN, |row| row.allowed_ns)
    };
    let largest = compilations.iter().max_by_key(|compilation| compilation.tenants);
    vec![
        Target::at_most("1 tenant, ours over Lua", cost("tenantry", 1) / cost("lua", 1), 1.0),
        Target::at_most("ours, 100,000 tenants over 1 tenant", cost("tenantry", 100_000) / cost("tenantry", 1), 1.1),
        Target::at_most("10,000 tenants, ours over native", cost("tenantry", 10_000) / cost("native", 10_000), 0.1),
        Target::at_most("compile 100,000 tenants, ms", largest.map_or(f64::NAN, |it| it.compile_ms), 1_000.0),
        Target::at_most(
            "largest object at 100,000 tenants, share of 1.5 MiB",
            largest.map_or(f64::NAN, |it| it.largest_object_bytes as f64 / (1.5 * 1024.0 * 1024.0)),
            1.0,
        ),
    ]
}
