//! One proxy with its load, visited again and again.

use super::load::Load;
use super::proxy::Proxy;
use std::time::Duration;

/// How long one visit lasts.
const VISIT: Duration = Duration::from_millis(150);

/// A proxy, its load, and the cheapest visit so far.
pub struct Side {
    /// The proxy.
    pub proxy: Proxy,
    /// Requests that it has answered.
    pub requests: u64,
    load: Load,
    status: u16,
    best: Option<Duration>,
}

impl Side {
    /// A proxy whose every answer has to have this status.
    #[must_use]
    pub const fn new(proxy: Proxy, load: Load, status: u16) -> Self {
        Self { proxy, requests: 0, load, status, best: None }
    }

    /// One visit: a short load.
    ///
    /// # Errors
    /// When an answer has another status, or the proxy is gone.
    pub fn visit(&mut self) -> Result<(), String> {
        let before = self.proxy.worker_cpu()?;
        let tally = self.load.run(VISIT, self.status).map_err(|e| e.to_string())?;
        let spent = self.proxy.worker_cpu()? - before;
        self.requests += tally.requests;
        if tally.unexpected > 0 {
            return Err(format!("{} of {} answers were not {}", tally.unexpected, tally.requests, self.status));
        }
        let each = spent.div_f64(tally.requests as f64);
        self.best = Some(self.best.map_or(each, |best| best.min(each)));
        Ok(())
    }

    /// CPU time per request of the cheapest visit.
    #[must_use]
    pub fn best(&self) -> Duration {
        self.best.unwrap_or_default()
    }
}
