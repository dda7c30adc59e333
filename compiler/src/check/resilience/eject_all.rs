//! Ejection that may empty the pool.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds `most: 100%` in a circuit breaker's `eject`.
    ///
    /// ## Why it matters
    /// If a shared cause, such as a database that is down, makes every endpoint fail, all of them are ejected
    /// and callers get 503 until the first one comes back, even when the cause is long gone.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     circuitBreaker:
    ///       eject: {after5xx: 5, interval: 30s, for: 30s, most: 100%, minHealth: 30%}
    /// ```
    ///
    /// ## Mend
    /// Keep a part of the pool.
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     circuitBreaker:
    ///       eject: {after5xx: 5, interval: 30s, for: 30s, most: 50%, minHealth: 30%}
    /// ```
    pub static RULE: TN0236, "eject-everything", Warning, "every endpoint may be ejected at once";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, service) in &policy.services {
        let Some(eject) = service.circuit_breaker.as_ref().and_then(|it| it.eject.as_ref()) else { continue };
        if eject.most.value >= 100 {
            found.push(
                RULE.at(eject.most.span, format!("all endpoints of `{name}` may be ejected at once"))
                    .help("use `most: 50%` or less"),
            );
        }
    }
}
