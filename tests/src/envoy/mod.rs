//! Real Envoy for tests: found, started on free ports, scraped, and killed on drop.

pub mod client;
pub mod gateway;
pub mod identity;
pub mod mesh;
pub mod sidecars;
mod stats;

pub use stats::Stats;

use crate::watch::Watch;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tempfile::TempDir;
use tenantry::envoy::access_log::Entry;
use tenantry::try_::proxy::{Proxy, Start, StartError};
use tokio::runtime::Runtime;

/// The Envoy versions that the product is tested with: what Istio 1.30 and 1.31 ship, and the next.
pub const VERSIONS: [&str; 3] = ["1.38.2", "1.39.3", "1.40.0"];

/// The version that a test uses when one is enough.
pub const LATEST: &str = VERSIONS[VERSIONS.len() - 1];

/// The root of the workspace.
#[must_use]
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests live in the workspace")
}

/// The binary of a version.
///
/// # Panics
/// When it is missing, saying how to get it.
#[must_use]
pub fn binary(version: &str) -> PathBuf {
    let path = workspace().join("target/tools/envoy").join(version).join("envoy");
    assert!(path.is_file(), "there is no Envoy {version} at {}; run `cargo xtask setup`", path.display());
    path
}

/// The built module.
///
/// # Panics
/// When it is missing, saying how to get it.
#[must_use]
pub fn module() -> PathBuf {
    let path = workspace().join("wasm-out/tenantry_filter.wasm");
    assert!(path.is_file(), "there is no module at {}; run `cargo xtask wasm`", path.display());
    path
}

/// A running Envoy with a directory of its own.
#[derive(Debug)]
pub struct Envoy {
    // Dropped first: once Envoy is gone, its id may come to mean another process.
    _watch: Option<Watch>,
    proxy: Option<Proxy>,
    runtime: Runtime,
    entries: std::sync::Arc<Mutex<Vec<Entry>>>,
    directory: TempDir,
}

impl Envoy {
    /// Starts a version of Envoy and waits until it serves.
    ///
    /// # Errors
    /// As [`Proxy::start`].
    ///
    /// # Panics
    /// When the binary is missing.
    pub fn start(version: &str, bootstrap: &Value, workers: u32) -> Result<Self, StartError> {
        Self::start_in(version, bootstrap, workers, TempDir::new().expect("a temporary directory"))
    }

    /// Like [`Envoy::start`], in a directory that already holds files which the bootstrap names.
    ///
    /// # Errors
    /// As [`Proxy::start`].
    ///
    /// # Panics
    /// When the binary is missing.
    pub fn start_in(version: &str, bootstrap: &Value, workers: u32, directory: TempDir) -> Result<Self, StartError> {
        let program = binary(version);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a tokio runtime");
        let start = Start { program: &program, name: "envoy", bootstrap, directory: directory.path(), workers };
        let mut proxy = runtime.block_on(Proxy::start(start))?;
        let watch = proxy.pid().map(Watch::over).transpose().expect("a shell");
        let entries = std::sync::Arc::new(Mutex::new(Vec::new()));
        if let Some(mut lines) = proxy.take_output() {
            let entries = std::sync::Arc::clone(&entries);
            runtime.spawn(async move {
                while let Ok(Some(line)) = lines.next_line().await {
                    if let Ok(entry) = serde_json::from_str(&line) {
                        entries.lock().expect("no holder panics").push(entry);
                    }
                }
            });
        }
        Ok(Self { _watch: watch, proxy: Some(proxy), runtime, entries, directory })
    }

    fn proxy(&self) -> &Proxy {
        self.proxy.as_ref().expect("only `stop` takes it, by value")
    }

    /// A page of the admin interface.
    ///
    /// # Panics
    /// When Envoy does not answer it with 200.
    #[must_use]
    pub fn admin(&self, path: &str) -> String {
        self.runtime.block_on(self.proxy().admin().get(path)).expect("the admin interface answers")
    }

    /// Every statistic of this moment.
    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats::parse(&self.admin("/stats"))
    }

    /// The access log lines so far. A line is written shortly after its answer.
    ///
    /// # Panics
    /// Never; the lock's holders do not.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.entries.lock().expect("no holder panics").clone()
    }

    /// One access log line by its number, counted from 0, once it has come.
    ///
    /// # Panics
    /// Never; the lock's holders do not.
    #[must_use]
    pub fn entry(&self, number: usize) -> Option<Entry> {
        self.entries.lock().expect("no holder panics").get(number).cloned()
    }

    /// Envoy's own log so far.
    ///
    /// # Panics
    /// When the log cannot be read.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.proxy().log()).expect("the log is readable")
    }

    /// Its directory, where hot-swapped configuration files live.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Resident memory in bytes.
    ///
    /// # Panics
    /// When the process is gone.
    #[must_use]
    pub fn resident(&self) -> u64 {
        let pid = self.proxy().pid().expect("Envoy runs");
        crate::process::resident(pid).expect("Envoy runs")
    }

    /// Kills it, and returns when it is gone and its connections are closed.
    ///
    /// # Panics
    /// When the system does not let that happen.
    pub fn kill(mut self) {
        if let Some(mut proxy) = self.proxy.take()
            && let Some(id) = proxy.pid()
        {
            assert!(crate::process::signal_to("KILL", id), "Envoy can be killed");
            self.runtime.block_on(proxy.ended()).expect("Envoy ends");
        }
    }

    /// Ends it cleanly.
    pub fn stop(mut self) {
        if let Some(proxy) = self.proxy.take() {
            self.runtime.block_on(proxy.stop());
        }
    }
}
