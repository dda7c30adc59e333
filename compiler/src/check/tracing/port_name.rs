//! Ports that Istio does not read as what they speak.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use tenantry_engine::config::Otlp;

rule! {
    /// ## What it does
    /// Finds a Phoenix port whose name does not start with `grpc`, or with `http` where spans go over HTTP.
    ///
    /// ## Why it matters
    /// Istio takes a port's protocol from the part of its name before the first hyphen. `otlp-grpc`, the name
    /// in Phoenix's own chart, is therefore of an unknown protocol; proxies fall back to HTTP/1.1 and every
    /// export of spans fails.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: otlp-grpc}
    ///   mode: enrich
    /// ```
    ///
    /// ## Mend
    /// Rename the port on the Phoenix Service, for example to `grpc-otlp`, and say so here. Where the Service has
    /// `appProtocol: grpc`, the name does not matter; suppress this then.
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: grpc-otlp}
    ///   mode: enrich
    /// ```
    pub static RULE: TN0280, "tracing-port-not-grpc", Error, "Istio does not read this port as what it speaks";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(phoenix) = policy.tracing.as_ref().map(|it| &it.phoenix) else { return };
    let (Some(name), None) = (&phoenix.port_name, &phoenix.deploy) else { return };
    let read_as = name.split('-').next().unwrap_or_default();
    let (protocol, fits, mended) = match *phoenix.protocol {
        Otlp::Grpc => ("gRPC", matches!(read_as, "grpc" | "http2"), "grpc-otlp"),
        Otlp::Http => ("HTTP", read_as == "http", "http"),
    };
    if !fits {
        found.push(
            RULE.at(name.span, format!("Istio reads port `{}` as protocol `{read_as}`, not as {protocol}", name.value))
                .label("every export of spans fails")
                .related(phoenix.service.span, "the port of this Service")
                .help(format!("name the port `{mended}` on the Service and here")),
        );
    }
}
