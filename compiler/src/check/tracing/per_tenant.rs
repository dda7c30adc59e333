//! A mode that this version lacks.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, TracingMode};

rule! {
    /// ## What it does
    /// Finds `mode: per-tenant`.
    ///
    /// ## Why it matters
    /// This version of the filter does not write spans of its own yet. Envoy reports them as in `mode: enrich`:
    /// every span carries the tenant, but all tenants share one Phoenix project.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: grpc-otlp}
    ///   mode: per-tenant
    /// ```
    ///
    /// ## Mend
    /// Nothing has to be done; write `enrich` to say what happens today.
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: grpc-otlp}
    ///   mode: enrich
    /// ```
    pub static RULE: TN0281, "per-tenant-tracing-not-yet", Note, "this version traces every tenant into one project";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tracing) = policy.tracing.as_ref().filter(|it| it.mode.value == TracingMode::PerTenant) else { return };
    found.push(
        RULE.at(tracing.mode.span, "spans of all tenants go to one project in this version")
            .label("works as `enrich` for now")
            .help("each span still carries `tenant.id`"),
    );
}
