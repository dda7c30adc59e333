//! One Envoy with the filter's configuration in a file of its own, as Istio's agent would deliver it by ECDS.

use super::client::{self, Request, Response};
use super::{Envoy, module};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};
use tenantry::envoy::{access_log, bootstrap, filters, filters::Wasm, listener::Listener};
use tenantry::try_::port::Port;

const FILTER: &str = "tenantry";
const DISCOVERED: &str = "ecds.json";

/// A gateway's `pluginConfig` that lets these tenants reach `/search`.
#[must_use]
pub fn config(tenants: &[&str]) -> Value {
    let tenants: serde_json::Map<String, Value> =
        tenants.iter().map(|id| ((*id).to_owned(), json!({"cluster": "us", "tier": "standard"}))).collect();
    json!({
        "version": 1, "policy": "p", "role": "gateway", "cluster": "us", "header": "x-tenant-id", "ids": "org-colon",
        "hosts": ["api.example.com"], "elsewhere": "refuse",
        "clusters": {"us": {"endpoint": "us.example.com"}},
        "tiers": {"standard": {}},
        "routes": [{"path": "/search", "service": "web"}],
        "tenants": {"inline": tenants},
    })
}

/// A running gateway that answers allowed requests itself.
#[derive(Debug)]
pub struct Gateway {
    envoy: Envoy,
    address: SocketAddr,
    module: std::path::PathBuf,
}

impl Gateway {
    /// Starts one with the built module.
    ///
    /// # Panics
    /// When a part is missing or Envoy does not start.
    #[must_use]
    pub fn start(version: &str, config: &str, workers: u32) -> Self {
        Self::launch(version, config, workers, &module(), vec![])
    }

    /// Starts one with another module.
    ///
    /// # Panics
    /// When a part is missing or Envoy does not start.
    #[must_use]
    pub fn start_with(version: &str, config: &str, workers: u32, module: &Path) -> Self {
        Self::launch(version, config, workers, module, vec![])
    }

    /// Starts one that also knows these Envoy clusters, for what the filter itself calls.
    ///
    /// # Panics
    /// When a part is missing or Envoy does not start.
    #[must_use]
    pub fn start_beside(version: &str, config: &str, workers: u32, clusters: Vec<Value>) -> Self {
        Self::launch(version, config, workers, &module(), clusters)
    }

    fn launch(version: &str, config: &str, workers: u32, module: &Path, clusters: Vec<Value>) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join(DISCOVERED);
        write(&file, config, module);
        let filter = json!({
            "name": FILTER,
            "config_discovery": {
                "config_source": {
                    "path_config_source": {
                        "path": file,
                        "watched_directory": { "path": directory.path() },
                    },
                    "initial_fetch_timeout": "0s",
                    "resource_api_version": "V3",
                },
                "type_urls": ["type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm"],
            },
        });
        let port = Port::reserve().expect("a port");
        let bootstrap = boot(&port, vec![filter], &answer(), clusters);
        let envoy = Envoy::start_in(version, &bootstrap, workers, directory).expect("Envoy starts");
        Self { envoy, address: port.address(), module: module.to_owned() }
    }

    /// Starts one whose configuration is part of its bootstrap, with filters before ours and other routes.
    ///
    /// # Panics
    /// When a part is missing or Envoy does not start.
    #[must_use]
    pub fn start_behind(version: &str, config: &str, mut filters: Vec<Value>, routes: &Value) -> Self {
        let (port, module) = (Port::reserve().expect("a port"), module());
        filters.push(Wasm { name: FILTER, module: &module, config, environment: &[] }.filter());
        let envoy = Envoy::start(version, &boot(&port, filters, routes, vec![]), 1).expect("Envoy starts");
        Self { envoy, address: port.address(), module }
    }

    /// Whether one starts whose configuration is part of its bootstrap.
    ///
    /// # Panics
    /// When a part is missing.
    #[must_use]
    pub fn starts_static(version: &str, config: &str) -> bool {
        let port = Port::reserve().expect("a port");
        let filter = Wasm { name: FILTER, module: &module(), config, environment: &[] }.filter();
        Envoy::start(version, &boot(&port, vec![filter], &answer(), vec![]), 1).map(Envoy::stop).is_ok()
    }

    /// Delivers another configuration.
    ///
    /// # Panics
    /// When its file cannot be written.
    pub fn swap(&self, config: &str) {
        write(&self.envoy.directory().join(DISCOVERED), config, &self.module);
    }

    /// Delivers a configuration with another module.
    ///
    /// # Panics
    /// When its file cannot be written.
    pub fn swap_module(&self, config: &str, module: &Path) {
        write(&self.envoy.directory().join(DISCOVERED), config, module);
    }

    /// Sends a request on a connection of its own.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn send(&self, request: &Request) -> Response {
        client::send(self.address, request).expect("an answer")
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The Envoy.
    #[must_use]
    pub const fn envoy(&self) -> &Envoy {
        &self.envoy
    }

    /// Waits until something is so, at most half a minute.
    pub fn eventually(&self, mut so: impl FnMut() -> bool) -> bool {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(30) {
            if so() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }

    /// Ends it cleanly.
    pub fn stop(self) {
        self.envoy.stop();
    }
}

/// Routes that answer everything with 200.
fn answer() -> Value {
    json!({ "virtual_hosts": [{
        "name": "all",
        "domains": ["*"],
        "routes": [{ "match": { "prefix": "/" }, "direct_response": { "status": 200 } }],
    }] })
}

/// A bootstrap with one listener that has these filters, and the router after them.
fn boot(port: &Port, mut filters: Vec<Value>, routes: &Value, clusters: Vec<Value>) -> Value {
    filters.push(filters::router());
    let listener = Listener {
        name: "gateway",
        address: port.address(),
        filters,
        routes: routes.clone(),
        access_log: access_log::logger("us"),
        tracing: None,
        local_reply: None,
        early: serde_json::Value::Null,
    };
    bootstrap("us", vec![listener.to_json()], clusters)
}

/// Puts a discovery response in place by renaming, which is what Envoy watches for.
fn write(file: &Path, config: &str, module: &Path) {
    let typed_config = Wasm { name: FILTER, module, config, environment: &[] }.typed_config();
    let response = json!({ "resources": [{
        "@type": "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
        "name": FILTER,
        "typed_config": typed_config,
    }] });
    let stage = file.with_extension("new");
    std::fs::write(&stage, response.to_string()).expect("written");
    std::fs::rename(&stage, file).expect("renamed");
}
