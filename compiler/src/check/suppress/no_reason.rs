//! Suppressions without a reason.

use crate::diagnostic::rule;

rule! {
    /// ## What it does
    /// Finds `# tenantry: allow(CODE)` with nothing after it.
    ///
    /// ## Why it matters
    /// The next reader has to know whether the finding was judged or just silenced.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   exempt:
    ///     - /search # tenantry: allow(TN0215)
    /// services:
    ///   search: {port: 8080, callers: [ingress]}
    /// routes:
    ///   - {path: /search, to: search}
    ///   - {path: /, to: web}
    /// ```
    ///
    /// ## Mend
    /// Say why the finding does not matter here.
    /// ```yaml
    /// tenancy:
    ///   exempt:
    ///     - /search # tenantry: allow(TN0215) the search page is public
    /// services:
    ///   search: {port: 8080, callers: [ingress]}
    /// routes:
    ///   - {path: /search, to: search}
    ///   - {path: /, to: web}
    /// ```
    pub static RULE: TN0290, "suppression-without-reason", Warning, "a suppression does not say why";
}
