//! Retries that never happen.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds `attempts: 0` beside conditions or a time per try.
    ///
    /// ## Why it matters
    /// `attempts` counts retries after the first try; zero turns them off, so the rest of the section has no
    /// effect.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     retries: {attempts: 0, perTry: 1s, on: [connect-failure]}
    /// ```
    ///
    /// ## Mend
    /// Say how many retries are meant, or remove the section.
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     retries: {attempts: 1, perTry: 1s, on: [connect-failure]}
    /// ```
    pub static RULE: TN0233, "retry-without-attempts", Warning, "retries are configured but never made";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, service) in &policy.services {
        let Some(retries) = service.retries.as_ref().filter(|it| it.attempts.value == 0) else { continue };
        if retries.per_try.is_some() || !retries.on.is_empty() {
            found.push(
                RULE.at(retries.attempts.span, format!("`{name}` is never retried"))
                    .label("counts the retries after the first try")
                    .help("set `attempts` to at least 1, or remove `retries`"),
            );
        }
    }
}
