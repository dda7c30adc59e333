//! A pull secret that nothing uses.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a `filter.pullSecret` beside a URL that is not `oci://`.
    ///
    /// ## Why it matters
    /// Istio uses the secret for OCI registries only. An HTTP server that asks for a password will not get it.
    ///
    /// ## Example
    /// ```yaml
    /// filter: {url: "https://files.example.com/filter.wasm", pullSecret: registry}
    /// ```
    ///
    /// ## Mend
    /// Use a registry, or remove the secret.
    /// ```yaml
    /// filter: {url: "oci://registry.example.com/shop/filter:1.0", pullSecret: registry}
    /// ```
    pub static RULE: TN0229, "pull-secret-unused", Warning, "the pull secret has no effect";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let (Some(url), Some(secret)) = (&policy.filter.url, &policy.filter.pull_secret) else { return };
    if !url.starts_with("oci://") {
        found.push(
            RULE.at(secret.span, format!("pull secret `{}` has no effect", secret.value))
                .related(url.span, "not an `oci://` address")
                .help("remove `pullSecret`, or serve the module from a registry"),
        );
    }
}
