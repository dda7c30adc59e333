//! Suppressions of errors that must be mended.

use crate::diagnostic::rule;

rule! {
    /// ## What it does
    /// Finds the code of a syntax or name error, TN0001 to TN0199, or of a rule about suppressions in `#
    /// tenantry: allow(...)`.
    ///
    /// ## Why it matters
    /// Where the policy cannot be read or a name leads nowhere, there is nothing to compile, whatever a comment
    /// says.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   exempt:
    ///     - /health # tenantry: allow(TN0001) this file comes later
    /// ```
    ///
    /// ## Mend
    /// Mend the error and remove the comment.
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
    pub static RULE: TN0293, "suppression-not-possible", Warning, "a suppression names an error that cannot be suppressed";
}
