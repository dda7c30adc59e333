//! Silences that a load balancer does not bear.

use crate::diagnostic::{Diagnostic, rule};
use crate::plan::alb::IDLE;
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds `ingress.frontDoor.idle` of more than 4,000 seconds in front of an ALB.
    ///
    /// ## Why it matters
    /// That is the longest that AWS offers. A stream that is silent for longer ends, whatever the other parts of the way
    /// would bear.
    ///
    /// ## Example
    /// ```yaml
    /// ingress:
    ///   frontDoor:
    ///     kinds: [aws-alb]
    ///     idle: 2h
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
    /// Shorten it, and have streams say something in between.
    /// ```yaml
    /// ingress:
    ///   frontDoor:
    ///     kinds: [aws-alb]
    ///     idle: 1h
    ///     alb:
    ///       certificate: arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d
    ///       vpc: vpc-0123456789abcdef0
    ///       ranges: [10.0.0.0/16]
    ///       subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
    ///       securityGroups: [sg-0123456789abcdef0]
    ///       targets: {us: [10.0.1.10]}
    /// ```
    pub static RULE: TN0337, "alb-idle-too-long", Warning, "an ALB ends longer silences";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(door) = policy.ingress.front_door.as_ref().filter(|_| super::settings(policy).is_some()) else { return };
    if door.idle.as_secs() > IDLE {
        found.push(
            RULE.at(door.idle.span, format!("an ALB ends a silence after {IDLE} seconds, not {}", door.idle.as_secs()))
                .help(format!("write `{IDLE}s` or less")),
        );
    }
}
