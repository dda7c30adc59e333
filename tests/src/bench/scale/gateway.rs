//! One gateway with the compiled filter and the compiled routes.

use super::policy::{cluster, home};
use crate::bench::load::Load;
use crate::bench::proxy::{Build, Proxy};
use crate::bench::report::millis;
use crate::bench::side::Side;
use crate::bench::{ours, tenants};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::Path;

/// Visits with each kind of tenant.
const ROUNDS: usize = 10;
/// Tenants that the load names, so that the table is read in many places.
const NAMED: usize = 1_000;

/// One gateway.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Tenants in the table.
    pub tenants: usize,
    /// Clusters in the policy.
    pub clusters: usize,
    /// Milliseconds from process start until ready.
    pub ready_ms: f64,
    /// Resident bytes once ready.
    pub resident_bytes: u64,
    /// CPU nanoseconds of a request by a tenant of this cluster, the proxy's own included.
    pub home_ns: f64,
    /// The same for a tenant of another cluster, which is stamped for it.
    pub forward_ns: f64,
}

/// Measures the gateway of the first cluster.
///
/// # Errors
/// When the policy does not compile, Envoy does not start, or an answer is not the expected one.
pub fn measure(envoy: &Path, module: &Path, policy: &Path, tenants: usize, clusters: usize) -> Result<Row, String> {
    let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
    let filters = ours::filter(directory.path(), policy, &cluster(0), module)?;
    let routes = Some(answering(ours::routes(policy, &cluster(0))?));
    let proxy = Proxy::start(envoy, Build { filters, routes, ..Build::default() })?;
    let (ready_ms, resident_bytes) = (millis(proxy.time_to_ready), proxy.resident()?);
    let ids = tenants::ids(tenants);
    let some = |at_home: bool| -> Vec<String> {
        let numbered = ids.iter().enumerate();
        // One in ten may be served by the cluster after its home, too.
        let wanted = numbered.filter(|(at, _)| (home(*at, clusters) == 0) == at_home && at % 10 != 3);
        let step = (tenants / NAMED / 4).max(1);
        wanted.step_by(step).map(|(_, id)| id.clone()).take(NAMED).collect()
    };
    let address = proxy.address;
    let connect = |ids: Vec<String>| Load::connect(address, &ids).map_err(|error| error.to_string());
    let mut side = Side::new(proxy, connect(some(true))?, 200);
    let best = |side: &mut Side| -> Result<f64, String> {
        (0..ROUNDS).try_for_each(|_| side.visit())?;
        Ok(side.best().as_nanos() as f64)
    };
    let home_ns = best(&mut side)?;
    let mut side = Side::new(side.proxy, connect(some(false))?, 200);
    let forward_ns = best(&mut side)?;
    Ok(Row { tenants, clusters, ready_ms, resident_bytes, home_ns, forward_ns })
}

/// The same routes, each of which answers 200 itself: what is measured is the gateway, not what stands behind it.
fn answering(mut routes: Value) -> Value {
    let hosts = routes["virtual_hosts"].as_array_mut().into_iter().flatten();
    for route in hosts.flat_map(|host| host["routes"].as_array_mut().into_iter().flatten()) {
        if let Some(route) = route.as_object_mut() {
            route.remove("route");
            route.insert("direct_response".to_owned(), json!({ "status": 200 }));
        }
    }
    routes
}
