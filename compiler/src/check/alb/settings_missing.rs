//! A load balancer of which nothing is known.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds `aws-alb` among the kinds of front door without `ingress.frontDoor.alb`.
    ///
    /// ## Why it matters
    /// A load balancer in AWS stands in a VPC, in subnets, with a certificate of AWS and the addresses of gateways. Nothing
    /// in the rest of the policy says which.
    ///
    /// ## Example
    /// ```yaml
    /// ingress:
    ///   frontDoor: [aws-alb]
    /// ```
    ///
    /// ## Mend
    /// Write the front door as a mapping, and say what AWS calls these things.
    /// ```yaml
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
    /// ```
    pub static RULE: TN0330, "alb-settings-missing", Error, "an ALB needs what only AWS knows";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some((door, kind)) = super::asked(policy) else { return };
    if door.alb.is_none() {
        found.push(
            RULE.at(kind, "`aws-alb` needs `ingress.frontDoor.alb`")
                .label("in which VPC, with which certificate, and where the gateways are, only AWS knows")
                .help("write `frontDoor: {kinds: [aws-alb], alb: {...}}` with `certificate`, `vpc`, `ranges`, `subnets`, `securityGroups` and `targets`"),
        );
    }
}
