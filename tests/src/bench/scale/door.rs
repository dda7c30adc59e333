//! The front doors, before two clusters.

use crate::bench::report::millis;
use crate::door::load::{Answer, Load};
use crate::door::{BALANCERS, Balancer, World};
use crate::process::{cpu, proportional, tree};
use serde::Serialize;

/// Requests over which processor time is taken.
const REQUESTS: usize = 4_000;
/// Tenants that the load names.
const NAMED: usize = 500;

/// One front door.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The load balancer.
    pub door: String,
    /// Tenants in its files.
    pub tenants: usize,
    /// Milliseconds from process start until it takes connections.
    pub ready_ms: f64,
    /// Milliseconds from the signal, or the new files, until the new files hold.
    pub reload_ms: f64,
    /// Memory of all its processes, what they share counted once.
    pub bytes: u64,
    /// CPU nanoseconds of a request on a connection that is kept, TLS on both sides included.
    pub request_ns: f64,
}

/// Measures every front door that can be run here.
///
/// # Errors
/// When a process is gone, or an answer is not the expected one.
pub fn measure(tenants: usize, progress: &mut impl FnMut(&str)) -> Result<Vec<Row>, String> {
    let world = World::with_many(&[], tenants);
    let mut rows = Vec::new();
    for balancer in BALANCERS {
        progress(&format!("{balancer:?} with {tenants} tenants"));
        rows.push(one(&world, balancer, tenants)?);
    }
    Ok(rows)
}

fn one(world: &World, balancer: &'static dyn Balancer, tenants: usize) -> Result<Row, String> {
    let mut door = world.door(balancer);
    let ready_ms = millis(door.took());
    let processes = tree(door.process().id());
    let bytes = processes.iter().map(|id| proportional(*id)).sum::<Result<u64, _>>()?;
    let named: Vec<String> =
        (0..tenants).step_by((tenants / NAMED).max(1)).map(|number| format!("many_{number}")).collect();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    let load = Load::kept(&world.client(), &named);
    load.go_on(REQUESTS / 4);
    let spent = || processes.iter().map(|id| cpu(*id)).sum::<Result<u64, _>>();
    let (before, sent) = (spent()?, load.answered());
    load.go_on(REQUESTS);
    let request_ns = (spent()? - before) as f64 / (load.answered() - sent) as f64;
    let account = load.finish();
    let served = |answer: &Answer| matches!(answer, Answer::Served(_));
    if let Some(wrong) = account.outcomes.iter().find(|outcome| !served(&outcome.answer)) {
        return Err(format!("{balancer:?} at {tenants} tenants: {wrong:?}"));
    }
    door.reload(world.policy(), false);
    Ok(Row { door: format!("{balancer:?}"), tenants, ready_ms, reload_ms: millis(door.took()), bytes, request_ns })
}
