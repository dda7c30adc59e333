//! What the compiler, one gateway and one front door do with many tenants and many clusters.

pub mod compiler;
pub mod door;
pub mod gateway;
pub mod policy;

use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path;

/// Numbers of tenants.
const TENANTS: [usize; 3] = [1_000, 100_000, 1_000_000];
/// Numbers of clusters.
const CLUSTERS: [usize; 3] = [2, 10, 50];

/// What was measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Scale {
    /// Compilations, by tenants, then clusters.
    pub compilations: Vec<compiler::Row>,
    /// Gateways, by tenants, then clusters.
    pub gateways: Vec<gateway::Row>,
    /// Front doors, by tenants.
    pub doors: Vec<door::Row>,
}

/// Measures all of it, telling `progress` what it is at.
///
/// # Errors
/// When a part is missing, a policy does not compile, or an answer is not the expected one.
pub fn measure(envoy: &Path, module: &Path, progress: &mut impl FnMut(&str)) -> Result<Scale, String> {
    let mut scale = Scale::default();
    for tenants in TENANTS {
        scale.doors.extend(door::measure(tenants, progress)?);
        for clusters in CLUSTERS {
            progress(&format!("compiling {tenants} tenants in {clusters} clusters"));
            let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
            let policy = policy::write(directory.path(), tenants, clusters)?;
            scale.compilations.push(compiler::measure(&policy, module, tenants, clusters)?);
            progress(&format!("a gateway with {tenants} tenants and {clusters} clusters"));
            scale.gateways.push(gateway::measure(envoy, module, &policy, tenants, clusters)?);
        }
    }
    Ok(scale)
}

impl Scale {
    /// Aligned tables.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(
            out,
            "{:>9} {:>8}  {:>11} {:>9} {:>6} {:>13} {:>11} {:>12} {:>12} {:>12}",
            "tenants",
            "clusters",
            "compile ms",
            "peak MiB",
            "files",
            "cluster KiB",
            "module KiB",
            "nginx KiB",
            "haproxy KiB",
            "envoy KiB"
        );
        for row in &self.compilations {
            let kib = |bytes: u64| bytes.div_ceil(1024);
            let door = |kind: &str| row.door_bytes.get(kind).copied().map_or(0, kib);
            let _ = writeln!(
                out,
                "{:>9} {:>8}  {:>11.0} {:>9} {:>6} {:>13} {:>11} {:>12} {:>12} {:>12}",
                row.tenants,
                row.clusters,
                row.compile_ms,
                row.peak_bytes >> 20,
                row.files,
                kib(row.cluster_bytes),
                kib(row.module_bytes),
                door("nginx"),
                door("haproxy"),
                door("envoy")
            );
        }
        let _ = writeln!(
            out,
            "\n{:>9} {:>8}  {:>9} {:>8} {:>16} {:>16}",
            "tenants", "clusters", "ready ms", "RSS MiB", "home CPU ns", "forward CPU ns"
        );
        for row in &self.gateways {
            let _ = writeln!(
                out,
                "{:>9} {:>8}  {:>9.0} {:>8} {:>16.0} {:>16.0}",
                row.tenants,
                row.clusters,
                row.ready_ms,
                row.resident_bytes >> 20,
                row.home_ns,
                row.forward_ns
            );
        }
        let _ = writeln!(
            out,
            "\n{:>9}  {:<8} {:>9} {:>10} {:>11} {:>15}",
            "tenants", "door", "ready ms", "reload ms", "memory MiB", "request CPU ns"
        );
        for row in &self.doors {
            let _ = writeln!(
                out,
                "{:>9}  {:<8} {:>9.0} {:>10.0} {:>11} {:>15.0}",
                row.tenants,
                row.door,
                row.ready_ms,
                row.reload_ms,
                row.bytes >> 20,
                row.request_ns
            );
        }
        out.push('\n');
        out
    }
}
