//! Settings of a load balancer that nobody asked for.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds `ingress.frontDoor.alb` without `aws-alb` among the kinds.
    ///
    /// ## Why it matters
    /// Nothing is compiled from it.
    ///
    /// ## Example
    /// ```yaml
    /// ingress:
    ///   frontDoor:
    ///     kinds: [nginx]
    ///     alb:
    ///       certificate: arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d
    ///       vpc: vpc-0123456789abcdef0
    ///       ranges: [10.0.0.0/16]
    ///       subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
    ///       securityGroups: [sg-0123456789abcdef0]
    ///       targets: {us: [10.0.1.10]}
    /// ```
    ///
    /// ## Mend
    /// Ask for the load balancer, or leave its settings out.
    /// ```yaml
    /// ingress:
    ///   frontDoor:
    ///     kinds: [nginx, aws-alb]
    ///     alb:
    ///       certificate: arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d
    ///       vpc: vpc-0123456789abcdef0
    ///       ranges: [10.0.0.0/16]
    ///       subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
    ///       securityGroups: [sg-0123456789abcdef0]
    ///       targets: {us: [10.0.1.10]}
    /// ```
    pub static RULE: TN0331, "alb-settings-unused", Warning, "the policy asks for no ALB";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(alb) = policy.ingress.front_door.as_ref().and_then(|door| door.alb.as_ref()) else { return };
    if super::asked(policy).is_none() {
        found.push(RULE.at(alb.span, "`alb` has no effect").help("add `aws-alb` to `kinds`, or remove `alb`"));
    }
}
