//! What reached the services, counted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;

/// Shared by the services of every cluster.
#[derive(Clone, Debug)]
pub struct Ledger {
    arrived: Arc<Mutex<BTreeMap<String, Vec<String>>>>,
    pieces: Arc<Semaphore>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { arrived: Arc::default(), pieces: Arc::new(Semaphore::new(0)) }
    }
}

impl Ledger {
    /// The header with a request's own id.
    pub const ID: &'static str = "x-load-id";

    /// A request with this id has reached a cluster.
    pub(super) fn note(&self, id: &str, cluster: &str) {
        let mut arrived = self.arrived.lock().expect("no holder panics");
        arrived.entry(id.to_owned()).or_default().push(cluster.to_owned());
    }

    /// The clusters that a request has reached, one entry for each time.
    ///
    /// # Panics
    /// Never; the lock's holders do not.
    #[must_use]
    pub fn arrivals(&self, id: &str) -> Vec<String> {
        self.arrived.lock().expect("no holder panics").get(id).cloned().unwrap_or_default()
    }

    /// How many requests with an id have arrived.
    ///
    /// # Panics
    /// Never; the lock's holders do not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.arrived.lock().expect("no holder panics").values().map(Vec::len).sum()
    }

    /// Whether none has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lets a service that answers in pieces send its next one.
    pub fn release_piece(&self) {
        self.pieces.add_permits(1);
    }

    pub(super) async fn piece(&self) {
        if let Ok(permit) = self.pieces.acquire().await {
            permit.forget();
        }
    }
}
