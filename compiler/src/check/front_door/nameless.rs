//! A front door that has no host to ask the clusters for.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{DoorKind, Policy};

rule! {
    /// ## What it does
    /// Finds a front door that asks the clusters whether they work, where `ingress.hosts` is `*` alone.
    ///
    /// ## Why it matters
    /// A front door checks each gateway's certificate against the host that is asked for. Its own health checks come from no
    /// client, and with `*` alone there is no host to put into them but the gateway's name in `endpoint`. A cluster whose
    /// certificate does not hold that name counts as down, and none of its tenants is served.
    ///
    /// ## Example
    /// ```yaml
    /// ingress:
    ///   hosts: ["*"] # tenantry: allow(TN0221) the certificate has the names that clients use
    ///   frontDoor: [haproxy]
    /// ```
    ///
    /// ## Mend
    /// List the hosts. Suppress this where every gateway's certificate has its `endpoint`'s name as well.
    /// ```yaml
    /// ingress:
    ///   hosts: [api.example.com]
    ///   frontDoor: [haproxy]
    /// ```
    pub static RULE: TN0315, "front-door-without-host", Warning, "health checks would ask for a host that no certificate may have";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(door) = &policy.ingress.front_door else { return };
    let asks = |kind: &DoorKind| matches!(kind, DoorKind::Haproxy | DoorKind::Envoy);
    let Some(kind) = door.kinds.iter().find(|kind| asks(&kind.value)) else { return };
    let Some(any) = policy.ingress.hosts.first() else { return };
    if policy.ingress.hosts.iter().all(|host| host.value == "*") {
        found.push(
            RULE.at(any.span, "the front door's health checks have no served host to ask for")
                .label("names none")
                .related(kind.span, "asks for the names in `endpoint` instead")
                .help("list the hosts that clients use"),
        );
    }
}
