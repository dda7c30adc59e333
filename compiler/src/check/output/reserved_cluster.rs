//! Clusters whose directory is taken.

use crate::diagnostic::{Diagnostic, rule};
use crate::emit::{FILTER_DIR, front_door};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a cluster called `filter`, `front-door` or `move`.
    ///
    /// ## Why it matters
    /// The output has a directory for each cluster. Beside them, `filter` holds the module to publish, `front-door` the load
    /// balancers' files, and `move` the steps of tenants that move.
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
    pub static RULE: TN0300, "cluster-name-reserved", Error, "a cluster's directory is taken";
}

/// Directories beside those of the clusters, and what is in them.
const RESERVED: [(&str, &str); 3] = [
    (FILTER_DIR, "the filter module"),
    (front_door::DIR, "the front door"),
    ("move", "the steps of tenants that move"),
];

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, holds) in RESERVED {
        let Some(cluster) = policy.clusters.get(name) else { continue };
        found.push(
            RULE.at(cluster.span, format!("a cluster cannot be called `{name}`"))
                .label(format!("the output keeps {holds} in a directory of this name"))
                .help("give the cluster another name"),
        );
    }
}
