//! What the front door has to do, whatever load balancer it is: which tenants go where, and what is refused.

use super::{endpoint, moves};
use crate::policy::{Alb, Caller, FrontDoor, Policy, Protocol};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;
use tenantry_engine::code::Code;
use tenantry_engine::config::IdGrammar;

/// Everything that a front door is told.
#[derive(Clone, Debug, PartialEq)]
pub struct DoorPlan {
    /// `metadata.name` of the policy.
    pub policy: String,
    /// Where it listens.
    pub listen: Listen,
    /// Path of the certificate chain for the served hosts.
    pub certificate: String,
    /// Path of its private key.
    pub key: String,
    /// Path of the authorities that vouch for the clusters' certificates.
    pub trust: String,
    /// Served hosts: lower case, no port, perhaps with a leading `*.`, or `*` alone.
    pub hosts: Vec<String>,
    /// The tenant header in lower case.
    pub header: String,
    /// The grammar of tenant ids.
    pub ids: IdGrammar,
    /// The clusters in policy order.
    pub clusters: Vec<Upstream>,
    /// Where tenants go: every distinct list of clusters, by name.
    pub ways: Vec<Way>,
    /// Every tenant, sorted by id.
    pub tenants: Vec<DoorTenant>,
    /// Paths that need no tenant. Any cluster may answer them.
    pub exempt: Vec<String>,
    /// Path prefixes whose service speaks gRPC, matched by whole segments.
    pub grpc: Vec<String>,
    /// Path that a working cluster answers with 200.
    pub health: Option<String>,
    /// The longest silence within an answer.
    pub idle: Duration,
    /// What only AWS knows, if the policy says it.
    pub alb: Option<Alb>,
}

/// Where a front door listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen {
    /// The address.
    pub address: IpAddr,
    /// Port for TLS.
    pub https: u16,
    /// Port that redirects to the former.
    pub http: u16,
}

/// A cluster's gateway as the front door reaches it. The TLS server name is the host that the client asked for, since
/// every gateway answers to the policy's hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// The cluster.
    pub name: String,
    /// DNS name or address of its gateway.
    pub host: String,
    /// HTTPS port.
    pub port: u16,
}

/// A list of clusters: the first is home, and each of the others is for when those before it do not work.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// The clusters' names, joined by `.`, which no name holds: `us`, `us.eu`.
    pub name: String,
    /// Names of the clusters; never empty.
    pub clusters: Vec<String>,
}

/// A tenant at the front door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorTenant {
    /// Its id.
    pub id: String,
    /// Index of its way; none when it is suspended.
    pub way: Option<usize>,
}

/// What a front door refuses by itself. Those that the filter gives too have its code, status and title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// As the filter would refuse it.
    Filter(Code),
    /// No cluster that may serve the tenant works.
    ClusterUnavailable,
}

impl Refusal {
    /// The media type of [`Self::document`].
    pub const CONTENT_TYPE: &'static str = tenantry_engine::problem::CONTENT_TYPE;

    /// The body of the answer (RFC 9457). It is the same for every request: a front door echoes nothing.
    #[must_use]
    pub fn document(self) -> String {
        tenantry_engine::problem::document(self.code(), self.status(), self.title(), None)
    }

    /// Status of the answer.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Filter(code) => code.status(),
            Self::ClusterUnavailable => 503,
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Filter(code) => code.as_str(),
            Self::ClusterUnavailable => "cluster-unavailable",
        }
    }

    /// One fixed sentence for a person.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Filter(code) => code.title(),
            Self::ClusterUnavailable => "No cluster that may serve this tenant is available.",
        }
    }
}

/// Plans the front door. None when the policy has none. `moved` tells whether it sends tenants that move to where they
/// move to.
#[must_use]
pub fn plan(policy: &Policy, moved: bool) -> Option<DoorPlan> {
    let door = policy.ingress.front_door.as_ref()?;
    let mut ways = BTreeMap::new();
    for tenant in policy.tenants.iter().filter(|tenant| !tenant.suspended) {
        ways.entry(moves::way(tenant, moved)).or_insert(0);
    }
    for (index, way) in ways.values_mut().enumerate() {
        *way = index;
    }
    let tenants = policy.tenants.iter().map(|tenant| DoorTenant {
        id: tenant.id.clone(),
        way: if tenant.suspended { None } else { ways.get(&moves::way(tenant, moved)).copied() },
    });
    Some(DoorPlan {
        policy: policy.name.value.clone(),
        listen: listen(door),
        certificate: door.certificate.value.clone(),
        key: door.key.value.clone(),
        trust: door.trust.value.clone(),
        hosts: policy.ingress.hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        header: policy.tenancy.header.to_ascii_lowercase(),
        ids: *policy.tenancy.ids,
        clusters: policy
            .clusters
            .iter()
            .map(|(name, cluster)| {
                let (host, port) = endpoint(&cluster.endpoint);
                Upstream { name: name.clone(), host, port }
            })
            .collect(),
        tenants: tenants.collect(),
        ways: ways.into_keys().map(|clusters| Way::new(&clusters)).collect(),
        exempt: super::values(&policy.tenancy.exempt),
        grpc: grpc(policy),
        health: door.health.as_ref().map(|path| path.value.clone()),
        idle: *door.idle,
        alb: door.alb.as_ref().map(|alb| alb.value.clone()),
    })
}

fn listen(door: &FrontDoor) -> Listen {
    Listen { address: *door.address, https: *door.https, http: *door.http }
}

fn grpc(policy: &Policy) -> Vec<String> {
    let speaks = |route: &&crate::source::Spanned<crate::policy::Route>| {
        policy.services.get(&route.to.value).is_some_and(|service| {
            *service.protocol == Protocol::Grpc && service.callers.iter().any(|caller| caller.value == Caller::Ingress)
        })
    };
    policy.routes.iter().filter(speaks).map(|route| route.path.value.clone()).collect()
}

impl DoorPlan {
    /// The tenant of an id, compared whole.
    #[must_use]
    pub fn tenant(&self, id: &str) -> Option<&DoorTenant> {
        let found = self.tenants.binary_search_by(|tenant| tenant.id.as_str().cmp(id));
        found.ok().and_then(|index| self.tenants.get(index))
    }
}

impl Way {
    fn new(clusters: &[&str]) -> Self {
        let clusters: Vec<String> = clusters.iter().map(|&cluster| cluster.to_owned()).collect();
        Self { name: clusters.join("."), clusters }
    }
}
