//! A module that nobody verifies.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a `filter.url` that starts with `file://`.
    ///
    /// ## Why it matters
    /// Istio compares a module with its digest only when it fetches it over OCI or HTTP. A file is loaded as it
    /// is, has to be in every proxy's container, and may be another build in each.
    ///
    /// ## Example
    /// ```yaml
    /// filter: {url: "file:///opt/filter.wasm"}
    /// ```
    ///
    /// ## Mend
    /// Serve the module from a registry.
    /// ```yaml
    /// filter: {url: "oci://registry.example.com/shop/filter:1.0"}
    /// ```
    pub static RULE: TN0227, "filter-from-file", Warning, "proxies load the filter from a file without verifying it";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(url) = policy.filter.url.as_ref().filter(|it| it.starts_with("file://")) else { return };
    found.push(
        RULE.at(url.span, "Istio does not verify the digest of a module loaded from a file")
            .help("push the module to a registry and use `oci://`"),
    );
}
