//! Ports whose protocol Istio may not know.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use tenantry_engine::config::Otlp;

rule! {
    /// ## What it does
    /// Finds a Phoenix that the policy does not deploy and whose `portName` it does not say.
    ///
    /// ## Why it matters
    /// Istio takes a port's protocol from its name on the Kubernetes Service, and Phoenix's own chart uses a
    /// name that Istio does not read as gRPC. If so, every export of spans fails, and nothing else shows it.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317}
    ///   mode: enrich
    /// ```
    ///
    /// ## Mend
    /// Look the name up with `kubectl get service phoenix -o yaml` and write it here, so that it can be
    /// checked; or let Tenantry deploy Phoenix.
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: grpc-otlp}
    ///   mode: enrich
    /// ```
    pub static RULE: TN0288, "tracing-port-unnamed", Warning, "the policy does not say how Istio reads the port of Phoenix";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(phoenix) = policy.tracing.as_ref().map(|it| &it.phoenix) else { return };
    if phoenix.deploy.is_none() && phoenix.port_name.is_none() {
        let port = phoenix.port();
        let protocol = match *phoenix.protocol {
            Otlp::Grpc => "gRPC",
            Otlp::Http => "HTTP",
        };
        found
            .push(RULE.at(port.span, format!("nothing says that Istio reads port {} as {protocol}", port.value)).help(
                "add `portName` with the port's name on the Service, or `deploy` to let Tenantry deploy Phoenix",
            ));
    }
}
