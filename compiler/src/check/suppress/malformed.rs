//! Comments that nearly are suppressions.

use crate::diagnostic::rule;

rule! {
    /// ## What it does
    /// Finds a comment that starts with `tenantry:` and does not go on with `allow(CODE, ...)` and a reason.
    ///
    /// ## Why it matters
    /// A misspelt suppression suppresses nothing and looks as if it did.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   exempt:
    ///     - /health # tenantry: ignore TN0215, it is a probe
    /// ```
    ///
    /// ## Mend
    /// Write `# tenantry: allow(CODE) reason`.
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
    pub static RULE: TN0294, "suppression-malformed", Warning, "a comment for tenantry cannot be read";
}
