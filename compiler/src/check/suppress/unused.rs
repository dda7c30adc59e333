//! Suppressions of nothing.

use crate::diagnostic::rule;

rule! {
    /// ## What it does
    /// Finds `# tenantry: allow(CODE)` where no diagnostic of that code is, on its own line or, for a comment
    /// that has a line to itself, on the next.
    ///
    /// ## Why it matters
    /// What it excused is gone or has moved. Left behind, it will hide the next mistake on that line.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   exempt:
    ///     - /health # tenantry: allow(TN0215) the search page is public
    /// ```
    ///
    /// ## Mend
    /// Remove it, or move it to the line that the diagnostic points at.
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
    pub static RULE: TN0292, "suppression-of-nothing", Warning, "a suppression has nothing to suppress";
}
