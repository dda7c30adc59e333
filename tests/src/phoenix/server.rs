//! One Phoenix process: start it, wait until it serves, end it, start it again where it was.

use super::{Api, python};
use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a Phoenix may take until it serves; it loads for ten seconds on a machine with nothing else to do.
const START_LIMIT: Duration = Duration::from_secs(120);
/// A port that was free may be taken by the time Phoenix listens on it.
const ATTEMPTS: usize = 3;
/// Ends itself when its standard input does.
const SERVE: &str = include_str!("serve.py");
/// What a Phoenix with authentication takes as its administrator's API key.
const SECRET: &str = "tests-of-tenantry-admin-secret-0123456789";
const LOG: &str = "phoenix.log";

/// A Phoenix with a database of its own. Dropping it ends it, and so does the end of this process, whatever ends it.
#[derive(Debug)]
pub struct Phoenix {
    /// None while it is down.
    process: Option<Child>,
    http: SocketAddr,
    grpc: SocketAddr,
    key: Option<&'static str>,
    directory: TempDir,
}

impl Phoenix {
    /// Starts one that takes everything, and waits until it serves.
    ///
    /// # Errors
    /// When it is not installed, or does not start; with the end of its log.
    pub fn start() -> Result<Self, String> {
        Self::launch(None)
    }

    /// Starts one that takes nothing without [`Phoenix::key`], and waits until it serves.
    ///
    /// # Errors
    /// As [`Phoenix::start`].
    pub fn start_with_auth() -> Result<Self, String> {
        Self::launch(Some(SECRET))
    }

    fn launch(key: Option<&'static str>) -> Result<Self, String> {
        let mut outcome = Err(String::new());
        for _ in 0..ATTEMPTS {
            outcome = Self::launch_once(key);
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    fn launch_once(key: Option<&'static str>) -> Result<Self, String> {
        let place = |error: io::Error| format!("no room for Phoenix: {error}");
        let [http, grpc] = free_addresses().map_err(place)?;
        let directory = TempDir::with_prefix("tenantry-phoenix-").map_err(place)?;
        let mut phoenix = Self { process: None, http, grpc, key, directory };
        phoenix.up()?;
        Ok(phoenix)
    }

    /// Starts it again after [`Phoenix::down`], on the same ports and with the same database.
    ///
    /// # Errors
    /// As [`Phoenix::start`].
    pub fn up(&mut self) -> Result<(), String> {
        let python = python()?;
        let cannot = |error: io::Error| format!("cannot run {}: {error}", python.display());
        let log = File::options().create(true).append(true).open(self.directory.path().join(LOG)).map_err(cannot)?;
        let mut command = Command::new(&python);
        command.args(["-c", SERVE]).current_dir(self.directory.path());
        // Nothing of this machine's own Phoenix, and nothing sent anywhere.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PHOENIX_")) {
            command.env_remove(name);
        }
        command.env("PHOENIX_WORKING_DIR", self.directory.path()).env("PHOENIX_HOST", self.http.ip().to_string());
        command.env("PHOENIX_PORT", self.http.port().to_string());
        command.env("PHOENIX_GRPC_PORT", self.grpc.port().to_string());
        let quiet = [
            ("PHOENIX_TELEMETRY_ENABLED", "false"),
            ("PHOENIX_ALLOW_EXTERNAL_RESOURCES", "false"),
            ("PHOENIX_DISABLE_AGENT_ASSISTANT", "true"),
            ("PHOENIX_ENABLE_MCP_SERVER", "false"),
        ];
        command.envs(quiet).env_remove("PYTHONDONTWRITEBYTECODE");
        if let Some(key) = self.key {
            // The secret that signs sessions must differ from the administrator's.
            command.env("PHOENIX_ENABLE_AUTH", "true").env("PHOENIX_SECRET", key.replace("admin", "session"));
            command.env("PHOENIX_ADMIN_SECRET", key);
        }
        command.stdin(Stdio::piped()).stdout(log.try_clone().map_err(cannot)?).stderr(log);
        self.process = Some(command.spawn().map_err(cannot)?);
        self.wait()
    }

    fn wait(&mut self) -> Result<(), String> {
        let started = Instant::now();
        while started.elapsed() < START_LIMIT {
            if let Some(Ok(Some(status))) = self.process.as_mut().map(Child::try_wait) {
                return Err(format!("Phoenix ended at once ({status}); its log ends so:\n{}", self.log()));
            }
            if self.api().is_healthy() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(format!("Phoenix does not serve after {} s; its log ends so:\n{}", START_LIMIT.as_secs(), self.log()))
    }

    /// Ends it at once, as a crash would. What it had not written down is lost.
    pub fn down(&mut self) {
        if let Some(mut process) = self.process.take() {
            // An error here means that it has ended already.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Where it takes OTLP over HTTP and shows its pages.
    #[must_use]
    pub const fn http(&self) -> SocketAddr {
        self.http
    }

    /// Where it takes OTLP over gRPC.
    #[must_use]
    pub const fn grpc(&self) -> SocketAddr {
        self.grpc
    }

    /// The API key that it wants, if it wants one.
    #[must_use]
    pub const fn key(&self) -> Option<&'static str> {
        self.key
    }

    /// Reads what it holds.
    #[must_use]
    pub const fn api(&self) -> Api {
        Api::new(self.http, self.key)
    }

    /// The end of its log.
    fn log(&self) -> String {
        let text = std::fs::read_to_string(self.directory.path().join(LOG)).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Phoenix {
    fn drop(&mut self) {
        self.down();
    }
}

/// Two ports of 127.0.0.1 that nobody listens on. Phoenix shares its ports with nobody, so they cannot be held for it.
fn free_addresses() -> io::Result<[SocketAddr; 2]> {
    let held = [TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?, TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?];
    Ok([held[0].local_addr()?, held[1].local_addr()?])
}
