//! Services that select the same pods.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, Service};

rule! {
    /// ## What it does
    /// Finds two services with the same labels and different callers.
    ///
    /// ## Why it matters
    /// Access rules hold for pods, and allowing rules add up: whoever may call one of the two services may call
    /// both.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   search: {port: 8080, labels: {app: search}, callers: [web]}
    ///   search-admin: {port: 8081, labels: {app: search}, callers: [search]}
    /// ```
    ///
    /// ## Mend
    /// Let the services run in pods of their own, or give them the same callers.
    /// ```yaml
    /// services:
    ///   search: {port: 8080, labels: {app: search}, callers: [web]}
    ///   search-admin: {port: 8081, labels: {app: search}, callers: [web]}
    /// ```
    pub static RULE: TN0265, "services-share-pods", Warning, "two services select the same pods";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (index, (name, service)) in policy.services.iter().enumerate() {
        let before = policy.services.iter().take(index).filter(|(_, it)| !it.labels.is_empty());
        for (first, other) in before.filter(|(_, it)| it.labels == service.labels && !same_callers(it, service)) {
            found.push(
                RULE.at(
                    service.span,
                    format!("the callers of `{first}` may call `{name}` too, and the other way round"),
                )
                .label("selects the same pods")
                .related(other.span, "as this one")
                .help("run them in pods of their own, or give them the same callers"),
            );
        }
    }
}

fn same_callers(a: &Service, b: &Service) -> bool {
    let within = |a: &Service, b: &Service| a.callers.iter().all(|it| b.callers.contains(it));
    within(a, b) && within(b, a)
}
