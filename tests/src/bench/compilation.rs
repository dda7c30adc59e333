//! What compiling costs, and how large the result is.

use super::report::{Compilation, millis};
use std::path::Path;
use std::time::{Duration, Instant};
use tenantry::check::report;
use tenantry::write::{self, Scope};
use tenantry::{emit, resolve};

/// Runs of one size; the fastest counts.
const RUNS: usize = 3;

/// Compiles `policy` as `tenantry compile` does, from reading the file to the last file written.
///
/// # Errors
/// When the policy is refused or a file cannot be read or written.
pub fn measure(policy: &Path, base: &Path, tenants: usize) -> Result<Compilation, String> {
    let base = std::fs::read(base).map_err(|e| format!("{}: {e}; run `cargo xtask wasm`", base.display()))?;
    let mut best = None;
    let mut sizes = (0, 0, 0);
    for _ in 0..RUNS {
        let out = tempfile::tempdir().map_err(|e| e.to_string())?;
        let begin = Instant::now();
        let loaded = resolve::load(policy);
        let found = report(&loaded);
        let policy =
            loaded.policy.ok_or_else(|| format!("the generated policy is refused: {:?}", found.diagnostics))?;
        let compiled = emit::compile(&policy, &base, None).map_err(|e| e.to_string())?;
        write::write(out.path(), policy.name.as_str(), &compiled.artifacts, &Scope::Everything)
            .map_err(|e| e.to_string())?;
        let took = begin.elapsed();
        best = Some(best.map_or(took, |best: Duration| best.min(took)));
        let objects = compiled.objects.iter().filter(|object| object.cluster == "us");
        sizes = (
            objects.clone().map(|object| object.bytes).sum(),
            objects.map(|object| object.bytes).max().unwrap_or_default(),
            std::fs::metadata(out.path().join("filter/tenantry_filter.wasm")).map_err(|e| e.to_string())?.len(),
        );
    }
    let (cluster_bytes, largest_object_bytes, module_bytes) = sizes;
    Ok(Compilation {
        tenants,
        compile_ms: millis(best.unwrap_or_default()),
        cluster_bytes,
        largest_object_bytes,
        module_bytes,
    })
}
