//! Compiling, in a process of its own so that its peak memory is its own.

use crate::bench::report::millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use tenantry::check::report;
use tenantry::emit::front_door;
use tenantry::write::{self, Scope};
use tenantry::{emit, resolve};

/// The argument with which the bench's own program compiles once: policy, module and output follow.
pub const ARGUMENT: &str = "--compile-once";

/// One compilation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Row {
    /// Tenants in the policy.
    pub tenants: usize,
    /// Clusters in the policy.
    pub clusters: usize,
    /// Wall milliseconds from reading the policy to the last file written.
    pub compile_ms: f64,
    /// The most memory that the process held.
    pub peak_bytes: u64,
    /// Files written.
    pub files: usize,
    /// Bytes of the first cluster's files.
    pub cluster_bytes: u64,
    /// Bytes of the module, table included.
    pub module_bytes: u64,
    /// Bytes of each front door's files, by kind.
    pub door_bytes: BTreeMap<String, u64>,
}

/// Compiles a policy in a new process.
///
/// # Errors
/// When that fails; the message holds what the process said.
pub fn measure(policy: &Path, module: &Path, tenants: usize, clusters: usize) -> Result<Row, String> {
    let out = tempfile::tempdir().map_err(|error| error.to_string())?;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.arg(ARGUMENT).args([policy, module, out.path()]);
    let output = command.output().map_err(|error| error.to_string())?;
    let row: Row = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stderr)))?;
    Ok(Row { tenants, clusters, ..row })
}

/// Compiles once as `tenantry compile` does, and prints the row as JSON.
///
/// # Errors
/// When the policy is refused or a file cannot be read or written.
pub fn once(policy: &Path, module: &Path, out: &Path) -> Result<(), String> {
    let begin = Instant::now();
    let base =
        std::fs::read(module).map_err(|error| format!("{}: {error}; run `cargo xtask wasm`", module.display()))?;
    let loaded = resolve::load(policy);
    let found = report(&loaded);
    let policy = loaded.policy.ok_or_else(|| format!("the generated policy is refused: {:?}", found.diagnostics))?;
    let compiled = emit::compile(&policy, &base, None).map_err(|error| error.to_string())?;
    write::write(out, &policy.name, &compiled.artifacts, &Scope::Everything).map_err(|error| error.to_string())?;
    let mut row = Row { compile_ms: millis(begin.elapsed()), files: compiled.artifacts.len(), ..Row::default() };
    let first = policy.clusters.keys().next().map(|name| format!("{name}/")).unwrap_or_default();
    for (path, bytes) in compiled.artifacts.iter() {
        let bytes = bytes.len() as u64;
        if path.starts_with(&first) {
            row.cluster_bytes += bytes;
        } else if path == "filter/tenantry_filter.wasm" {
            row.module_bytes = bytes;
        } else if let Some((kind, _)) =
            path.strip_prefix(front_door::DIR).and_then(|rest| rest.strip_prefix('/')?.split_once('/'))
        {
            *row.door_bytes.entry(kind.to_owned()).or_default() += bytes;
        }
    }
    row.peak_bytes = crate::process::peak(std::process::id())?;
    println!("{}", serde_json::to_string(&row).map_err(|error| error.to_string())?);
    Ok(())
}
