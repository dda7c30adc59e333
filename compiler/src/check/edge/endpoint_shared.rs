//! Clusters that cannot be told apart.

use crate::check::edge::host;
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use std::collections::HashMap;
use tenantry_engine::config::Elsewhere;

rule! {
    /// ## What it does
    /// Finds two clusters with the same `endpoint`; with `elsewhere: forward`, also two with the same host and the
    /// same `forwardPort`.
    ///
    /// ## Why it matters
    /// A tenant's home is reached by its cluster's endpoint. Where two clusters share one, a request for the
    /// second goes to the first, whose gateway sends it elsewhere again. The same holds for what clusters forward.
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
    let mut forwarded = HashMap::new();
    for (name, cluster) in &policy.clusters {
        let endpoint = cluster.endpoint.to_ascii_lowercase();
        let place = (host(&endpoint).to_owned(), *cluster.forward_port);
        let first_there = forwarded.insert(place, (name, cluster.forward_port.span));
        if let Some((first, span)) = seen.insert(endpoint, (name, cluster.endpoint.span)) {
            found.push(
                RULE.at(cluster.endpoint.span, format!("clusters `{first}` and `{name}` have the same endpoint"))
                    .related(span, format!("the endpoint of `{first}`"))
                    .help("give each cluster the host of its own gateway"),
            );
        } else if let Some((first, span)) = first_there.filter(|_| *policy.tenancy.elsewhere == Elsewhere::Forward) {
            found.push(
                RULE.at(
                    cluster.forward_port.span,
                    format!("clusters `{first}` and `{name}` take forwards at the same host and port"),
                )
                .related(span, format!("where `{first}` takes them"))
                .help("give each cluster a `forwardPort` of its own"),
            );
        }
    }
}
