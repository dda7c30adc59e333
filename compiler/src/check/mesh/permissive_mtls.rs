//! Plain text in production.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Mtls, Policy, Profile};

rule! {
    /// ## What it does
    /// Finds `mtls: permissive` in `profile: production`.
    ///
    /// ## Why it matters
    /// Permissive mode is for the time of a migration. While it lasts, workloads accept plain text from
    /// anything that reaches their address, and such a caller has no identity that a rule could name.
    ///
    /// ## Example
    /// ```yaml
    /// mesh: {istio: "1.31", profile: production, mtls: permissive}
    /// tenancy:
    ///   tiers:
    ///     standard: {}
    /// ```
    ///
    /// ## Mend
    /// Use strict mutual TLS once every workload has a sidecar. During a migration, suppress this with the date
    /// on which it ends.
    /// ```yaml
    /// mesh: {istio: "1.31", profile: production, mtls: strict}
    /// tenancy:
    ///   tiers:
    ///     standard: {}
    /// ```
    pub static RULE: TN0225, "permissive-mtls-in-production", Warning, "a production mesh accepts plain text";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if policy.mesh.profile.value == Profile::Production && policy.mesh.mtls.value == Mtls::Permissive {
        found.push(
            RULE.at(policy.mesh.mtls.span, "a production mesh accepts plain text")
                .label("callers without a certificate get in")
                .related(policy.mesh.profile.span, "production")
                .help("use `mtls: strict`"),
        );
    }
}
