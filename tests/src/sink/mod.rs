//! An OTLP trace receiver that stands in for Phoenix where only delivery counts: it counts what comes, minds what
//! Phoenix minds, and can be told to behave as badly as a collector can.
//!
//! One port takes both gRPC (HTTP/2 without TLS) and `POST /v1/traces`.

mod ledger;
mod mode;
mod server;
#[cfg(test)]
mod tests;
mod wire;

pub use ledger::{Ledger, Received, ServiceTally};
pub use mode::{Mode, Refusal};

use server::Shared;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tenantry::try_::port::Port;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

/// A running receiver. Dropping it ends it.
#[derive(Debug)]
pub struct Sink {
    shared: Arc<Shared>,
    /// Holds the port while the sink is down, so that nothing else takes it.
    port: Port,
    listening: Option<JoinHandle<()>>,
    runtime: Runtime,
}

impl Sink {
    /// Starts a healthy one on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start() -> io::Result<Self> {
        let mut sink = Self::reserve()?;
        sink.up()?;
        Ok(sink)
    }

    /// One that is down until [`Sink::up`].
    ///
    /// # Errors
    /// When no port can be had.
    pub fn reserve() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let port = runtime.block_on(async { Port::reserve() })?;
        Ok(Self { shared: Arc::default(), port, listening: None, runtime })
    }

    /// Where it listens, or would.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// Listens. Nothing happens if it does already.
    ///
    /// # Errors
    /// When the port cannot be listened on.
    pub fn up(&mut self) -> io::Result<()> {
        if self.listening.is_none() {
            let listener = self.runtime.block_on(async { server::listen(self.address()) })?;
            self.listening = Some(self.runtime.spawn(server::serve(listener, Arc::clone(&self.shared))));
        }
        Ok(())
    }

    /// Ends the listener and every connection; until [`Sink::up`], connections are refused.
    pub fn down(&mut self) {
        if let Some(task) = self.listening.take() {
            task.abort();
            // What it was aborted in the middle of is over when this returns; that it was aborted is no news.
            let _ = self.runtime.block_on(task);
        }
    }

    /// Behaves so from the next request on.
    pub fn set(&self, mode: Mode) {
        *self.shared.mode.lock().unwrap_or_else(PoisonError::into_inner) = mode;
    }

    /// Keeps every span from now on, for [`Ledger::kept`].
    pub fn keep_spans(&self) {
        self.read(|ledger| ledger.keeps = true);
    }

    /// Looks at the counts of this moment.
    pub fn read<T>(&self, look: impl FnOnce(&mut Ledger) -> T) -> T {
        look(&mut self.shared.ledger.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until something is so, or returns false after `limit`.
    pub fn wait(&self, limit: Duration, so: impl Fn(&Ledger) -> bool) -> bool {
        let end = Instant::now() + limit;
        loop {
            if self.read(|ledger| so(ledger)) {
                return true;
            }
            if Instant::now() > end {
                return false;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.down();
    }
}
