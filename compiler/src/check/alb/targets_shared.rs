//! One gateway for two clusters.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use std::collections::HashMap;

rule! {
    /// ## What it does
    /// Finds an address that `ingress.frontDoor.alb.targets` gives to two clusters, or twice to one.
    ///
    /// ## Why it matters
    /// The load balancer would send tenants of both clusters to the same gateway, which is not the home of one of them.
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
    ///       targets: {us: [10.0.1.10], eu: [10.0.1.10]}
    /// tenants:
    ///   acme: {cluster: us}
    ///   globex: {cluster: eu}
    /// ```
    ///
    /// ## Mend
    /// Give each cluster the addresses of its own gateway.
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
    pub static RULE: TN0333, "alb-clusters-share-target", Error, "two clusters have the same address";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some((alb, _)) = super::settings(policy) else { return };
    let mut seen = HashMap::new();
    for (name, addresses) in &alb.targets {
        for address in &addresses.value {
            if let Some((first, span)) = seen.insert(address.value, (name, address.span)) {
                let whose =
                    if first == name { format!("twice at `{name}`") } else { format!("at `{first}` and `{name}`") };
                found.push(
                    RULE.at(address.span, format!("`{}` stands {whose}", address.value))
                        .related(span, "it stands here already")
                        .help("give each cluster the addresses of its own gateway"),
                );
            }
        }
    }
}
