//! Our filter, configured by the compiler from a generated policy.

use super::proxy::Build;
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tenantry::envoy::filters::{Wasm, config_text};
use tenantry::plan::filter::with_tenants;
use tenantry::plan::moves::Stage;
use tenantry::plan::place::Place;
use tenantry::plan::{plan, tenants};
use tenantry::policy::{Policy, TracingMode};
use tenantry::{envoy, module, resolve};
use tenantry_engine::config::{Otlp, PluginConfig};

/// How much of the language a generated policy uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Features {
    /// What the rivals do: only known tenants pass.
    Enforce,
    /// Rate limits, a sticky canary, two clusters, four routes.
    All,
    /// [`Features::Enforce`], and every request traced.
    Trace(TracingMode, Otlp),
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
        Features::Enforce => ENFORCE.to_owned(),
        Features::All => ALL.to_owned(),
        Features::Trace(mode, protocol) => format!("{ENFORCE}{}", tracing(mode, protocol)),
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

/// Tracing with every default but the project, so that spans are batched as users' are.
fn tracing(mode: TracingMode, protocol: Otlp) -> String {
    let (mode, project) = match mode {
        TracingMode::PerTenant => ("per-tenant", "bench-{tenant}"),
        TracingMode::Enrich => ("enrich", "bench"),
    };
    let protocol = match protocol {
        Otlp::Grpc => "grpc",
        Otlp::Http => "http",
    };
    format!("tracing: {{mode: {mode}, project: \"{project}\", phoenix: {{protocol: {protocol}}}}}\n")
}

/// The filter as `tenantry compile` configures it at the gateway of a cluster. A module with an embedded table is written to `directory`.
///
/// # Errors
/// When the policy does not compile or a file cannot be read or written.
pub fn filter(directory: &Path, policy: &Path, cluster: &str, base: &Path) -> Result<Vec<Value>, String> {
    let policy = load(policy)?;
    let (config, module) = config(&policy, cluster, directory, base)?;
    Ok(vec![wasm(&config, &module)])
}

/// The compiled routes of a cluster's gateway.
///
/// # Errors
/// When the policy does not compile.
pub fn routes(policy: &Path, cluster: &str) -> Result<Value, String> {
    let plan =
        plan(&load(policy)?, cluster).ok_or_else(|| format!("the generated policy has no cluster `{cluster}`"))?;
    Ok(envoy::routes::routes(&plan))
}

/// The gateway of cluster `us` with what traces it, `collector` being where Phoenix would be. Its spans have the service
/// name `service`.
///
/// # Errors
/// As [`filter`].
pub fn traced(
    directory: &Path,
    policy: &Path,
    base: &Path,
    collector: SocketAddr,
    service: &str,
) -> Result<Build, String> {
    let policy = load(policy)?;
    let (mut config, module) = config(&policy, "us", directory, base)?;
    if let Some(trace) = &mut config.trace {
        service.clone_into(&mut trace.service);
    }
    let plan = plan(&policy, "us").ok_or("the generated policy has no cluster `us`")?;
    let mut tracing = envoy::tracing::connection_manager(&plan);
    if let Some(tracing) = &mut tracing {
        tracing["provider"]["typed_config"]["service_name"] = service.into();
    }
    Ok(Build {
        filters: vec![wasm(&config, &module)],
        tracing,
        clusters: envoy::tracing::collector(&plan, Some(collector)).into_iter().collect(),
        ..Build::default()
    })
}

fn load(policy: &Path) -> Result<Policy, String> {
    let loaded = resolve::load(policy);
    loaded.policy.ok_or_else(|| format!("the generated policy is refused: {:?}", loaded.diagnostics))
}

/// `pluginConfig`, and the module that goes with it.
fn config(policy: &Policy, cluster: &str, directory: &Path, base: &Path) -> Result<(PluginConfig, PathBuf), String> {
    let table = tenants::table(policy).map_err(|e| e.to_string())?;
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
    let tenants = table.told(cluster, Place::Gateway, Stage::Before);
    Ok((with_tenants(policy, cluster, Place::Gateway, tenants), module))
}

fn wasm(config: &PluginConfig, module: &Path) -> Value {
    Wasm { name: "tenantry", module, config: &config_text(config), environment: &[] }.filter()
}
