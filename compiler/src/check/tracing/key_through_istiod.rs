//! Keys that everybody in the mesh may see.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, TracingMode};

rule! {
    /// ## What it does
    /// Finds `apiKey` in `mode: enrich`.
    ///
    /// ## Why it matters
    /// Envoy's own tracer takes the key from its configuration. istiod puts it there for every proxy, in plain text, and
    /// each configuration dump shows it. Istio calls this not secure end to end.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp, apiKey: {secret: phoenix-api-key}}
    ///   mode: enrich
    ///   project: shop
    /// ```
    ///
    /// ## Mend
    /// With `mode: per-tenant` the filter reads the key from its container's environment, and no configuration holds it.
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp, apiKey: {secret: phoenix-api-key}}
    ///   mode: per-tenant
    ///   project: "shop-{tenant}"
    /// ```
    pub static RULE: TN0408, "api-key-in-configuration", Warning, "every proxy's configuration shows the API key of Phoenix";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tracing) = policy.tracing.as_ref().filter(|it| *it.mode == TracingMode::Enrich) else { return };
    if let Some(key) = &tracing.phoenix.api_key {
        found.push(
            RULE.at(key.span, "istiod puts the key into the configuration of every proxy")
                .related(tracing.mode.span, "because Envoy sends the spans")
                .help("use `mode: per-tenant`, or a key that may do nothing but send spans"),
        );
    }
}
