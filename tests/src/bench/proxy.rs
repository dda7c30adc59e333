//! One Envoy under measurement: its worker's CPU time, its memory, its time to ready.

use serde_json::{Map, Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tenantry::envoy::filters;

/// What an Envoy under measurement is made of.
#[derive(Clone, Debug, Default)]
pub struct Build {
    /// HTTP filters before the router.
    pub filters: Vec<Value>,
    /// The connection manager's `tracing`, if its own tracer is on.
    pub tracing: Option<Value>,
    /// The route configuration; without one every request is answered with 200.
    pub routes: Option<Value>,
    /// Upstream clusters.
    pub clusters: Vec<Value>,
    /// Runtime values.
    pub runtime: Map<String, Value>,
}

/// A running Envoy with one worker thread, killed on drop.
pub struct Proxy {
    child: Child,
    worker: String,
    /// Where it takes requests.
    pub address: SocketAddr,
    /// From process start until `/ready` said so.
    pub time_to_ready: Duration,
    _config: tempfile::NamedTempFile,
}

impl Proxy {
    /// Starts `envoy` so built, with a route that answers 200 itself.
    ///
    /// # Errors
    /// When it does not become ready within two minutes; the message ends with its log.
    pub fn start(envoy: &Path, build: Build) -> Result<Self, String> {
        let (address, admin) = (free_port()?, free_port()?);
        let config = tempfile::Builder::new().suffix(".json").tempfile().map_err(|e| e.to_string())?;
        let bootstrap = bootstrap(address, admin, build);
        serde_json::to_writer(config.as_file(), &bootstrap).map_err(|e| e.to_string())?;
        let log = tempfile::NamedTempFile::new().map_err(|e| e.to_string())?;
        let begin = Instant::now();
        let child = Command::new(envoy)
            .args(["--concurrency", "1", "--disable-hot-restart", "--log-level", "warning", "-c"])
            .arg(config.path())
            .stdout(Stdio::null())
            .stderr(log.reopen().map_err(|e| e.to_string())?)
            .spawn()
            .map_err(|e| format!("cannot start {}: {e}; run `cargo xtask setup`", envoy.display()))?;
        let mut proxy = Self { child, worker: String::new(), address, time_to_ready: Duration::ZERO, _config: config };
        while !is_ready(admin) {
            let ended = proxy.child.try_wait().map_err(|e| e.to_string())?;
            if ended.is_some() || begin.elapsed() > Duration::from_secs(120) {
                return Err(format!(
                    "Envoy did not become ready: {}",
                    std::fs::read_to_string(log.path()).unwrap_or_default()
                ));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        proxy.time_to_ready = begin.elapsed();
        proxy.worker = worker_thread(proxy.child.id())?;
        Ok(proxy)
    }

    /// CPU time that the worker thread has used so far.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn worker_cpu(&self) -> Result<Duration, String> {
        let text = std::fs::read_to_string(format!("{}/schedstat", self.worker)).map_err(|e| e.to_string())?;
        let nanos = text.split_whitespace().next().and_then(|n| n.parse().ok()).ok_or("schedstat is empty")?;
        Ok(Duration::from_nanos(nanos))
    }

    /// Resident memory in bytes.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn resident(&self) -> Result<u64, String> {
        crate::process::resident(self.child.id())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing left to do then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn bootstrap(address: SocketAddr, admin: SocketAddr, build: Build) -> Value {
    let socket = |at: SocketAddr| json!({"socket_address": {"address": at.ip(), "port_value": at.port()}});
    let mut filters = build.filters;
    filters.push(filters::router());
    let mut manager = json!({
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "bench",
        "normalize_path": true,
        "merge_slashes": true,
        "route_config": build.routes.unwrap_or_else(everything),
        "http_filters": filters,
    });
    if let Some(tracing) = build.tracing {
        manager["tracing"] = tracing;
    }
    json!({
        "admin": {"address": socket(admin)},
        "node": {"id": "bench", "cluster": "bench"},
        "layered_runtime": {"layers": [{"name": "bench", "static_layer": build.runtime}]},
        "static_resources": {
            "listeners": [{
                "name": "bench",
                "address": socket(address),
                "filter_chains": [{"filters": [{
                    "name": "envoy.filters.network.http_connection_manager",
                    "typed_config": manager,
                }]}],
            }],
            "clusters": build.clusters,
        },
    })
}

fn everything() -> Value {
    json!({"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [
        {"match": {"prefix": "/"}, "direct_response": {"status": 200}},
    ]}]})
}

fn free_port() -> Result<SocketAddr, String> {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).map_err(|e| e.to_string())
}

fn is_ready(admin: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(admin)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /ready HTTP/1.1\r\nhost: admin\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// Directory of the worker's thread under `/proc`; Envoy names it `wrk:worker_0`.
fn worker_thread(pid: u32) -> Result<String, String> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).map_err(|e| e.to_string())?;
    tasks
        .filter_map(Result::ok)
        .map(|task| task.path().display().to_string())
        .find(|path| std::fs::read_to_string(format!("{path}/comm")).is_ok_and(|name| name.starts_with("wrk:worker_0")))
        .ok_or_else(|| "Envoy has no worker thread".to_owned())
}
