//! One cell of the table: a filter, a number of tenants, and what was measured.

use super::load::Load;
use super::proxy::{Build, Proxy};
use super::side::Side;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// A filter chain to measure.
pub struct Subject {
    /// Row name.
    pub name: &'static str,
    /// Size of the tenant table.
    pub tenants: usize,
    /// The filters that make one copy.
    pub filters: Vec<Value>,
    /// How many copies stand in the chain of the allowed measurement; their cost is divided by this.
    pub copies: usize,
}

/// A subject under way: two proxies, because a refusal ends at the first copy and needs one only.
pub struct Cell {
    /// The subject's row name.
    pub name: &'static str,
    /// The subject's tenants.
    pub tenants: usize,
    copies: usize,
    allowed: Side,
    refused: Side,
    /// From start until ready with one copy.
    pub time_to_ready: Duration,
    /// Resident bytes once ready, one copy.
    pub resident: u64,
}

impl Cell {
    /// Starts the subject's proxies. `allowed` and `refused` are the tenants that the load names.
    ///
    /// # Errors
    /// When an Envoy does not start or refuses connections.
    pub fn start(envoy: &Path, subject: Subject, allowed: &[String], refused: &[String]) -> Result<Self, String> {
        let side = |copies: usize, tenants: &[String], status: u16| -> Result<Side, String> {
            let filters = (0..copies).flat_map(|copy| named(&subject.filters, copy)).collect();
            let proxy = Proxy::start(envoy, Build { filters, ..Build::default() })?;
            let load = Load::connect(proxy.address, tenants).map_err(|e| e.to_string())?;
            Ok(Side::new(proxy, load, status))
        };
        let refused = side(1, refused, if subject.filters.is_empty() { 200 } else { 403 })?;
        let (time_to_ready, resident) = (refused.proxy.time_to_ready, refused.proxy.resident()?);
        let allowed = side(subject.copies, allowed, 200)?;
        Ok(Self {
            name: subject.name,
            tenants: subject.tenants,
            copies: subject.copies,
            allowed,
            refused,
            time_to_ready,
            resident,
        })
    }

    /// One visit: a short load on both sides.
    ///
    /// # Errors
    /// When an answer is not the expected one; the cell would not measure what it says.
    pub fn visit(&mut self) -> Result<(), String> {
        let fail = |side: &str, e: String| format!("{} at {} tenants, {side}: {e}", self.name, self.tenants);
        self.allowed.visit().map_err(|e| fail("allowed", e))?;
        self.refused.visit().map_err(|e| fail("refused", e))
    }

    /// CPU time per allowed request of the whole proxy, with all copies.
    #[must_use]
    pub fn allowed(&self) -> Duration {
        self.allowed.best()
    }

    /// CPU time per allowed request that one copy adds to `bare`, in nanoseconds.
    #[must_use]
    pub fn allowed_added(&self, bare: &Self) -> f64 {
        (self.allowed().as_nanos() as f64 - bare.allowed().as_nanos() as f64) / self.copies as f64
    }

    /// CPU time per refused request that the filter adds to `bare`, in nanoseconds. It includes the local
    /// reply's own cost.
    #[must_use]
    pub fn refused_added(&self, bare: &Self) -> f64 {
        self.refused.best().as_nanos() as f64 - bare.refused.best().as_nanos() as f64
    }
}

/// Filter names have to differ within a chain.
fn named(filters: &[Value], copy: usize) -> Vec<Value> {
    let mut filters = filters.to_vec();
    for filter in &mut filters {
        if let Some(Value::String(name)) = filter.get_mut("name") {
            name.push_str(&format!(".{copy}"));
        }
    }
    filters
}
