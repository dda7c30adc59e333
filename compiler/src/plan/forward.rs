//! Forwards between clusters: whom a gateway sends to, and where it takes what the others send.
//!
//! They have a port of their own, where gateways prove to each other who they are. The public port asks nobody for a
//! certificate, so a request that comes in there says nothing about who sent it.

use super::{GATEWAY_ACCOUNT, SYSTEM_NAMESPACE, endpoint, principal};
use crate::policy::{Caller, Policy, Protocol};
use tenantry_engine::config::Elsewhere;

/// Another cluster's gateway, as this one forwards to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// The cluster.
    pub cluster: String,
    /// DNS name of its gateway.
    pub host: String,
    /// Port on which it takes forwards, over mutual TLS.
    pub port: u16,
    /// TLS server name that it answers to there.
    pub server_name: String,
    /// SPIFFE id that its certificate must carry.
    pub identity: String,
    /// Whether a request goes on in the version of HTTP that it came in. HTTP/1.1 would lose gRPC on the way.
    pub as_it_came: bool,
}

/// SPIFFE id of every cluster's ingress gateway.
#[must_use]
pub fn gateway_identity() -> String {
    format!("spiffe://{}", principal(SYSTEM_NAMESPACE, GATEWAY_ACCOUNT))
}

/// The port on which a cluster takes forwards; none where nobody sends it any.
pub(super) fn port(policy: &Policy, cluster: &str) -> Option<u16> {
    let own = policy.clusters.get(cluster)?;
    between(policy).then(|| *own.forward_port)
}

/// The gateways that a cluster forwards to, in policy order.
pub(super) fn remotes(policy: &Policy, cluster: &str) -> Vec<Remote> {
    let others = policy.clusters.iter().filter(|(name, _)| between(policy) && *name != cluster);
    let as_it_came = grpc_at_edge(policy);
    others
        .map(|(name, other)| {
            let host = endpoint(&other.endpoint).0;
            let named = policy.ingress.hosts.iter().find(|host| !host.starts_with('*'));
            let server_name = named.map_or_else(|| host.clone(), |named| named.to_ascii_lowercase());
            let identity = gateway_identity();
            Remote { cluster: name.clone(), host, port: *other.forward_port, server_name, identity, as_it_came }
        })
        .collect()
}

/// Whether the policy's clusters forward to each other.
fn between(policy: &Policy) -> bool {
    policy.clusters.len() > 1 && *policy.tenancy.elsewhere == Elsewhere::Forward
}

/// Whether a gateway calls a service that speaks gRPC.
fn grpc_at_edge(policy: &Policy) -> bool {
    policy.services.values().any(|service| {
        let at_edge = service.callers.iter().any(|caller| caller.value == Caller::Ingress);
        at_edge && *service.protocol == Protocol::Grpc
    })
}
