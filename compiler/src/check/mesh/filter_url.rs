//! A filter that proxies cannot fetch.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a policy without a `filter` section.
    ///
    /// ## Why it matters
    /// Every proxy fetches the filter module from `filter.url`. Without it there is nothing to enforce the
    /// policy, so nothing is compiled.
    ///
    /// ## Example
    /// ```yaml whole
    /// apiVersion: tenantry/v1
    /// kind: MeshPolicy
    /// metadata: {name: shop, namespace: shop}
    /// clusters:
    ///   us: {endpoint: us.example.com}
    /// ingress:
    ///   hosts: [api.example.com]
    ///   tls: {secret: api-tls}
    /// tenancy:
    ///   token: {issuer: "https://id.example.com", jwks: "https://id.example.com/keys", audiences: [shop], claim: tenant_id}
    /// tenants:
    ///   acme: {cluster: us}
    /// services:
    ///   web: {port: 8000, callers: [ingress]}
    /// routes:
    ///   - {path: /, to: web}
    /// ```
    ///
    /// ## Mend
    /// Push the built module to a registry that the cluster reaches, and name it.
    /// ```yaml
    /// filter: {url: "oci://registry.example.com/shop/filter:1.0"}
    /// ```
    pub static RULE: TN0226, "filter-url-missing", Error, "proxies do not know where to fetch the filter";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if policy.filter.url.is_none() {
        found.push(
            RULE.at(policy.filter.span, "`filter.url` is missing")
                .help("add `filter: {url: \"oci://REGISTRY/NAME:TAG\"}`, where the mesh's proxies fetch the module"),
        );
    }
}
