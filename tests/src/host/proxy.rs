//! What the workers of one proxy share.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

/// Shared data, metrics and the clock of one proxy. Clones are the same proxy.
#[derive(Clone, Debug, Default)]
pub struct Proxy(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    shared: HashMap<Vec<u8>, (Vec<u8>, u32)>,
    metrics: BTreeMap<String, u64>,
    environment: BTreeMap<String, String>,
    random: u64,
    now: u64,
}

impl Proxy {
    /// Lets time pass.
    pub fn advance(&self, time: std::time::Duration) {
        let nanos = u64::try_from(time.as_nanos()).expect("a short time");
        self.inner().now += nanos;
    }

    /// Sets an environment variable of the VMs.
    pub fn set(&self, variable: &str, value: &str) {
        self.inner().environment.insert(variable.to_owned(), value.to_owned());
    }

    /// The value of a metric, 0 if nothing defined it.
    #[must_use]
    pub fn metric(&self, name: &str) -> u64 {
        self.inner().metrics.get(name).copied().unwrap_or(0)
    }

    /// The count of requests that ended so for this tenant (or `other`, or `none`).
    #[must_use]
    pub fn requests(&self, decision: &str, tenant: &str) -> u64 {
        self.metric(&format!("tenantry_decision=.={decision};.;tenantry_tenant=.={tenant};.;tenantry_requests_total"))
    }

    /// Every metric by name.
    #[must_use]
    pub fn metrics(&self) -> BTreeMap<String, u64> {
        self.inner().metrics.clone()
    }

    /// `NAME=value` for each environment variable.
    pub(super) fn environment(&self) -> Vec<String> {
        self.inner().environment.iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    /// The next byte of this proxy's randomness (SplitMix64).
    pub(super) fn random(&self) -> u8 {
        let mut inner = self.inner();
        inner.random = inner.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (inner.random ^ (inner.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed >> 56) as u8
    }

    /// Nanoseconds since the Unix epoch.
    #[must_use]
    pub fn now(&self) -> u64 {
        // Some day in 2026, so that nothing depends on a clock that starts at 0.
        1_790_000_000_000_000_000 + self.inner().now
    }

    pub(super) fn shared(&self, key: &[u8]) -> Option<(Vec<u8>, u32)> {
        self.inner().shared.get(key).cloned()
    }

    /// Stores a value unless `version` is given (not 0) and is not the stored one's.
    pub(super) fn set_shared(&self, key: &[u8], value: &[u8], version: u32) -> bool {
        let mut inner = self.inner();
        let entry = inner.shared.entry(key.to_vec()).or_default();
        let matches = version == 0 || version == entry.1;
        if matches {
            *entry = (value.to_vec(), entry.1 + 1);
        }
        matches
    }

    /// Makes everyone's next compare-and-swap of any value fail.
    pub(super) fn disturb(&self) {
        for entry in self.inner().shared.values_mut() {
            entry.1 += 1;
        }
    }

    pub(super) fn change(&self, metric: &str, change: impl FnOnce(&mut u64)) {
        change(self.inner().metrics.entry(metric.to_owned()).or_default());
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("no holder panics")
    }
}
