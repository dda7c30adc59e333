//! Tenants that move from one cluster to another.

mod files;
mod rollout;

use crate::support::cogniverse;
use tenantry::policy::Policy;

/// The Cogniverse policy with three clusters, where tenants move both ways.
fn moving(elsewhere: &str) -> Policy {
    cogniverse(&[
        ("elsewhere: forward", &format!("elsewhere: {elsewhere}")),
        (
            "  eu: {endpoint: eu-cluster.example.com}",
            "  eu: {endpoint: eu-cluster.example.com}\n  ap: {endpoint: ap-cluster.example.com}",
        ),
        ("tenant_a: {cluster: us}", "tenant_a: {cluster: us, moveTo: eu}"),
        ("tenant_b: {cluster: eu}", "tenant_b: {cluster: eu, moveTo: us, failover: [ap]}"),
        ("acme_corp: {cluster: us, tier: gold}", "acme_corp: {cluster: us, tier: gold, failover: [eu], moveTo: eu}"),
        ("globex_inc: {cluster: eu}", "globex_inc: {cluster: ap, failover: [us]}"),
    ])
}

/// The same once everybody has arrived.
fn moved(elsewhere: &str) -> Policy {
    let mut policy = moving(elsewhere);
    for tenant in &mut policy.tenants {
        if let Some(to) = tenant.move_to.take() {
            tenant.failover.retain(|name| *name != to);
            tenant.cluster = to;
        }
    }
    policy
}
