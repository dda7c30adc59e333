//! Traces that clients choose.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds `trustClientTrace: true`.
    ///
    /// ## Why it matters
    /// Phoenix gives a trace to the project that it first saw it in. A client that sends the trace id of
    /// another tenant puts its spans into that tenant's trace, and may even take the whole trace to its own
    /// project. A client that says its trace is not sampled goes untraced, and one that says it is gets every request
    /// traced, whatever `sampling` says.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: grpc-otlp}
    ///   mode: enrich
    ///   trustClientTrace: true
    /// ```
    ///
    /// ## Mend
    /// Start a new trace at the gateway. Suppress this where every client is yours.
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: grpc-otlp}
    ///   mode: enrich
    /// ```
    pub static RULE: TN0285, "client-trace-trusted", Warning, "clients choose the trace id of their requests";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tracing) = policy.tracing.as_ref().filter(|it| *it.trust_client_trace) else { return };
    found.push(
        RULE.at(tracing.trust_client_trace.span, "clients choose the trace id of their requests")
            .help("remove `trustClientTrace`"),
    );
}
