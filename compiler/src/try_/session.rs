//! A whole run: every gateway, every service, and the stream of decisions.

use super::echo::{EchoService, Identity};
use super::port::Port;
use super::proxy::{Proxy, Start, StartError};
use super::services::{identities, upstreams};
use super::token::Issuer;
use crate::envoy::access_log::Entry;
use crate::envoy::{self, Local};
use crate::plan::filter::plugin_config_at;
use crate::plan::moves::Stage;
use crate::plan::place::Place;
use crate::plan::{ClusterPlan, plan};
use crate::policy::Policy;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use tempfile::TempDir;
use tenantry_engine::config::{PluginConfig, Property};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What to run a policy with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The Envoy binary.
    pub envoy: PathBuf,
    /// The filter module.
    pub module: PathBuf,
    /// The clusters to run; empty means all of the policy's.
    pub clusters: Vec<String>,
    /// Worker threads of each Envoy.
    pub workers: u32,
    /// Where Phoenix answers the policy's protocol. Without it nothing is traced.
    pub phoenix: Option<SocketAddr>,
}

/// Why a run did not start.
#[derive(Debug, thiserror::Error)]
pub enum TryError {
    /// The policy has no cluster of that name.
    #[error("the policy has no cluster `{0}`")]
    UnknownCluster(String),
    /// A port, a file or a directory could not be had.
    #[error("cannot set up a local run: {0}")]
    Io(#[from] std::io::Error),
    /// No randomness for the local signing key.
    #[error("cannot make a signing key: {0}")]
    Key(#[from] getrandom::Error),
    /// An Envoy did not start.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// A policy's clusters running on this machine. Dropping it ends everything.
#[derive(Debug)]
pub struct Session {
    gateways: Vec<Gateway>,
    services: Vec<EchoService>,
    issuer: Option<Issuer>,
    decisions: UnboundedReceiver<Decision>,
    _directory: TempDir,
}

/// One cluster's gateway.
#[derive(Debug)]
pub struct Gateway {
    /// The cluster.
    pub cluster: String,
    /// Where it listens, in plain HTTP.
    pub address: SocketAddr,
    /// Its Envoy.
    pub proxy: Proxy,
    _port: Port,
}

/// One request as a gateway's access log tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The log line.
    pub entry: Entry,
    /// Who answered, when the request got that far.
    pub upstream: Option<Identity>,
}

/// What a local run adds to the properties, so that its access log tells everything that the filter decides.
const TOLD: [Property; 5] = [Property::Decision, Property::Tenant, Property::Tier, Property::Release, Property::Why];

/// The filter's configuration for a local run: the compiled one, which also tells everything it decides.
#[must_use]
pub fn filter_config(policy: &Policy, cluster: &str) -> PluginConfig {
    filter_config_at(policy, cluster, Stage::Before)
}

/// The same while tenants are moving.
#[must_use]
pub fn filter_config_at(policy: &Policy, cluster: &str, stage: Stage) -> PluginConfig {
    let mut config = plugin_config_at(policy, cluster, Place::Gateway, stage);
    let missing = TOLD.into_iter().filter(|told| !config.properties.contains(told)).collect::<Vec<_>>();
    config.properties.extend(missing);
    config
}

impl Session {
    /// Starts the services and one Envoy per cluster, and waits until all of them serve.
    ///
    /// # Errors
    /// When a cluster is unknown, the machine lacks something, or an Envoy does not start.
    pub async fn start(policy: &Policy, setup: &Setup) -> Result<Self, TryError> {
        let plans = plans(policy, &setup.clusters)?;
        let directory = TempDir::with_prefix("tenantry-try-")?;
        let issuer = issuer(policy)?;
        let jwks = issuer.as_ref().map(Issuer::jwks);
        let mut services = Vec::new();
        let mut ports = BTreeMap::new();
        for plan in &plans {
            services.extend(start_services(plan).await?);
            ports.insert(plan.cluster.clone(), Port::reserve()?);
        }
        let mut addresses: BTreeMap<String, SocketAddr> =
            ports.iter().map(|(cluster, port)| (cluster.clone(), port.address())).collect();
        for cluster in policy.clusters.keys().filter(|cluster| !ports.contains_key(*cluster)) {
            // A cluster that is not run still answers what is forwarded to it.
            let identity = Identity { cluster: cluster.clone(), service: "gateway".to_owned(), release: None };
            let service = EchoService::start(identity).await?;
            addresses.insert(cluster.clone(), service.address());
            services.push(service);
        }
        let (sender, decisions) = unbounded_channel();
        let mut gateways = Vec::new();
        for plan in &plans {
            let Some(port) = ports.remove(&plan.cluster) else { continue };
            let own: BTreeMap<_, _> = services
                .iter()
                .filter(|service| service.identity().cluster == plan.cluster)
                .map(|service| {
                    let Identity { service: name, release, .. } = service.identity().clone();
                    ((name, release), service.address())
                })
                .collect();
            let local = Local {
                listen: port.address(),
                module: &setup.module,
                services: &own,
                gateways: &addresses,
                jwks: jwks.as_deref(),
                collector: setup.phoenix,
            };
            let mut config = filter_config(policy, &plan.cluster);
            config.trace = config.trace.filter(|_| setup.phoenix.is_some());
            let part = envoy::gateway(plan, &config, &local);
            let bootstrap = envoy::bootstrap(&plan.cluster, vec![part.listener], part.clusters);
            let start = Start {
                program: &setup.envoy,
                name: &plan.cluster,
                bootstrap: &bootstrap,
                directory: directory.path(),
                workers: setup.workers,
            };
            let mut proxy = Proxy::start(start).await?;
            follow(&mut proxy, upstreams(plan), sender.clone());
            let address = port.address();
            gateways.push(Gateway { cluster: plan.cluster.clone(), address, proxy, _port: port });
        }
        Ok(Self { gateways, services, issuer, decisions, _directory: directory })
    }

    /// The gateways, in the policy's order.
    #[must_use]
    pub fn gateways(&self) -> &[Gateway] {
        &self.gateways
    }

    /// Where a cluster's gateway listens.
    #[must_use]
    pub fn address(&self, cluster: &str) -> Option<SocketAddr> {
        self.gateways.iter().find(|gateway| gateway.cluster == cluster).map(|gateway| gateway.address)
    }

    /// The services that stand for the mesh.
    #[must_use]
    pub fn services(&self) -> &[EchoService] {
        &self.services
    }

    /// Signs tokens, when the policy wants them.
    #[must_use]
    pub const fn issuer(&self) -> Option<&Issuer> {
        self.issuer.as_ref()
    }

    /// The next request that a gateway has answered; none when every Envoy has ended.
    pub async fn next(&mut self) -> Option<Decision> {
        self.decisions.recv().await
    }

    /// Ends every Envoy cleanly, then the services.
    pub async fn stop(self) {
        for gateway in self.gateways {
            gateway.proxy.stop().await;
        }
    }
}

fn plans(policy: &Policy, wanted: &[String]) -> Result<Vec<ClusterPlan>, TryError> {
    let all: Vec<String> = policy.clusters.keys().cloned().collect();
    let wanted = if wanted.is_empty() { &all } else { wanted };
    let planned = wanted.iter().map(|name| plan(policy, name).ok_or_else(|| TryError::UnknownCluster(name.clone())));
    planned.collect()
}

fn issuer(policy: &Policy) -> Result<Option<Issuer>, getrandom::Error> {
    let Some(token) = &policy.tenancy.token else { return Ok(None) };
    let Some(issuer) = &token.issuer else { return Ok(None) };
    let audience = token.audiences.first().map(|audience| audience.value.as_str());
    Issuer::new(issuer, audience, &token.claim.value).map(Some)
}

/// One echo service for each release of each service.
async fn start_services(plan: &ClusterPlan) -> std::io::Result<Vec<EchoService>> {
    let mut services = Vec::new();
    for identity in identities(plan) {
        services.push(EchoService::start(identity).await?);
    }
    Ok(services)
}

/// Turns a gateway's access log into decisions.
fn follow(proxy: &mut Proxy, upstreams: BTreeMap<String, Identity>, sender: UnboundedSender<Decision>) {
    let Some(mut lines) = proxy.take_output() else { return };
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            let Ok(entry) = serde_json::from_str::<Entry>(&line) else { continue };
            let upstream = entry.answered_by().and_then(|name| upstreams.get(name)).cloned();
            // Nobody listens any more once the session is being dropped.
            let _ = sender.send(Decision { entry, upstream });
        }
    });
}
