//! One cluster: its gateway in a real Envoy with TLS, the port for other clusters, and its services.

mod wiring;

use super::ledger::Ledger;
use super::service::Service;
use crate::envoy::identity::{Authority, Identity};
use crate::envoy::{Envoy, LATEST, Stats, module};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tenantry::envoy::access_log::Entry;
use tenantry::envoy::filters::{Wasm, config_text};
use tenantry::plan::moves::Stage;
use tenantry::plan::{ClusterPlan, plan};
use tenantry::policy::Policy;
use tenantry::try_::port::Port;
use tenantry::try_::session::filter_config_at;
use tokio::runtime::Runtime;
use wiring::{Wiring, discovered, gateway};

/// How long a new policy may take until a gateway has it.
const APPLIED_LIMIT: Duration = Duration::from_secs(20);
/// How long a line of the access log may take.
const LOG_LIMIT: Duration = Duration::from_secs(10);

/// A cluster. Dropping it ends it.
#[derive(Debug)]
pub struct Cluster {
    name: String,
    ports: Ports,
    envoy: Option<Envoy>,
    /// What the gateway is started with, and the folder of its filter's configuration.
    bootstrap: Value,
    folder: TempDir,
    filter: String,
    _service: Service,
}

/// The ports of a gateway, reserved before anything runs, so that clusters can know each other.
#[derive(Debug)]
pub struct Ports {
    /// For clients, over TLS.
    pub public: Port,
    /// For the gateways of other clusters, over mutual TLS.
    pub forward: Port,
}

impl Ports {
    /// Reserves both; call it within a tokio runtime.
    ///
    /// # Panics
    /// When no port can be had.
    #[must_use]
    pub fn reserve() -> Self {
        Self { public: Port::reserve().expect("a port"), forward: Port::reserve().expect("a port") }
    }
}

/// How a gateway proves who it is.
#[derive(Clone, Debug)]
pub struct Tls {
    /// To clients.
    pub public: Identity,
    /// To the gateways of other clusters.
    pub mesh: Identity,
}

/// The authorities behind [`Tls`].
#[derive(Debug)]
pub struct Authorities {
    /// Vouches for the certificates that clients and front doors see.
    pub public: Authority,
    /// The root that the meshes of all clusters share.
    pub mesh: Authority,
}

impl Authorities {
    /// Fresh ones.
    #[must_use]
    pub fn generate() -> Self {
        Self { public: Authority::generate(), mesh: Authority::generate() }
    }

    /// What a cluster's gateway proves with, for these hosts.
    #[must_use]
    pub fn tls(&self, cluster: &str, hosts: &[&str]) -> Tls {
        let spiffe = format!("spiffe://{cluster}.local/ns/istio-system/sa/istio-ingressgateway-service-account");
        Tls { public: self.public.server_certificate(hosts), mesh: self.mesh.identity(&spiffe) }
    }
}

impl Cluster {
    /// Starts a cluster of the policy. `others` says where the gateways of the other clusters take forwarded requests.
    ///
    /// # Panics
    /// When a part is missing or Envoy does not start.
    #[must_use]
    pub fn start(
        policy: &Policy,
        name: &str,
        (ports, others): (Ports, &BTreeMap<String, SocketAddr>),
        (authorities, tls): (&Authorities, Tls),
        (runtime, ledger): (&Runtime, &Ledger),
    ) -> Self {
        let service = runtime.block_on(Service::start(name, ledger.clone())).expect("a service");
        let folder = tempfile::tempdir().expect("a folder");
        let plan = planned(policy, name);
        let bootstrap = gateway(
            policy,
            &plan,
            &Wiring { ports: &ports, others, authorities, tls: &tls, service: &service, folder: &folder },
        );
        let mut cluster = Self {
            name: name.to_owned(),
            filter: plan.policy.clone(),
            ports,
            envoy: None,
            bootstrap,
            folder,
            _service: service,
        };
        cluster.write(policy, Stage::Before);
        cluster.bring_back();
        cluster
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where clients and front doors reach its gateway, over TLS.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.ports.public.address()
    }

    /// Where the gateways of other clusters reach it, over mutual TLS.
    #[must_use]
    pub const fn forward_address(&self) -> SocketAddr {
        self.ports.forward.address()
    }

    /// Whether its gateway runs.
    #[must_use]
    pub const fn works(&self) -> bool {
        self.envoy.is_some()
    }

    /// Ends its gateway at once, as a cluster that goes away does, and returns when it is gone.
    pub fn stop(&mut self) {
        if let Some(envoy) = self.envoy.take() {
            envoy.kill();
        }
    }

    /// Starts its gateway again.
    ///
    /// # Panics
    /// When Envoy does not start.
    pub fn bring_back(&mut self) {
        let envoy = Envoy::start(LATEST, &self.bootstrap, 2).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        self.envoy = Some(envoy);
    }

    /// Starts its gateway again with another certificate for clients.
    ///
    /// # Panics
    /// When Envoy does not start.
    pub fn present(&mut self, certificate: &Identity) {
        self.stop();
        self.bootstrap["static_resources"]["listeners"][0]["filter_chains"][0]["transport_socket"] =
            certificate.public();
        self.bring_back();
    }

    /// Gives the running filter another policy, or another stage of its moves, and waits until it has it.
    ///
    /// # Panics
    /// When it does not take it.
    pub fn apply(&self, policy: &Policy, stage: Stage) {
        let taken = || self.stats().sum(&["extension_config_discovery", "config_reload"]);
        let before = taken();
        self.write(policy, stage);
        let started = Instant::now();
        while taken() == before {
            assert!(
                started.elapsed() < APPLIED_LIMIT,
                "{} does not take the policy:\n{}",
                self.name,
                self.envoy().log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The access log of its gateway so far. A line is written shortly after its answer.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.envoy().entries()
    }

    /// A line of that log by its number, counted from 0, once it has come.
    ///
    /// # Panics
    /// When it does not come.
    #[must_use]
    pub fn entry(&self, number: usize) -> Entry {
        let started = Instant::now();
        loop {
            match self.envoy().entry(number) {
                Some(entry) => return entry,
                None => assert!(started.elapsed() < LOG_LIMIT, "{} has seen {number} requests, no more", self.name),
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The statistics of its gateway at this moment.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.envoy().stats()
    }

    fn envoy(&self) -> &Envoy {
        self.envoy.as_ref().expect("the cluster has not been stopped")
    }

    /// Puts the filter's configuration in place by renaming, which is what Envoy watches for.
    fn write(&self, policy: &Policy, stage: Stage) {
        let mut config = filter_config_at(policy, &self.name, stage);
        // There is no Phoenix in these tests.
        config.trace = None;
        let text = config_text(&config);
        let wasm = Wasm { name: &self.filter, module: &module(), config: &text, environment: &[] };
        let response = json!({ "resources": [{
            "@type": "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
            "name": self.filter,
            "typed_config": wasm.typed_config(),
        }] });
        let (file, stage) = (discovered(&self.folder), self.folder.path().join("stage"));
        std::fs::write(&stage, response.to_string()).expect("written");
        std::fs::rename(&stage, file).expect("renamed");
    }
}

fn planned(policy: &Policy, cluster: &str) -> ClusterPlan {
    plan(policy, cluster).unwrap_or_else(|| panic!("the policy has no cluster `{cluster}`"))
}
