//! A front door before gateways that speak no TLS.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds `ingress.frontDoor` without `ingress.tls`.
    ///
    /// ## Why it matters
    /// A front door connects to the clusters over TLS alone, often across regions, and checks each gateway's certificate
    /// against the served host. A gateway without `tls` has no certificate and no port that speaks TLS: every
    /// request would fail.
    ///
    /// ## Example
    /// ```yaml
    /// ingress: {hosts: [api.example.com], frontDoor: [nginx]}
    /// ```
    ///
    /// ## Mend
    /// Name a secret with a certificate for the served hosts.
    /// ```yaml
    /// ingress: {hosts: [api.example.com], frontDoor: [nginx], tls: {secret: api-tls}}
    /// ```
    pub static RULE: TN0310, "front-door-without-tls", Error, "the front door would find no TLS to connect to";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(door) = policy.ingress.front_door.as_ref().filter(|_| policy.ingress.tls.is_none()) else { return };
    found.push(
        RULE.at(door.span, "the front door needs gateways that speak TLS")
            .label("connects to the clusters over TLS alone")
            .help("add `tls: {secret: NAME}` to `ingress`, with a certificate for the served hosts"),
    );
}
