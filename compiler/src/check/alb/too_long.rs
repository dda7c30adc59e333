//! Texts that are too long for a rule.

use crate::diagnostic::{Diagnostic, clip, rule};
use crate::plan::alb::{self, HEADER_NAME, Unfit};
use crate::plan::door;
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a tenant header, an id, an exempt path or a list of hosts that is too long for the rules of an ALB.
    ///
    /// ## Why it matters
    /// A condition names a header of at most 40 characters and holds strings of at most 128, some of which are needed to
    /// match the whole value. A rule holds five strings, and those for hosts are missing for tenants.
    ///
    /// ## Example
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
    /// tenancy:
    ///   header: a-header-that-says-which-tenant-a-request-is-for
    /// ```
    ///
    /// ## Mend
    /// Shorten it, or use another kind.
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
    /// tenancy:
    ///   header: x-tenant-id
    /// ```
    pub static RULE: TN0338, "alb-condition-too-long", Error, "the rules of an ALB cannot hold this";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let (Some((_, kind)), Some(door)) = (super::settings(policy), door::plan(policy, false)) else { return };
    for unfit in alb::unfit(&door) {
        let (span, what) = match unfit {
            Unfit::Header => {
                (policy.tenancy.header.span, format!("the name of a header of over {HEADER_NAME} characters"))
            }
            Unfit::Hosts => (policy.ingress.span, "all of these hosts".to_owned()),
            Unfit::Exempt(path) => {
                let exempt = policy.tenancy.exempt.iter().find(|it| it.value == path);
                (exempt.map_or(policy.tenancy.header.span, |it| it.span), "a path of this length".to_owned())
            }
            Unfit::Id(id) => {
                let tenant = policy.tenants.iter().find(|it| it.id == id);
                (tenant.map_or(kind, |it| it.span), format!("the id `{}`", clip(id)))
            }
        };
        found.push(
            RULE.at(span, format!("no rule of an ALB can hold {what}"))
                .related(kind, "asked for here")
                .help("shorten it, or use `nginx`, `haproxy` or `envoy`"),
        );
    }
}
