//! Objects that only server-side apply takes.

use super::kib;
use crate::diagnostic::{Diagnostic, rule};
use crate::source::Span;

rule! {
    /// ## What it does
    /// Finds compiled objects that come near 256 KiB or pass it.
    ///
    /// ## Why it matters
    /// Without `--server-side`, `kubectl apply` keeps a copy of the whole object in an annotation, and all annotations
    /// of an object may hold 256 KiB together. Past that it fails with `metadata.annotations: Too long`.
    ///
    /// ## Example
    /// A table of a few thousand tenants that the policy wants in the filter's configuration.
    /// ```yaml
    /// filter:
    ///   table: inline
    /// tenantsFrom: [tenants.csv]
    /// ```
    ///
    /// ## Mend
    /// Use `kubectl apply --server-side`, and suppress this once every pipeline does; or let the compiler put the
    /// table into the module.
    /// ```yaml
    /// filter:
    ///   table: auto
    /// tenantsFrom: [tenants.csv]
    /// ```
    pub static RULE: TN0296, "object-needs-server-side-apply", Warning, "a compiled object is too large for client-side apply";
}

/// Nine tenths of what all annotations of an object may hold.
const NEAR: usize = 256 * 1024 / 10 * 9;

pub fn check(name: &str, bytes: usize, span: Span) -> Option<Diagnostic> {
    (bytes > NEAR).then(|| {
        RULE.at(span, format!("{name} would be {}", kib(bytes)))
            .label("client-side apply keeps a copy in an annotation of at most 256 KiB")
            .help("use `kubectl apply --server-side`, or `filter: {table: auto}`")
    })
}
