//! Failover that nothing would carry out.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds tenants with `failover` in a policy without `ingress.frontDoor`.
    ///
    /// ## Why it matters
    /// The clusters in `failover` serve the tenant when a request arrives there, but a gateway that is down sends nobody
    /// on. Something in front of the clusters has to notice, and this policy configures nothing that does.
    ///
    /// ## Example
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: eu.example.com}
    /// tenants:
    ///   acme: {cluster: us, failover: [eu]}
    /// ```
    ///
    /// ## Mend
    /// Add a front door. Suppress this where another one, or DNS, sends requests on.
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: eu.example.com}
    /// ingress:
    ///   frontDoor: [nginx]
    /// tenants:
    ///   acme: {cluster: us, failover: [eu]}
    /// ```
    pub static RULE: TN0313, "failover-without-front-door", Warning, "nothing would send these tenants to another cluster";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if policy.ingress.front_door.is_some() {
        return;
    }
    let mut tenants = policy.tenants.iter().filter(|tenant| !tenant.failover.is_empty());
    let Some(first) = tenants.next() else { return };
    let message = match tenants.count() {
        0 => format!("nothing would send tenant `{}` to another cluster", first.id),
        more => format!("nothing would send tenant `{}`, and {more} more, to another cluster", first.id),
    };
    found.push(
        RULE.at(first.span, message)
            .label("has `failover`, and the policy has no front door")
            .help("add `frontDoor: [KIND]` to `ingress`, or leave `failover` out"),
    );
}
