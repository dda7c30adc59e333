//! A whole policy in real Envoys, for tests that send requests one after the other.

use super::client::{self, Request, Response};
use super::{Stats, binary, module};
use crate::demo::send::{Seen, see};
use crate::policy::parse;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tenantry::explain::Explainer;
use tenantry::policy::Policy;
use tenantry::source::SourceMap;
use tenantry::try_::session::{Decision, Gateway, Session, Setup};
use tenantry::try_::token::Issuer;
use tokio::runtime::Runtime;

/// How long a log line may take.
const LOG_LIMIT: Duration = Duration::from_secs(10);

/// A policy that runs in Envoys of one version. Dropping it ends them.
#[derive(Debug)]
pub struct Mesh {
    session: Session,
    policy: Policy,
    sources: SourceMap,
    // Last, so that what needs it is dropped first.
    runtime: Runtime,
}

impl Mesh {
    /// Runs a policy's text with two workers for each Envoy.
    ///
    /// # Panics
    /// When the policy has errors, a part is missing, or an Envoy does not start.
    #[must_use]
    pub fn start(version: &str, policy: &str) -> Self {
        Self::with_workers(version, policy, 2)
    }

    /// The same with so many workers for each Envoy.
    ///
    /// # Panics
    /// As [`Mesh::start`].
    #[must_use]
    pub fn with_workers(version: &str, policy: &str, workers: u32) -> Self {
        Self::launch(&binary(version), policy, workers, None)
    }

    /// Runs a policy's text with its spans sent to a Phoenix, which speaks the policy's protocol at `phoenix`.
    ///
    /// # Panics
    /// As [`Mesh::start`].
    #[must_use]
    pub fn traced(version: &str, policy: &str, phoenix: SocketAddr) -> Self {
        Self::traced_by(&binary(version), policy, phoenix)
    }

    /// The same by this Envoy.
    ///
    /// # Panics
    /// As [`Mesh::start`].
    #[must_use]
    pub fn traced_by(envoy: &Path, policy: &str, phoenix: SocketAddr) -> Self {
        Self::launch(envoy, policy, 2, Some(phoenix))
    }

    fn launch(envoy: &Path, policy: &str, workers: u32, phoenix: Option<SocketAddr>) -> Self {
        let (policy, sources) = parse(policy).unwrap_or_else(|errors| panic!("the policy has errors:\n{errors}"));
        let setup = Setup { envoy: envoy.to_owned(), module: module(), clusters: Vec::new(), workers, phoenix };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a tokio runtime");
        let session = runtime
            .block_on(Session::start(&policy, &setup))
            .unwrap_or_else(|error| panic!("{} does not run the policy: {error}", envoy.display()));
        Self { session, policy, sources, runtime }
    }

    /// Where a cluster's gateway listens.
    ///
    /// # Panics
    /// When there is no such cluster.
    #[must_use]
    pub fn address(&self, cluster: &str) -> SocketAddr {
        self.gateway(cluster).address
    }

    fn gateway(&self, cluster: &str) -> &Gateway {
        let found = self.session.gateways().iter().find(|gateway| gateway.cluster == cluster);
        found.unwrap_or_else(|| panic!("the policy has no cluster `{cluster}`"))
    }

    /// Sends a request on a connection of its own.
    ///
    /// # Panics
    /// When there is no answer.
    #[must_use]
    pub fn send(&self, cluster: &str, request: &Request) -> Response {
        client::send(self.address(cluster), request).unwrap_or_else(|error| panic!("no answer to {request:?}: {error}"))
    }

    /// Sends a request and reads what became of it.
    ///
    /// # Panics
    /// When there is no answer.
    #[must_use]
    pub fn see(&self, cluster: &str, request: &Request) -> Seen {
        see(cluster, &self.send(cluster, request))
    }

    /// The next line of the access logs.
    ///
    /// # Panics
    /// When none comes in time.
    pub fn decision(&mut self) -> Decision {
        let next = self.runtime.block_on(async { tokio::time::timeout(LOG_LIMIT, self.session.next()).await });
        next.ok().flatten().expect("an access log line for each request")
    }

    /// A page of a gateway's admin interface.
    ///
    /// # Panics
    /// When Envoy does not answer it with 200.
    #[must_use]
    pub fn admin(&self, cluster: &str, path: &str) -> String {
        let admin = self.gateway(cluster).proxy.admin();
        self.runtime.block_on(admin.get(path)).expect("the admin interface answers")
    }

    /// Every statistic of a gateway at this moment.
    #[must_use]
    pub fn stats(&self, cluster: &str) -> Stats {
        Stats::parse(&self.admin(cluster, "/stats"))
    }

    /// How many requests have reached any service so far, counted at their headers.
    #[must_use]
    pub fn upstream_requests(&self) -> u64 {
        self.session.services().iter().map(tenantry::try_::echo::EchoService::requests).sum()
    }

    /// Signs tokens.
    ///
    /// # Panics
    /// When the policy wants none.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        self.session.issuer().expect("the policy wants tokens")
    }

    /// Explains requests to a cluster's gateway.
    ///
    /// # Panics
    /// When there is no such cluster.
    #[must_use]
    pub fn explainer(&self, cluster: &str) -> Explainer<'_> {
        Explainer::new(&self.policy, &self.sources, cluster).expect("the policy compiles for the cluster")
    }
}
