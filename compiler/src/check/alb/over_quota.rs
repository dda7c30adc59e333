//! More tenants than a load balancer has rules for.

use crate::diagnostic::{Diagnostic, rule};
use crate::plan::alb::{self, TARGET_GROUPS};
use crate::plan::door::{self, DoorPlan};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a set of tenants that takes more rules than `ingress.frontDoor.alb.rules`.
    ///
    /// ## Why it matters
    /// An ALB has 100 rules unless AWS grants more. Into a rule go three strings of 128 characters for tenants, fewer with
    /// many hosts or with gRPC: some twenty tenants with ids of ten characters. What does not fit would be refused as unknown.
    /// It has 100 target groups, one for each cluster and one for all of them, twice with gRPC, and AWS grants nobody more.
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
    ///       rules: 5
    /// tenants:
    ///   acme: {cluster: us}
    ///   globex: {cluster: eu}
    /// ```
    ///
    /// ## Mend
    /// Use a kind that takes any number of tenants, or ask AWS for more rules and say how many it granted.
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
    ///       rules: 200
    /// tenants:
    ///   acme: {cluster: us}
    ///   globex: {cluster: eu}
    /// ```
    pub static RULE: TN0334, "alb-rules-over-quota", Error, "the tenants do not fit into the rules of an ALB";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some((alb, kind)) = super::settings(policy) else { return };
    // Both before the tenants move that move, and after.
    let doors = [false, true].map(|moved| door::plan(policy, moved)).into_iter().flatten();
    let counted = doors.map(|door| (alb::rules(&door).rules.len(), door));
    let Some((needed, door)) = counted.max_by_key(|(needed, _)| *needed) else { return };
    let groups = alb::target_groups(&door);
    if groups > TARGET_GROUPS {
        let clusters = door.clusters.len();
        let message =
            format!("{clusters} clusters take {groups} target groups, and a load balancer has {TARGET_GROUPS}");
        found.push(RULE.at(kind, message).help(OTHERS));
    }
    let (quota, tenants) = (alb.rules.value as usize, door.tenants.len());
    if needed > quota {
        found.push(
            RULE.at(kind, format!("{tenants} tenants take {needed} rules, and the load balancer may have {quota}"))
                .label(format!("there is room for {} of these tenants", fitting(door, quota)))
                .related(alb.rules.span, "what AWS grants")
                .help(OTHERS)
                .help("or ask AWS for more rules per load balancer, and put the number into `rules`"),
        );
    }
}

/// The way out for whoever has too many of anything.
const OTHERS: &str = "use `nginx`, `haproxy` or `envoy`, which take any number of tenants and clusters";

/// How many tenants fit: of the longest beginning of their list that does.
fn fitting(mut door: DoorPlan, quota: usize) -> usize {
    let all = std::mem::take(&mut door.tenants);
    // A rule holds three strings of 128 characters, and an id and its bar take two at least.
    let (mut fits, mut too_many) = (0, all.len().min(quota * 3 * 64));
    while fits < too_many {
        let middle = (fits + too_many).div_ceil(2);
        door.tenants = all.iter().take(middle).cloned().collect();
        if alb::rules(&door).rules.len() <= quota { fits = middle } else { too_many = middle - 1 }
    }
    fits
}
