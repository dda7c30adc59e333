//! Ejection whose floor nobody has chosen.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds outlier ejection without `minHealth`.
    ///
    /// ## Why it matters
    /// Since Istio 1.31 proxies also learn of endpoints that fail their readiness probes, and keep sending to
    /// them unless `minHealthPercent` is set. Tenantry therefore always writes it: without `minHealth`, what
    /// `most` leaves. Below that share ejection is off, so that the last healthy endpoints are not drowned, and
    /// the right share depends on how many endpoints can carry the load.
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
    /// Say how many endpoints the service needs.
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     circuitBreaker:
    ///       eject: {after5xx: 5, interval: 30s, for: 30s, most: 50%, minHealth: 30%}
    /// ```
    pub static RULE: TN0235, "eject-without-min-health", Note, "nobody has said how many endpoints have to stay healthy";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, service) in &policy.services {
        let Some(eject) = service.circuit_breaker.as_ref().and_then(|it| it.eject.as_ref()) else { continue };
        if eject.min_health.is_none() {
            let written = 100_u32.saturating_sub(eject.most.value);
            found.push(
                RULE.at(eject.span, format!("nothing says how many endpoints of `{name}` have to stay healthy"))
                    .label(format!("`minHealth` is missing, so {written}% is written"))
                    .help(format!("add `minHealth`, for example `minHealth: {written}%`")),
            );
        }
    }
}
