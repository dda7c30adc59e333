//! Writes that may happen twice.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds `nonIdempotent: true` in a service's retries.
    ///
    /// ## Why it matters
    /// Retries on `5xx` or `reset` repeat a request that the service may have carried out already. For GET, PUT
    /// and DELETE that is harmless; for POST and PATCH it may write, charge or send twice. Tenantry retries
    /// only the harmless methods unless told otherwise.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     retries: {attempts: 2, perTry: 1s, on: [5xx], nonIdempotent: true}
    /// ```
    ///
    /// ## Mend
    /// Leave it out. Suppress this where the service recognises repeated requests, for example by an
    /// idempotency key.
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     retries: {attempts: 2, perTry: 1s, on: [5xx]}
    /// ```
    pub static RULE: TN0231, "retry-non-idempotent", Warning, "requests that change something are retried";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, service) in &policy.services {
        let Some(retries) = service.retries.as_ref().filter(|it| *it.non_idempotent && it.attempts.value > 0) else {
            continue;
        };
        found.push(
            RULE.at(
                retries.non_idempotent.span,
                format!("POST and PATCH requests to `{name}` may be carried out twice"),
            )
            .help("remove `nonIdempotent: true`"),
        );
    }
}
