//! What to do with the files, in the order in which it has to be done.

use std::path::Path;
use tenantry::emit::{Compiled, FILTER_DIR};
use tenantry::plan::SYSTEM_NAMESPACE;
use tenantry::policy::Policy;

/// Commands for a person to run. `only` is the cluster that was compiled, when it was one.
pub fn text(policy: &Policy, compiled: &Compiled, out: &Path, only: Option<&str>) -> String {
    let mut lines =
        vec![String::new(), "Next, publish the filter:".to_owned(), format!("  {}", publish(policy, compiled, out))];
    for cluster in policy.clusters.keys().filter(|name| only.is_none_or(|only| only == *name)) {
        let dir = out.join(cluster);
        let dir = dir.display();
        lines.push(format!("\nThen, in the cluster {cluster}:"));
        lines.push(format!("  istioctl install -y -f {dir}/install/istio-operator.yaml"));
        if let Some(tls) = &policy.ingress.tls {
            lines.push(format!(
                "  kubectl -n {SYSTEM_NAMESPACE} create secret tls {} --cert=FILE --key=FILE    # unless it is there",
                tls.secret.value
            ));
        }
        lines.push(format!("  kubectl apply --server-side -k {dir}"));
    }
    let accounts: Vec<&str> = policy.services.values().map(|service| service.service_account.as_str()).collect();
    lines.push(format!(
        "\nCallers are known by their service accounts, so the workloads in the namespace {} have to run as: {}",
        policy.namespace.value,
        accounts.join(", ")
    ));
    lines.join("\n")
}

/// How the module gets where the URL says.
fn publish(policy: &Policy, compiled: &Compiled, out: &Path) -> String {
    let filter = out.join(FILTER_DIR);
    let filter = filter.display();
    let url = policy.filter.url.as_ref().map_or("", |url| url.value.as_str());
    match url.strip_prefix("oci://") {
        Some(image) => {
            let image = image.split('@').next().unwrap_or(image);
            format!("oras cp --from-oci-layout {filter}/oci@sha256:{} {image}", compiled.module.sha256)
        }
        None => format!("copy {filter}/tenantry_filter.wasm to where {url} serves it"),
    }
}
