//! The table, for people and as JSON.

use super::scale::Scale;
use serde::Serialize;
use std::fmt::Write as _;
use std::time::Duration;
use tenantry_engine::config::Otlp;

/// One row: a filter at one size of the tenant table.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// `native` (RBAC and header_mutation), `lua`, `tenantry` or `tenantry, all features`.
    pub filter: &'static str,
    /// Tenants in the table.
    pub tenants: usize,
    /// CPU nanoseconds that one allowed request costs more than without the filter.
    pub allowed_ns: f64,
    /// The same for a refused request, its local reply included.
    pub refused_ns: f64,
    /// `allowed_ns` as a multiple of Lua's at the same size.
    pub allowed_over_lua: f64,
    /// Milliseconds from process start until ready.
    pub ready_ms: f64,
    /// Resident MiB once ready, above the bare proxy.
    pub resident_mib: f64,
}

/// One tracer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceRow {
    /// Who makes the spans.
    pub tracer: &'static str,
    /// How they are delivered.
    pub protocol: Otlp,
    /// Tenants that the load speaks for.
    pub tenants: usize,
    /// CPU nanoseconds that tracing adds to a request.
    pub added_ns: f64,
    /// `added_ns` as a multiple of the tuned native tracer's by the same protocol.
    pub over_tuned: f64,
    /// Bytes delivered for each span, its share of resources and framing of the request's message included.
    pub bytes_per_span: f64,
    /// Requests sent, each of which makes a span.
    pub requests: u64,
    /// Distinct spans that arrived.
    pub found: u64,
}

/// One compilation.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Compilation {
    /// Tenants in the policy.
    pub tenants: usize,
    /// Wall milliseconds of `tenantry compile`, minimum of the runs.
    pub compile_ms: f64,
    /// Bytes of all manifests of one cluster.
    pub cluster_bytes: usize,
    /// Bytes of the largest single object.
    pub largest_object_bytes: usize,
    /// Bytes of the module to push, table included.
    pub module_bytes: u64,
}

/// A target and whether this run met it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// What is asked.
    pub target: &'static str,
    /// The figure of this run.
    pub figure: f64,
    /// The most that meets it.
    pub limit: f64,
    /// Whether `figure` is at most `limit`.
    pub met: bool,
}

impl Target {
    /// Compares a figure with its limit.
    #[must_use]
    pub fn at_most(target: &'static str, figure: f64, limit: f64) -> Self {
        Self { target, figure, limit, met: figure <= limit }
    }
}

/// Everything that one run measured.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Version line of the Envoy under measurement.
    pub envoy: String,
    /// CPU nanoseconds per request of the bare proxy; absent, as are the rows, when enforcement was not measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bare_ns: Option<f64>,
    /// Rows by size, then filter.
    pub rows: Vec<Row>,
    /// Tracers, all of them at 100% sampling.
    pub tracing: Vec<TraceRow>,
    /// Compilations by size.
    pub compilations: Vec<Compilation>,
    /// Many tenants and clusters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Targets.
    pub targets: Vec<Target>,
}

impl Report {
    /// Aligned tables of what was measured, and a line per target.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = format!("{}\n", self.envoy);
        if let Some(bare) = self.bare_ns {
            let _ = writeln!(out, "bare proxy: {:.1} µs CPU per request\n", bare / 1e3);
            self.enforcement(&mut out);
        }
        if !self.tracing.is_empty() {
            self.tracing(&mut out);
        }
        if let Some(scale) = &self.scale {
            out.push_str(&scale.table());
        }
        for target in &self.targets {
            let verdict = if target.met { "met   " } else { "MISSED" };
            let _ = writeln!(out, "{verdict}  {}: {:.3} (at most {})", target.target, target.figure, target.limit);
        }
        out
    }

    fn enforcement(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "{:>8}  {:<22} {:>14} {:>8} {:>14} {:>10} {:>10}",
            "tenants", "filter", "allowed +ns", "÷ lua", "refused +ns", "ready ms", "+RSS MiB"
        );
        for row in &self.rows {
            let _ = writeln!(
                out,
                "{:>8}  {:<22} {:>14.0} {:>8.2} {:>14.0} {:>10.0} {:>10.1}",
                row.tenants,
                row.filter,
                row.allowed_ns,
                row.allowed_over_lua,
                row.refused_ns,
                row.ready_ms,
                row.resident_mib
            );
        }
        let _ = writeln!(
            out,
            "\n{:>8}  {:>12} {:>16} {:>18} {:>14}",
            "tenants", "compile ms", "cluster bytes", "largest object", "module bytes"
        );
        for c in &self.compilations {
            let _ = writeln!(
                out,
                "{:>8}  {:>12.0} {:>16} {:>18} {:>14}",
                c.tenants, c.compile_ms, c.cluster_bytes, c.largest_object_bytes, c.module_bytes
            );
        }
        out.push('\n');
    }

    fn tracing(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "{:>8}  {:<22} {:<8} {:>14} {:>9} {:>11} {:>9} {:>9}",
            "tenants", "tracer", "protocol", "tracing +ns", "÷ tuned", "bytes/span", "requests", "arrived"
        );
        for row in &self.tracing {
            let lost = if row.found == row.requests { "" } else { "  NOT ALL ARRIVED" };
            let _ = writeln!(
                out,
                "{:>8}  {:<22} {:<8} {:>14.0} {:>9.2} {:>11.0} {:>9} {:>9}{lost}",
                row.tenants,
                row.tracer,
                row.protocol(),
                row.added_ns,
                row.over_tuned,
                row.bytes_per_span,
                row.requests,
                row.found
            );
        }
        out.push('\n');
    }
}

impl TraceRow {
    const fn protocol(&self) -> &'static str {
        match self.protocol {
            Otlp::Grpc => "gRPC",
            Otlp::Http => "HTTP",
        }
    }
}

/// A duration in fractional milliseconds.
#[must_use]
pub fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
