//! Ports that the sidecar keeps.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a service on a port that Istio's proxy listens on: 15000, 15001, 15004, 15006, 15008, 15020,
    /// 15021, 15053 or 15090.
    ///
    /// ## Why it matters
    /// The sidecar takes these ports inside every pod. A container that listens on one of them fails to start
    /// or is never reached.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web: {port: 15021, callers: [ingress]}
    /// ```
    ///
    /// ## Mend
    /// Use another port.
    /// ```yaml
    /// services:
    ///   web: {port: 8000, callers: [ingress]}
    /// ```
    pub static RULE: TN0263, "port-reserved-by-istio", Error, "Istio's sidecar uses this port itself";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, service) in policy.services.iter().filter(|(_, it)| TAKEN.contains(&it.port.value)) {
        found.push(
            RULE.at(service.port.span, format!("the port of `{name}` is taken by Istio's sidecar"))
                .help("use a port outside 15000 to 15090"),
        );
    }
}

/// Admin, outbound, debug, inbound, HBONE, telemetry, health, DNS, Envoy's Prometheus.
const TAKEN: &[u16] = &[15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090];
