//! Services that select every pod.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a service with an empty `labels` map.
    ///
    /// ## Why it matters
    /// Labels say which pods a service's access rules and filter apply to. An empty selector means every pod of
    /// the namespace, so the rules of this one service would apply to all.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web: {port: 8000, labels: {}, callers: [ingress]}
    /// ```
    ///
    /// ## Mend
    /// Name the pods' labels, or leave `labels` out to select `app: NAME`.
    /// ```yaml
    /// services:
    ///   web: {port: 8000, labels: {app: web}, callers: [ingress]}
    /// ```
    pub static RULE: TN0264, "service-selects-every-pod", Error, "the labels of this service select every pod";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, service) in policy.services.iter().filter(|(_, it)| it.labels.is_empty()) {
        found.push(
            RULE.at(service.span, format!("the labels of `{name}` select every pod of the namespace"))
                .help(format!("remove `labels` to select `app: {name}`, or name the labels of its pods")),
        );
    }
}
