//! Project names that Phoenix cannot look up.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a `/` in the `project` template.
    ///
    /// ## Why it matters
    /// Phoenix's REST interface takes a project's name as one segment of the path. A name with a slash in it
    /// cannot be looked up, not even in its encoded form.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: grpc-otlp}
    ///   mode: per-tenant
    ///   project: "shop/{tenant}"
    /// ```
    ///
    /// ## Mend
    /// Use a hyphen or a colon.
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, portName: grpc-otlp}
    ///   mode: per-tenant
    ///   project: "shop-{tenant}"
    /// ```
    pub static RULE: TN0287, "project-name-with-slash", Warning, "Phoenix cannot look up a project by this name";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tracing) = policy.tracing.as_ref().filter(|it| it.project.contains('/')) else { return };
    found.push(
        RULE.at(tracing.project.span, "Phoenix cannot look up a project with `/` in its name")
            .help(format!("use `{}`", tracing.project.replace('/', "-"))),
    );
}
