//! Moves to where a tenant fails over already.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a tenant whose `moveTo` is also in its `failover`.
    ///
    /// ## Why it matters
    /// The move itself is in order. But when it is done the new home cannot stay in `failover`, and without an entry there
    /// the tenant is served nowhere while its new home is down.
    ///
    /// ## Example
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: eu.example.com}
    /// ingress:
    ///   frontDoor: [nginx]
    /// tenants:
    ///   acme: {cluster: us, failover: [eu], moveTo: eu}
    /// ```
    ///
    /// ## Mend
    /// After the last step, put the old home in its place if the tenant may fail over to it.
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: eu.example.com}
    /// ingress:
    ///   frontDoor: [nginx]
    /// tenants:
    ///   acme: {cluster: eu, failover: [us]}
    /// ```
    pub static RULE: TN0314, "move-to-failover", Note, "a tenant moves to a cluster that it fails over to";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for tenant in &policy.tenants {
        let Some(target) = tenant.move_to.as_ref().filter(|target| tenant.failover.contains(target)) else { continue };
        found.push(
            RULE.at(tenant.span, format!("tenant `{}` moves to `{target}`, which is in its `failover`", tenant.id))
                .help(format!(
                    "when the move is done, take `{target}` out of `failover`; `{}` can be there instead",
                    tenant.cluster
                )),
        );
    }
}
