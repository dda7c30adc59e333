//! Clusters without an address.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds clusters that `ingress.frontDoor.alb.targets` leaves out.
    ///
    /// ## Why it matters
    /// An ALB sends to private addresses, not to the name in `endpoint`. Without addresses the cluster's target group is
    /// empty, and each of its tenants gets 503.
    ///
    /// ## Example
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: eu.example.com}
    /// ingress:
    ///   frontDoor:
    ///     kinds: [aws-alb]
    ///     alb:
    ///       certificate: arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d
    ///       vpc: vpc-0123456789abcdef0
    ///       ranges: [10.0.0.0/16]
    ///       subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
    ///       securityGroups: [sg-0123456789abcdef0]
    ///       targets: {us: [10.0.1.10]}
    /// tenants:
    ///   acme: {cluster: us}
    ///   globex: {cluster: eu}
    /// ```
    ///
    /// ## Mend
    /// Add the addresses.
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: eu.example.com}
    /// ingress:
    ///   frontDoor:
    ///     kinds: [aws-alb]
    ///     alb:
    ///       certificate: arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d
    ///       vpc: vpc-0123456789abcdef0
    ///       ranges: [10.0.0.0/16]
    ///       subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
    ///       securityGroups: [sg-0123456789abcdef0]
    ///       targets: {us: [10.0.1.10], eu: [10.1.1.10]}
    /// tenants:
    ///   acme: {cluster: us}
    ///   globex: {cluster: eu}
    /// ```
    pub static RULE: TN0332, "alb-cluster-without-targets", Error, "an ALB does not know where a cluster is";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some((alb, _)) = super::settings(policy) else { return };
    for (name, cluster) in policy.clusters.iter().filter(|(name, _)| !alb.targets.contains_key(*name)) {
        found.push(
            RULE.at(alb.span, format!("`targets` lacks the cluster `{name}`"))
                .related(cluster.span, "the cluster")
                .help(format!("add `{name}: [ADDRESS, ...]` with the private addresses of its gateway")),
        );
    }
}
