//! Tenants that a load balancer may confuse.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, Tenant};
use std::collections::HashMap;

rule! {
    /// ## What it does
    /// Finds tenants of different clusters whose ids differ by case alone, in front of an ALB.
    ///
    /// ## Why it matters
    /// AWS compares values of headers without regard to case, and does not say that regular expressions are different. Then
    /// the first rule that matches takes both tenants, and one of them arrives in the other's cluster.
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
    ///   acme: {cluster: us} # tenantry: allow(TN0201) its two offices chose them
    ///   Acme: {cluster: eu}
    /// ```
    ///
    /// ## Mend
    /// Give one of them an id of its own.
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
    ///   acme_labs: {cluster: eu}
    /// ```
    pub static RULE: TN0335, "alb-tenants-differ-by-case", Error, "an ALB may take two tenants for one";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if super::settings(policy).is_none() {
        return;
    }
    let mut seen: HashMap<String, &Tenant> = HashMap::with_capacity(policy.tenants.len());
    for tenant in &policy.tenants {
        let Some(first) = seen.insert(tenant.id.to_ascii_lowercase(), tenant) else { continue };
        let way = |tenant: &Tenant| (tenant.cluster.clone(), tenant.failover.clone(), tenant.suspended);
        if way(first) != way(tenant) {
            let message = format!("an ALB may take tenant `{}` for `{}`", tenant.id, first.id);
            found.push(
                RULE.at(tenant.span, message)
                    .related(first.span, "which goes elsewhere")
                    .help("give one of them an id that differs in more than case"),
            );
        }
    }
}
