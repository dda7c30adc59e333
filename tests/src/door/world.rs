//! Two clusters, and everything that stands before them.

use super::HOST;
use super::balancer::{Balancer, Door};
use super::client::Client;
use super::cluster::{Authorities, Cluster, Ports};
use super::ledger::Ledger;
use super::policy::{self, Places};
use crate::envoy::identity::Authority;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;
use tempfile::TempDir;
use tenantry::policy::Policy;
use tenantry::try_::port::Port;
use tokio::runtime::Runtime;

/// The clusters of the policy.
pub const CLUSTERS: [&str; 2] = ["us", "eu"];

/// Two running clusters and a place for a front door. Dropping it ends them.
#[derive(Debug)]
pub struct World {
    policy: Policy,
    clusters: Vec<Cluster>,
    authorities: Authorities,
    https: Port,
    http: Port,
    folder: TempDir,
    ledger: Ledger,
    // Last, so that what needs it is dropped first.
    runtime: Runtime,
}

impl World {
    /// Runs the policy of these tests with `changes`; see [`policy::policy`].
    ///
    /// # Panics
    /// When the policy has errors, a part is missing, or an Envoy does not start.
    #[must_use]
    pub fn start(changes: &[(&str, &str)]) -> Self {
        Self::with_many(changes, 0)
    }

    /// The same with so many more tenants.
    ///
    /// # Panics
    /// As [`World::start`].
    #[must_use]
    pub fn with_many(changes: &[(&str, &str)], many: usize) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a tokio runtime");
        let guard = runtime.enter();
        let (https, http) = (Port::reserve().expect("a port"), Port::reserve().expect("a port"));
        let ports = CLUSTERS.map(|cluster| (cluster, Ports::reserve()));
        drop(guard);
        let folder = tempfile::tempdir().expect("a folder");
        let authorities = Authorities::generate();
        certificates(folder.path(), &authorities.public, HOST);
        let places = Places {
            clusters: [0, 1].map(|at: usize| (ports[at].0, ports[at].1.public.address().port())),
            https: https.address().port(),
            http: http.address().port(),
            folder: folder.path(),
        };
        let policy = policy::policy(&places, changes, many);
        let ledger = Ledger::default();
        let forward: BTreeMap<String, SocketAddr> =
            ports.iter().map(|(name, ports)| ((*name).to_owned(), ports.forward.address())).collect();
        let clusters = ports.into_iter().map(|(name, ports)| {
            let tls = authorities.tls(name, &[HOST]);
            Cluster::start(&policy, name, (ports, &forward), (&authorities, tls), (&runtime, &ledger))
        });
        let clusters = clusters.collect();
        Self { policy, clusters, authorities, https, http, folder, ledger, runtime }
    }

    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The file that the policy is read from.
    #[must_use]
    pub fn policy_file(&self) -> PathBuf {
        self.folder.path().join("policy.yaml")
    }

    /// The policy with other `changes` to its text, of the same clusters at the same places. Nothing runs it yet.
    ///
    /// # Panics
    /// When it has errors.
    #[must_use]
    pub fn changed(&self, changes: &[(&str, &str)]) -> Policy {
        let places = Places {
            clusters: [0, 1].map(|at: usize| (CLUSTERS[at], self.clusters[at].address().port())),
            https: self.https.address().port(),
            http: self.http.address().port(),
            folder: self.folder.path(),
        };
        policy::policy(&places, changes, 0)
    }

    /// Starts a front door for the policy. There can be one at a time.
    ///
    /// # Panics
    /// As [`Door::start`].
    #[must_use]
    pub fn door(&self, balancer: &'static dyn Balancer) -> Door {
        Door::start(balancer, &self.policy, &self.client())
    }

    /// A client of the front door.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client_of(self.https.address())
    }

    /// A client of whatever listens at an address with a certificate for [`HOST`].
    #[must_use]
    pub fn client_of(&self, address: SocketAddr) -> Client {
        Client::new(address, HOST, self.authorities.public.certificate())
    }

    /// Where the front door takes plain HTTP.
    #[must_use]
    pub const fn http(&self) -> SocketAddr {
        self.http.address()
    }

    /// Where the front door takes TLS.
    #[must_use]
    pub const fn https(&self) -> SocketAddr {
        self.https.address()
    }

    /// A cluster.
    ///
    /// # Panics
    /// When there is none of that name.
    #[must_use]
    pub fn cluster(&self, name: &str) -> &Cluster {
        self.clusters.iter().find(|cluster| cluster.name() == name).unwrap_or_else(|| panic!("no cluster `{name}`"))
    }

    /// A cluster, to stop it or bring it back.
    ///
    /// # Panics
    /// When there is none of that name.
    #[must_use]
    pub fn cluster_mut(&mut self, name: &str) -> &mut Cluster {
        let found = self.clusters.iter_mut().find(|cluster| cluster.name() == name);
        found.unwrap_or_else(|| panic!("no cluster `{name}`"))
    }

    /// What reached the services.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The authorities of the certificates.
    #[must_use]
    pub const fn authorities(&self) -> &Authorities {
        &self.authorities
    }

    /// The runtime of the services, for clients that need one.
    #[must_use]
    pub const fn runtime(&self) -> &Runtime {
        &self.runtime
    }
}

/// Writes what a front door for `host` needs: its certificate and key, and whom it trusts.
///
/// # Panics
/// When they cannot be written.
pub fn certificates(folder: &Path, authority: &Authority, host: &str) {
    let own = authority.server_certificate(&[host]);
    for (file, text) in [("tls.crt", own.certificate()), ("tls.key", own.key()), ("trust.crt", authority.certificate())]
    {
        std::fs::write(folder.join(file), text).expect("written");
    }
}
