//! Clusters whose directory is taken.

use crate::diagnostic::{Diagnostic, rule};
use crate::emit::FILTER_DIR;
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a cluster called `filter`.
    ///
    /// ## Why it matters
    /// The output has a directory for each cluster, and `filter` beside them, which holds the module to publish.
    ///
    /// ## Example
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   filter: {endpoint: filter.example.com}
    /// tenants:
    ///   acme: {cluster: us}
    ///   globex: {cluster: filter}
    /// ```
    ///
    /// ## Mend
    /// Give the cluster another name.
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: filter.example.com}
    /// tenants:
    ///   acme: {cluster: us}
    ///   globex: {cluster: eu}
    /// ```
    pub static RULE: TN0300, "cluster-name-reserved", Error, "a cluster's directory would be the filter's";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if let Some(cluster) = policy.clusters.get(FILTER_DIR) {
        found.push(
            RULE.at(cluster.span, format!("a cluster cannot be called `{FILTER_DIR}`"))
                .label("the output keeps the filter module in a directory of this name")
                .help("give the cluster another name"),
        );
    }
}
