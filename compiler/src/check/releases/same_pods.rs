//! Releases that select the same pods.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use indexmap::IndexMap;

rule! {
    /// ## What it does
    /// Finds two releases of a service where the labels of one are all among the labels of the other.
    ///
    /// ## Why it matters
    /// A release is the set of pods that carry its labels. Where one set holds the other, a request sent to one
    /// release may be answered by the other, and the weights mean nothing.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     releases:
    ///       stable: {labels: {app: web}, weight: 95}
    ///       canary: {labels: {app: web, version: v2}, weight: 5}
    /// ```
    ///
    /// ## Mend
    /// Let the labels differ in a value.
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     releases:
    ///       stable: {labels: {version: v1}, weight: 95}
    ///       canary: {labels: {version: v2}, weight: 5}
    /// ```
    pub static RULE: TN0245, "releases-share-pods", Error, "two releases of a service select the same pods";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for service in policy.services.values() {
        for (index, (name, release)) in service.releases.iter().enumerate() {
            for (first, other) in service.releases.iter().take(index) {
                if !within(&release.labels, &other.labels) && !within(&other.labels, &release.labels) {
                    continue;
                }
                found.push(
                    RULE.at(release.span, format!("releases `{first}` and `{name}` select the same pods"))
                        .related(other.span, format!("release `{first}`"))
                        .help("let their labels differ in a value, for example `version`"),
                );
            }
        }
    }
}

fn within(a: &IndexMap<String, String>, b: &IndexMap<String, String>) -> bool {
    a.iter().all(|(key, value)| b.get(key) == Some(value))
}
