//! Failover that a load balancer does not carry out.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds tenants with `failover` in front of an ALB.
    ///
    /// ## Why it matters
    /// The rule of an ALB names a target group, or several with weights; whether their targets are healthy does not choose
    /// among them, and a group without a healthy target gets requests all the same. So nothing happens when a cluster goes
    /// away until somebody runs `apply.sh --down CLUSTER`, which turns the rules to the next cluster of each tenant.
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
    ///       targets: {us: [10.0.1.10], eu: [10.1.1.10]}
    /// tenants:
    ///   acme: {cluster: us, failover: [eu]}
    ///   globex: {cluster: eu}
    /// ```
    ///
    /// ## Mend
    /// Use a kind that asks the clusters, or have your monitoring run `apply.sh` and excuse this.
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: eu.example.com}
    /// ingress:
    ///   frontDoor:
    ///     kinds: [nginx]
    /// tenants:
    ///   acme: {cluster: us, failover: [eu]}
    ///   globex: {cluster: eu}
    /// ```
    pub static RULE: TN0336, "alb-does-not-fail-over", Warning, "an ALB leaves no cluster by itself";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some((_, kind)) = super::settings(policy) else { return };
    let mut tenants = policy.tenants.iter().filter(|tenant| !tenant.failover.is_empty());
    let Some(first) = tenants.next() else { return };
    let who = match tenants.count() {
        0 => format!("tenant `{}`", first.id),
        more => format!("tenant `{}`, and {more} more,", first.id),
    };
    found.push(
        RULE.at(kind, format!("an ALB does not send {who} to another cluster by itself"))
            .related(first.span, "has `failover`")
            .help("run `apply.sh --down CLUSTER` when a cluster is down, or use `nginx`, `haproxy` or `envoy`"),
    );
}
