//! Who answers in a cluster, and under which name Envoy knows them.

use super::echo::Identity;
use crate::envoy::clusters;
use crate::plan::ClusterPlan;
use std::collections::BTreeMap;

/// Everybody who answers in a cluster: each release of each service.
pub fn identities(plan: &ClusterPlan) -> impl Iterator<Item = Identity> {
    plan.services.iter().flat_map(|service| {
        let releases: Vec<Option<String>> = match service.releases.as_slice() {
            [] => vec![None],
            releases => releases.iter().map(|(name, _)| Some(name.clone())).collect(),
        };
        releases.into_iter().map(|release| Identity {
            cluster: plan.cluster.clone(),
            service: service.name.clone(),
            release,
        })
    })
}

/// Who is behind each Envoy cluster that the gateway's routes name.
#[must_use]
pub fn upstreams(plan: &ClusterPlan) -> BTreeMap<String, Identity> {
    let services = identities(plan).filter_map(|identity| {
        let port = plan.services.iter().find(|service| service.name == identity.service)?.port;
        Some((clusters::service_name(plan, &identity.service, port, identity.release.as_deref()), identity))
    });
    let remotes = plan.remotes.iter().map(|remote| {
        let identity = Identity { cluster: remote.cluster.clone(), service: "gateway".to_owned(), release: None };
        (clusters::remote_name(plan, &remote.cluster), identity)
    });
    services.chain(remotes).collect()
}
