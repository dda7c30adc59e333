//! Tracing everything in production.

use crate::check::show::WHOLE;
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, Profile};

rule! {
    /// ## What it does
    /// Finds a sampling share of 100% in `profile: production`.
    ///
    /// ## Why it matters
    /// Every proxy on the way makes a span of every request. In production that is a load on Phoenix and its
    /// disk that grows with the traffic, and mostly spans that nobody reads.
    ///
    /// ## Example
    /// ```yaml
    /// mesh: {istio: "1.31", profile: production, mtls: strict}
    /// tenancy:
    ///   tiers:
    ///     standard: {}
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: grpc-otlp}
    ///   mode: enrich
    ///   sampling: 100%
    /// ```
    ///
    /// ## Mend
    /// Sample a share.
    /// ```yaml
    /// mesh: {istio: "1.31", profile: production, mtls: strict}
    /// tenancy:
    ///   tiers:
    ///     standard: {}
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: grpc-otlp}
    ///   mode: enrich
    ///   sampling: 5%
    /// ```
    pub static RULE: TN0282, "sampling-all-in-production", Warning, "every request of a production mesh is traced";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tracing) = &policy.tracing else { return };
    if policy.mesh.profile.value == Profile::Production && tracing.sampling.value == WHOLE {
        found.push(
            RULE.at(tracing.sampling.span, "every request of a production mesh is traced")
                .related(policy.mesh.profile.span, "production")
                .help("sample a share, for example `sampling: 5%`"),
        );
    }
}
