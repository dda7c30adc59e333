//! Tracing nothing.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, Tier, TracingMode};
use tenantry_engine::config::Keep;

rule! {
    /// ## What it does
    /// Finds `sampling: 0%` where no tier has a share of its own and nothing is kept.
    ///
    /// ## Why it matters
    /// Phoenix runs, every proxy is told where it is, and no span is ever made.
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
    let sampled = |tier: &Tier| tier.sampling.as_ref().is_some_and(|share| share.value > 0);
    let other = *tracing.keep != Keep::default() || policy.tenancy.tiers.values().any(|tier| sampled(tier));
    // Envoy's tracer knows neither tiers nor answers when it decides.
    if *tracing.mode == TracingMode::Enrich || !other {
        found
            .push(RULE.at(tracing.sampling.span, "no request is traced").help("raise `sampling`, or remove `tracing`"));
    }
}
