//! A tenant's project for nobody's requests.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, TracingMode};
use tenantry_engine::trace::project::render;

rule! {
    /// ## What it does
    /// Finds an `unassigned` project that is also a tenant's.
    ///
    /// ## Why it matters
    /// Requests that no tenant was established for, an attacker's among them, would show among that tenant's own.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    ///   unassigned: shop-acme
    /// ```
    ///
    /// ## Mend
    /// Choose a name that no tenant's project has.
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    ///   unassigned: shop-unassigned
    /// ```
    pub static RULE: TN0406, "unassigned-is-a-tenants", Error, "requests without a tenant go to the project of one";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tracing) = policy.tracing.as_ref().filter(|it| *it.mode == TracingMode::PerTenant) else { return };
    let owner = policy.tenants.iter().find(|tenant| render(&tracing.project, &tenant.id) == tracing.unassigned.value);
    if let Some(owner) = owner {
        found.push(
            RULE.at(
                tracing.unassigned.span,
                format!("`{}` is the project of `{}`", tracing.unassigned.value, owner.id),
            )
            .related(owner.span, "the tenant")
            .related(tracing.project.span, "the projects of tenants")
            .help("set `unassigned` to a name of its own"),
        );
    }
}
