//! Objects that Kubernetes refuses.

use super::kib;
use crate::diagnostic::{Diagnostic, rule};
use crate::source::Span;

rule! {
    /// ## What it does
    /// Finds compiled objects of more than 1.5 MiB.
    ///
    /// ## Why it matters
    /// The API server stores objects in etcd, which takes no request of more than 1.5 MiB by default. `kubectl apply`
    /// fails, and the cluster keeps the policy that it had.
    ///
    /// ## Example
    /// A table of tens of thousands of tenants that the policy wants in the filter's configuration.
    /// ```yaml
    /// filter:
    ///   table: inline
    /// tenantsFrom: [tenants.csv]
    /// ```
    ///
    /// ## Mend
    /// Let the compiler put the table into the module.
    /// ```yaml
    /// filter:
    ///   table: auto
    /// tenantsFrom: [tenants.csv]
    /// ```
    pub static RULE: TN0295, "object-too-large", Error, "a compiled object is larger than Kubernetes stores";
}

/// What etcd takes in one request by default.
const LIMIT: usize = 1536 * 1024;

pub fn check(name: &str, bytes: usize, span: Span) -> Option<Diagnostic> {
    (bytes > LIMIT).then(|| {
        RULE.at(span, format!("{name} would be {}", kib(bytes)))
            .label("Kubernetes stores at most 1536 KiB")
            .help("use `filter: {table: auto}`, which puts large tables into the module")
    })
}
