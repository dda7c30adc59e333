//! Weights that do not add up.

use crate::check::show::{WHOLE, percent};
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a service whose releases' weights do not sum to 100%.
    ///
    /// ## Why it matters
    /// Weights are shares. Istio scales whatever it is given, so 95 and 15 quietly become 86.4 and 13.6, and a
    /// release that was meant to get the rest gets something else.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     releases:
    ///       stable: {labels: {version: v1}, weight: 95}
    ///       canary: {labels: {version: v2}, weight: 15}
    /// ```
    ///
    /// ## Mend
    /// Make them sum to 100.
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     releases:
    ///       stable: {labels: {version: v1}, weight: 95}
    ///       canary: {labels: {version: v2}, weight: 5}
    /// ```
    pub static RULE: TN0240, "weights-do-not-add-up", Error, "the weights of a service do not add up to 100";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, service) in policy.services.iter().filter(|(_, it)| !it.releases.is_empty()) {
        let sum: u64 = service.releases.values().map(|it| u64::from(it.weight.value)).sum();
        let Some(((_, last), rest)) =
            service.releases.iter().collect::<Vec<_>>().split_last().map(|(l, r)| (*l, r.to_vec()))
        else {
            continue;
        };
        if sum == u64::from(WHOLE) {
            continue;
        }
        let start = RULE.at(last.weight.span, format!("the weights of `{name}` add up to {}", percent(sum)));
        let all = rest.iter().fold(start, |it, (name, release)| {
            it.related(release.weight.span, format!("`{name}` has {}", percent(release.weight.value.into())))
        });
        found.push(all.help("shares must add up to 100%"));
    }
}
