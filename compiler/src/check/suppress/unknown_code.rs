//! Suppressions of something that does not exist.

use crate::diagnostic::rule;

rule! {
    /// ## What it does
    /// Finds a code in `# tenantry: allow(...)` that no rule has.
    ///
    /// ## Why it matters
    /// A mistyped code suppresses nothing, while the comment says that somebody has looked at it.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   exempt:
    ///     - /health # tenantry: allow(TN9999) probes come from the node
    /// ```
    ///
    /// ## Mend
    /// Use the code that the diagnostic shows. `tenantry explain-code` lists them all.
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
    pub static RULE: TN0291, "suppression-of-unknown-code", Warning, "a suppression names a code that does not exist";
}
