//! Clusters that cannot be told apart.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use std::collections::HashMap;

rule! {
    /// ## What it does
    /// Finds two clusters with the same `endpoint`.
    ///
    /// ## Why it matters
    /// A tenant's home is reached by its cluster's endpoint. Where two clusters share one, a request for the
    /// second goes to the first, whose gateway sends it elsewhere again.
    ///
    /// ## Example
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: us.example.com}
    /// tenants:
    ///   acme: {cluster: us}
    ///   globex: {cluster: eu}
    /// ```
    ///
    /// ## Mend
    /// Give each cluster the name of its own gateway.
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: eu.example.com}
    /// tenants:
    ///   acme: {cluster: us}
    ///   globex: {cluster: eu}
    /// ```
    pub static RULE: TN0219, "clusters-share-endpoint", Error, "two clusters have the same endpoint";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let mut seen = HashMap::new();
    for (name, cluster) in &policy.clusters {
        let Some((first, span)) = seen.insert(cluster.endpoint.to_ascii_lowercase(), (name, cluster.endpoint.span))
        else {
            continue;
        };
        found.push(
            RULE.at(cluster.endpoint.span, format!("clusters `{first}` and `{name}` have the same endpoint"))
                .related(span, format!("the endpoint of `{first}`"))
                .help("give each cluster the host of its own gateway"),
        );
    }
}
