//! One Envoy process: start it, wait until it serves, read its access log, stop it.

use super::admin::Admin;
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// How long an Envoy may take until it serves.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long an Envoy may take to end by itself before it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(3);

/// Why an Envoy did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The bootstrap or the log could not be written, or the program not run.
    #[error("cannot run {}: {source}", program.display())]
    Run {
        /// The Envoy binary.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Envoy ended before it served.
    #[error("envoy `{name}` ended at once ({status}); its log says:\n{log}")]
    Ended {
        /// The name it was started under.
        name: String,
        /// Exit status.
        status: std::process::ExitStatus,
        /// The errors and warnings of its log.
        log: String,
    },
    /// Envoy runs and does not serve.
    #[error("envoy `{name}` was not ready after {} s; its log says:\n{log}", START_LIMIT.as_secs())]
    NotReady {
        /// The name it was started under.
        name: String,
        /// The errors and warnings of its log.
        log: String,
    },
}

/// What to start.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// The Envoy binary.
    pub program: &'a Path,
    /// A name for files and messages, for example the cluster's.
    pub name: &'a str,
    /// The whole static configuration, with an admin address on port 0 or any other.
    pub bootstrap: &'a Value,
    /// A directory of its own for the bootstrap and the log.
    pub directory: &'a Path,
    /// Worker threads.
    pub workers: u32,
}

/// A running Envoy. Dropping it kills it.
#[derive(Debug)]
pub struct Proxy {
    child: Child,
    admin: Admin,
    log: PathBuf,
    output: Option<Lines<BufReader<ChildStdout>>>,
}

impl Proxy {
    /// Starts Envoy and waits until its listeners are up.
    ///
    /// # Errors
    /// When it cannot be run, ends, or does not get ready; with what its log says.
    pub async fn start(start: Start<'_>) -> Result<Self, StartError> {
        let run = |source| StartError::Run { program: start.program.to_owned(), source };
        let file = |suffix: &str| start.directory.join(format!("{}.{suffix}", start.name));
        let (bootstrap, log, address) = (file("envoy.json"), file("envoy.log"), file("admin-address"));
        let text = serde_json::to_string_pretty(start.bootstrap).expect("a JSON value is always serialisable");
        std::fs::write(&bootstrap, text).map_err(run)?;
        match std::fs::remove_file(&address) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(run(error)),
            _ => {}
        }
        let errors = std::fs::File::create(&log).map_err(run)?;
        let mut child = Command::new(start.program)
            .arg("--config-path")
            .arg(&bootstrap)
            .arg("--admin-address-path")
            .arg(&address)
            .args(["--concurrency", &start.workers.to_string()])
            // Runs beside any other Envoy of this machine, and shows each access log line at once.
            .args(["--disable-hot-restart", "--file-flush-interval-msec", "20", "--log-level", "warning"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .map_err(run)?;
        let output = child.stdout.take().map(|stdout| BufReader::new(stdout).lines());
        let admin = wait(&mut child, start.name, &address, &log).await?;
        Ok(Self { child, admin, log, output })
    }

    /// Its admin interface.
    #[must_use]
    pub const fn admin(&self) -> Admin {
        self.admin
    }

    /// Where its own log is.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Process id, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Standard output, where the access log goes, line by line. It can be taken once.
    pub fn take_output(&mut self) -> Option<Lines<BufReader<ChildStdout>>> {
        self.output.take()
    }

    /// Waits until Envoy ends by itself.
    ///
    /// # Errors
    /// When the system cannot tell.
    pub async fn ended(&mut self) -> std::io::Result<std::process::ExitStatus> {
        self.child.wait().await
    }

    /// Ends Envoy: by asking first, then by force.
    pub async fn stop(mut self) {
        let asked = self.admin.quit().await.is_ok();
        if asked && tokio::time::timeout(STOP_LIMIT, self.child.wait()).await.is_ok() {
            return;
        }
        // An error here means that it has ended already.
        let _ = self.child.kill().await;
    }
}

async fn wait(child: &mut Child, name: &str, address: &Path, log: &Path) -> Result<Admin, StartError> {
    let started = Instant::now();
    while started.elapsed() < START_LIMIT {
        if let Ok(Some(status)) = child.try_wait() {
            return Err(StartError::Ended { name: name.to_owned(), status, log: complaints(log) });
        }
        let admin = std::fs::read_to_string(address).ok().and_then(|text| text.trim().parse::<SocketAddr>().ok());
        if let Some(admin) = admin.map(Admin::new)
            && admin.ready().await
        {
            return Ok(admin);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err(StartError::NotReady { name: name.to_owned(), log: complaints(log) })
}

/// The last warnings and errors of an Envoy log.
fn complaints(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
