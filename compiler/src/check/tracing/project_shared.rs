//! Projects that tenants share.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, TracingMode};

rule! {
    /// ## What it does
    /// Finds `mode: per-tenant` with a `project` that lacks `{tenant}`.
    ///
    /// ## Why it matters
    /// Each tenant is to have its own Phoenix project, but the template gives all of them, or all of an
    /// organisation, the same name.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: grpc-otlp}
    ///   mode: per-tenant
    ///   project: shop
    /// ```
    ///
    /// ## Mend
    /// Put `{tenant}` into the template.
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: grpc-otlp}
    ///   mode: per-tenant
    ///   project: "shop-{tenant}"
    /// ```
    pub static RULE: TN0286, "project-without-tenant", Warning, "the project name is the same for every tenant";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tracing) = policy.tracing.as_ref().filter(|it| it.mode.value == TracingMode::PerTenant) else { return };
    if !tracing.project.contains("{tenant}") {
        found.push(
            RULE.at(tracing.project.span, "tenants share this project")
                .help(format!("put `{{tenant}}` into it, for example `{}-{{tenant}}`", tracing.project.value)),
        );
    }
}
