//! Our filter, configured by the compiler from a generated policy.

use serde_json::Value;
use std::path::{Path, PathBuf};
use tenantry::envoy::filters::{Wasm, config_text};
use tenantry::module;
use tenantry::plan::filter::{Place, with_tenants};
use tenantry::plan::tenants;
use tenantry::resolve;

/// How much of the language a generated policy uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Features {
    /// What the rivals do: only known tenants pass.
    Enforce,
    /// Rate limits, a sticky canary, two clusters, four routes.
    All,
}

const COMMON: &str = "apiVersion: tenantry/v1\nkind: MeshPolicy\nmetadata: {name: bench, namespace: default}\n\
    filter: {url: \"oci://registry.example.com/tenantry/filter:bench\"}\n\
    ingress: {hosts: [bench.example.com], tls: {secret: bench-cert}}\ntenantsFrom: [tenants.csv]\n";

const ENFORCE: &str = "clusters: {us: {endpoint: us.example.com}}\n\
    tenancy: {header: X-Tenant-ID, ids: slug, elsewhere: refuse, tiers: {standard: {}}, default: {tier: standard}}\n\
    services: {runtime: {port: 8000, callers: [ingress]}}\nroutes: [{path: /, to: runtime}]\n";

const ALL: &str = "clusters: {us: {endpoint: us.example.com}, eu: {endpoint: eu.example.com}}\n\
    tenancy: {header: X-Tenant-ID, ids: slug, elsewhere: forward, tiers: {standard: {rate: 1000000/s, burst: 1000000}}, \
    default: {tier: standard}, exempt: [/health]}\n\
    services:\n  runtime:\n    port: 8000\n    callers: [ingress]\n    releases:\n      \
    stable: {labels: {version: v1}, weight: 95}\n      canary: {labels: {version: v2}, weight: 5, sticky: tenant}\n\
    routes: [{path: /dashboard, to: runtime}, {path: /agents, to: runtime}, {path: /search, to: runtime}, {path: /, to: runtime}]\n";

/// Writes a policy with these tenants, all of them at home in cluster `us`, and returns its path.
///
/// # Errors
/// When the directory cannot be written.
pub fn write_policy(directory: &Path, features: Features, ids: &[String]) -> Result<PathBuf, String> {
    let policy = directory.join("policy.yaml");
    let body = match features {
        Features::Enforce => ENFORCE,
        Features::All => ALL,
    };
    let mut csv = String::from("id,cluster,tier,status\n");
    for id in ids {
        csv.push_str(id);
        csv.push_str(",us,standard,active\n");
    }
    std::fs::write(&policy, format!("{COMMON}{body}")).map_err(|e| e.to_string())?;
    std::fs::write(directory.join("tenants.csv"), csv).map_err(|e| e.to_string())?;
    Ok(policy)
}

/// The filter as `tenantry compile` configures it at the gateway of cluster `us`. A module with an embedded
/// table is written to `directory`.
///
/// # Errors
/// When the policy does not compile or a file cannot be read or written.
pub fn filter(directory: &Path, policy: &Path, base: &Path) -> Result<Vec<Value>, String> {
    let loaded = resolve::load(policy);
    let policy = loaded.policy.ok_or_else(|| format!("the generated policy is refused: {:?}", loaded.diagnostics))?;
    let table = tenants::table(&policy).map_err(|e| e.to_string())?;
    let module = match &table.embedded {
        None => base.to_owned(),
        Some(bytes) => {
            let base = std::fs::read(base).map_err(|e| format!("{}: {e}; run `cargo xtask wasm`", base.display()))?;
            let path = directory.join("tenantry_filter.wasm");
            let embedded = module::embed(&base, bytes).map_err(|e| e.to_string())?;
            std::fs::write(&path, embedded).map_err(|e| e.to_string())?;
            path
        }
    };
    let config = config_text(&with_tenants(&policy, "us", Place::Gateway, table.config));
    Ok(vec![Wasm { name: "tenantry", module: &module, config: &config, environment: &[] }.filter()])
}
