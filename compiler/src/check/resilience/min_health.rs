//! Ejection without a floor.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds outlier ejection without `minHealth`.
    ///
    /// ## Why it matters
    /// Since Istio 1.31 proxies also learn of endpoints that fail their readiness probes and keep sending to
    /// them unless `minHealthPercent` is set. The same number turns ejection off when too few healthy endpoints
    /// are left, so that the last ones are not drowned.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     circuitBreaker:
    ///       eject: {after5xx: 5, interval: 30s, for: 30s, most: 50%}
    /// ```
    ///
    /// ## Mend
    /// Set the share of healthy endpoints below which ejection stops.
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     circuitBreaker:
    ///       eject: {after5xx: 5, interval: 30s, for: 30s, most: 50%, minHealth: 30%}
    /// ```
    pub static RULE: TN0235, "eject-without-min-health", Warning, "unhealthy endpoints keep getting traffic";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, service) in &policy.services {
        let Some(eject) = service.circuit_breaker.as_ref().and_then(|it| it.eject.as_ref()) else { continue };
        if eject.min_health.is_none() {
            found.push(
                RULE.at(eject.span, format!("proxies keep sending to unhealthy endpoints of `{name}`"))
                    .label("`minHealth` is missing")
                    .help("add `minHealth`, for example `minHealth: 30%`"),
            );
        }
    }
}
