//! Retries that the timeout cuts short.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds services whose tries, at `perTry` each, need longer than the whole `timeout` allows, be it the
    /// service's own or that of a route to it.
    ///
    /// ## Why it matters
    /// Envoy's timeout covers the first try and every retry. `attempts` counts retries, so `attempts: 3` with
    /// `perTry: 3s` may need 12 seconds; under a timeout of 10 seconds the last try is cut off after it has
    /// already cost the service its work.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     timeout: 10s
    ///     retries: {attempts: 3, perTry: 3s, on: [connect-failure]}
    /// ```
    ///
    /// ## Mend
    /// Retry less often, give each try less time, or raise the timeout.
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     timeout: 10s
    ///     retries: {attempts: 2, perTry: 3s, on: [connect-failure]}
    /// ```
    pub static RULE: TN0230, "retry-budget-exceeds-timeout", Warning, "retries do not fit into the timeout";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, service) in &policy.services {
        let Some(retries) = &service.retries else { continue };
        let Some(per_try) = &retries.per_try else { continue };
        let tries = retries.attempts.value.saturating_add(1);
        let needed = per_try.value.saturating_mul(tries);
        let of_routes = policy.routes.iter().filter(|it| it.to.value == *name).filter_map(|it| it.timeout.as_ref());
        // A zero timeout means none.
        for timeout in service.timeout.iter().chain(of_routes).filter(|it| !it.is_zero() && it.value < needed) {
            let message = format!(
                "`{name}` may need {needed:?} for {tries} tries of {:?}, but its timeout is {:?}",
                per_try.value, timeout.value
            );
            found.push(
                RULE.at(timeout.span, message)
                    .label("time for all tries together")
                    .related(per_try.span, "time for each try")
                    .related(retries.attempts.span, "retries after the first try")
                    .help(format!("lower `attempts` or `perTry`, or raise `timeout` to at least {needed:?}")),
            );
        }
    }
}
