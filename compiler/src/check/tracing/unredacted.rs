//! Contents in spans as they are.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, TracingMode};

rule! {
    /// ## What it does
    /// Finds query strings or bodies that are recorded without anything to redact.
    ///
    /// ## Why it matters
    /// Tokens travel in queries and passwords in bodies. Whatever is recorded is read by everybody who may look at
    /// traces, and stays as long as they do.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    ///   record: {query: true, bodies: 16Ki}
    /// ```
    ///
    /// ## Mend
    /// Name the parameters and fields that hold secrets.
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    ///   record: {query: true, bodies: 16Ki, redact: [access_token, password]}
    /// ```
    pub static RULE: TN0402, "recorded-unredacted", Warning, "spans hold queries or bodies as they are";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tracing) = &policy.tracing else { return };
    let record = &tracing.record;
    let query = record.query.value.then_some((record.query.span, "query strings"));
    let bodies = record.bodies.as_ref().map(|it| (it.span, "bodies"));
    // Envoy's tracer redacts nothing, and records no bodies.
    let (contents, help) = match *tracing.mode {
        TracingMode::Enrich => (query, "Envoy cannot redact: leave it out, or use `mode: per-tenant`"),
        TracingMode::PerTenant if record.redact.is_empty() => {
            (query.or(bodies), "add `redact` with the names of parameters and fields that hold secrets")
        }
        TracingMode::PerTenant => return,
    };
    if let Some((span, what)) = contents {
        found.push(RULE.at(span, format!("{what} are recorded with everything in them")).help(help));
    }
}
