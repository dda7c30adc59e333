//! Policies of any size: tenants spread over clusters, one in ten with a cluster to fail over to.

use crate::bench::tenants;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The served host.
pub const HOST: &str = "bench.example.com";

/// A cluster's name by its number.
#[must_use]
pub fn cluster(number: usize) -> String {
    format!("c{number:02}")
}

/// The cluster that is home to a tenant, by their numbers.
#[must_use]
pub const fn home(tenant: usize, clusters: usize) -> usize {
    tenant % clusters
}

/// Writes a policy, and returns its path. With `tenants::ids`, tenant number `n` is at home in cluster [`home`].
///
/// # Errors
/// When the directory cannot be written.
pub fn write(directory: &Path, tenants: usize, clusters: usize) -> Result<PathBuf, String> {
    let mut text = format!(
        "apiVersion: tenantry/v1\nkind: MeshPolicy\nmetadata: {{name: scale, namespace: default}}\n\
         mesh: {{istio: \"1.31\"}}\n\
         filter: {{url: \"oci://registry.example.com/tenantry/filter:1.0\"}}\n\
         ingress: {{hosts: [{HOST}], tls: {{secret: bench-cert}}, frontDoor: [nginx, haproxy, envoy]}}\n\
         tenancy: {{ids: slug, elsewhere: forward, exempt: [/health], tiers: {{standard: {{}}, gold: {{}}}}, \
         default: {{tier: standard}}}}\n\
         services: {{runtime: {{port: 8000, callers: [ingress]}}}}\n\
         routes: [{{path: /, to: runtime}}]\ntenantsFrom: [tenants.csv]\nclusters:\n"
    );
    for number in 0..clusters {
        let name = cluster(number);
        let _ = writeln!(text, "  {name}: {{endpoint: {name}.example.com}}");
    }
    let mut csv = String::from("id,cluster,tier,failover\n");
    for (number, id) in tenants::ids(tenants).into_iter().enumerate() {
        let home = home(number, clusters);
        let failover = if number % 10 == 3 { cluster((home + 1) % clusters) } else { String::new() };
        let tier = if number % 7 == 0 { "gold" } else { "" };
        let _ = writeln!(csv, "{id},{},{tier},{failover}", cluster(home));
    }
    let policy = directory.join("policy.yaml");
    std::fs::write(&policy, text).map_err(|error| error.to_string())?;
    std::fs::write(directory.join("tenants.csv"), csv).map_err(|error| error.to_string())?;
    Ok(policy)
}
