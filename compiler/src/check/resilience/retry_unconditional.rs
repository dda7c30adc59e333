//! Retries that do not say when.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds retries without `on`.
    ///
    /// ## Why it matters
    /// Without conditions Istio's own list applies, which covers failures to connect but neither `5xx` nor
    /// `reset`, and which has changed between releases. A reader of the policy cannot tell what is retried.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     retries: {attempts: 2, perTry: 1s}
    /// ```
    ///
    /// ## Mend
    /// Say when to retry.
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     retries: {attempts: 2, perTry: 1s, on: [connect-failure, refused-stream]}
    /// ```
    pub static RULE: TN0232, "retry-without-conditions", Warning, "retries do not say on what to retry";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, service) in &policy.services {
        let Some(retries) = service.retries.as_ref().filter(|it| it.on.is_empty() && it.attempts.value > 0) else {
            continue;
        };
        found.push(
            RULE.at(retries.span, format!("the retries of `{name}` do not say when to retry"))
                .help("add `on`, for example `on: [connect-failure, refused-stream]`"),
        );
    }
}
