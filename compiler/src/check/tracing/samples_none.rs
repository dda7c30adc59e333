//! Tracing nothing.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds `sampling: 0%`.
    ///
    /// ## Why it matters
    /// Phoenix runs, providers are configured, and no span is ever made, except for requests whose client asks
    /// for it.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: grpc-otlp}
    ///   mode: enrich
    ///   sampling: 0%
    /// ```
    ///
    /// ## Mend
    /// Sample something, or remove `tracing`.
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: grpc-otlp}
    ///   mode: enrich
    ///   sampling: 10%
    /// ```
    pub static RULE: TN0283, "sampling-nothing", Warning, "tracing is set up but nothing is traced";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tracing) = policy.tracing.as_ref().filter(|it| it.sampling.value == 0) else { return };
    found.push(RULE.at(tracing.sampling.span, "no request is traced").help("raise `sampling`, or remove `tracing`"));
}
