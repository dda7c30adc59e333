//! Clusters whose endpoint leads back here.

use crate::check::edge::host;
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use tenantry_engine::config::Elsewhere;

rule! {
    /// ## What it does
    /// Finds a cluster whose `endpoint` is one of `ingress.hosts`, where there is a front door, or more than one
    /// cluster with `elsewhere: forward` or `redirect`.
    ///
    /// ## Why it matters
    /// Requests for tenants of another cluster go to that cluster's endpoint. If the endpoint is the name that
    /// clients use, its DNS or load balancer may answer with the cluster that the request just came from, and
    /// the request goes round in circles. A front door that clients find by this name would connect to itself.
    ///
    /// ## Example
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: api.example.com}
    /// tenants:
    ///   acme: {cluster: us}
    ///   globex: {cluster: eu}
    /// tenancy:
    ///   elsewhere: forward
    /// ```
    ///
    /// ## Mend
    /// Give each cluster a name that leads to that cluster alone.
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: eu.example.com}
    /// tenants:
    ///   acme: {cluster: us}
    ///   globex: {cluster: eu}
    /// tenancy:
    ///   elsewhere: forward
    /// ```
    pub static RULE: TN0218, "endpoint-is-served-host", Warning, "a cluster endpoint is also a served host";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let sends_on = policy.clusters.len() > 1 && policy.tenancy.elsewhere.value != Elsewhere::Refuse;
    if !sends_on && policy.ingress.front_door.is_none() {
        return;
    }
    for (name, cluster) in &policy.clusters {
        let endpoint = host(&cluster.endpoint);
        let Some(served) = policy.ingress.hosts.iter().find(|it| it.eq_ignore_ascii_case(endpoint)) else { continue };
        found.push(
            RULE.at(
                cluster.endpoint.span,
                format!("the endpoint of cluster `{name}` is a host that every cluster serves"),
            )
            .label("a request sent here may come back")
            .related(served.span, "served by every cluster")
            .help("give the cluster a name of its own"),
        );
    }
}
