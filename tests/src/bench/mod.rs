//! What enforcement and tracing cost: CPU per request added over a bare Envoy, for Envoy's own filters and tracer, for
//! Lua and for ours.
//!
//! Every figure of one table comes from one run, in which all proxies are up at once and are visited in turn; the
//! minimum of a proxy's visits counts. CPU time is the worker thread's own, read from `/proc`, so that neither
//! the load generator nor the machine's other work is in it. Compare ratios, not figures of different runs.

pub mod cell;
pub mod compilation;
pub mod enforcement;
pub mod load;
pub mod native;
pub mod ours;
pub mod proxy;
pub mod report;
pub mod scale;
pub mod side;
pub mod tenants;
pub mod tracing;

use report::Report;
use std::path::Path;
use std::process::Command;

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What it costs to refuse and to admit, and to compile.
    Enforcement,
    /// What it costs to make spans and deliver them.
    Tracing,
    /// What compiler and gateway do with many tenants and clusters.
    Scale,
}

impl Part {
    /// All of it.
    pub const ALL: [Self; 3] = [Self::Enforcement, Self::Tracing, Self::Scale];

    /// The part of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "enforcement" => Some(Self::Enforcement),
            "tracing" => Some(Self::Tracing),
            "scale" => Some(Self::Scale),
            _ => None,
        }
    }
}

/// Measures these parts, telling `progress` what it is at.
///
/// # Errors
/// When something is missing, a policy does not compile, or an answer is not the expected one.
pub fn run(envoy: &Path, module: &Path, parts: &[Part], mut progress: impl FnMut(&str)) -> Result<Report, String> {
    let mut report = Report { envoy: version(envoy)?, ..Report::default() };
    if parts.contains(&Part::Enforcement) {
        let measured = enforcement::measure(envoy, module, &mut progress)?;
        report.bare_ns = Some(measured.bare_ns);
        report.rows = measured.rows;
        report.compilations = measured.compilations;
        report.targets.extend(measured.targets);
    }
    if parts.contains(&Part::Tracing) {
        report.tracing = tracing::measure(envoy, module, &mut progress)?;
        report.targets.extend(tracing::targets(&report.tracing));
    }
    if parts.contains(&Part::Scale) {
        report.scale = Some(scale::measure(envoy, module, &mut progress)?);
    }
    Ok(report)
}

fn version(envoy: &Path) -> Result<String, String> {
    let output = Command::new(envoy).arg("--version").output().map_err(|e| e.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.trim().rsplit("version: ").next().unwrap_or_default();
    Ok(format!("Envoy {}", version.split('/').nth(1).unwrap_or(version)))
}
