//! One project that is named as if there were many.

use crate::diagnostic::{Diagnostic, rule};
use crate::plan::tracing::shared_project;
use crate::policy::{Policy, TracingMode};

rule! {
    /// ## What it does
    /// Finds a `project` with `{org}` or `{tenant}`, or with `,`, `=` or `%`, in `mode: enrich`.
    ///
    /// ## Why it matters
    /// Envoy sends the spans of all tenants to one project, which it is told at its start. There is no tenant to put into
    /// the name then, so the policy's own name is used; and commas, equals and percent signs mean something else where the
    /// name is handed over.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   mode: enrich
    ///   project: "shop-{tenant}"
    /// ```
    ///
    /// ## Mend
    /// Name the one project.
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   mode: enrich
    ///   project: shop
    /// ```
    pub static RULE: TN0410, "enrich-project-not-one", Warning, "the project of all tenants cannot have this name";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tracing) = policy.tracing.as_ref().filter(|it| *it.mode == TracingMode::Enrich) else { return };
    if tracing.project.span == tracing.span || !tracing.project.contains(['{', ',', '=', '%']) {
        return;
    }
    let used = shared_project(tracing, &policy.name);
    found.push(
        RULE.at(tracing.project.span, format!("every tenant's spans go to the project `{used}`"))
            .related(tracing.mode.span, "Envoy knows one project")
            .help("name one project without placeholders, or use `mode: per-tenant`"),
    );
}
