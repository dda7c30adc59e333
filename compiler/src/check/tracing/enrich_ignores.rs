//! Settings that only the filter's own tracer reads.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, TracingMode};
use crate::source::Span;

rule! {
    /// ## What it does
    /// Finds settings that `mode: enrich` cannot follow: `keep`, `unassigned`, `record`, `batch`, `buffer` and the `sampling` of a
    /// tier. `record: {query: true}` alone is followed.
    ///
    /// ## Why it matters
    /// In this mode Envoy makes the spans. It decides whether to trace before it knows the tenant or the answer, and
    /// records what it always does. The policy says one thing and the mesh does another.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   mode: enrich
    ///   project: shop
    ///   keep: [errors]
    /// ```
    ///
    /// ## Mend
    /// Leave the setting out, or let the filter trace.
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   mode: enrich
    ///   project: shop
    /// ```
    pub static RULE: TN0409, "ignored-by-enrich", Warning, "Envoy's tracer does not follow this setting";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tracing) = policy.tracing.as_ref().filter(|it| *it.mode == TracingMode::Enrich) else { return };
    // A default has the place of its section.
    let written = |span: Span| (span != tracing.span && span != policy.name.span).then_some(span);
    let record = &tracing.record;
    let headers = record.request_headers.iter().chain(&record.response_headers).chain(&record.redact).next();
    let recorded = record.bodies.as_ref().map(|it| it.span).or(headers.map(|it| it.span));
    let settings = [
        (written(tracing.keep.span), "keep"),
        (written(tracing.unassigned.span), "unassigned"),
        (recorded, "record"),
        (written(tracing.batch.span), "batch"),
        (written(tracing.buffer.span), "buffer"),
    ];
    let tiers = policy.tenancy.tiers.values().filter_map(|tier| Some((Some(tier.sampling.as_ref()?.span), "sampling")));
    for (span, name) in settings.into_iter().chain(tiers) {
        let Some(span) = span else { continue };
        found.push(
            RULE.at(span, format!("`{name}` does nothing here"))
                .related(tracing.mode.span, "because Envoy makes the spans")
                .help("remove it, or use `mode: per-tenant`"),
        );
    }
}
