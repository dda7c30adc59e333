//! Clusters that are nobody's home.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use std::collections::HashSet;

rule! {
    /// ## What it does
    /// Finds a cluster that no tenant names: not as its home, nor to move or to fail over to.
    ///
    /// ## Why it matters
    /// Manifests are compiled for the cluster all the same, and its gateway sends every tenant elsewhere. More
    /// often than not a tenant was meant to be moved there.
    ///
    /// ## Example
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: eu.example.com}
    /// ```
    ///
    /// ## Mend
    /// Give the cluster a tenant, or remove it.
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: eu.example.com}
    /// tenants:
    ///   acme: {cluster: us}
    ///   globex: {cluster: eu}
    /// ```
    pub static RULE: TN0205, "unused-cluster", Warning, "no tenant lives in this cluster";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if policy.tenants.is_empty() {
        return;
    }
    let named = policy.tenants.iter().flat_map(|it| [&it.cluster].into_iter().chain(&it.failover).chain(&it.move_to));
    let named: HashSet<&str> = named.map(String::as_str).collect();
    for (name, cluster) in policy.clusters.iter().filter(|(name, _)| !named.contains(name.as_str())) {
        found.push(
            RULE.at(cluster.span, format!("no tenant lives in cluster `{name}`"))
                .help("move a tenant there, or remove the cluster"),
        );
    }
}
