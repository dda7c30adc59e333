//! Services that call each other.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Caller;
use crate::policy::Policy;
use crate::source::Span;
use std::collections::{HashMap, HashSet, VecDeque};

rule! {
    /// ## What it does
    /// Finds services that may call each other in a circle, or a service that may call itself.
    ///
    /// ## Why it matters
    /// In a circle, timeouts and retries of one call sit inside those of another: a slow service waits for
    /// itself, and each round multiplies the retries.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   search: {port: 8080, callers: [web, index]}
    ///   index: {port: 8080, callers: [search]}
    /// ```
    ///
    /// ## Mend
    /// Let one side be told by an event or a queue, or remove the permission that is not used.
    /// ```yaml
    /// services:
    ///   search: {port: 8080, callers: [web]}
    ///   index: {port: 8080, callers: [search]}
    /// ```
    pub static RULE: TN0262, "caller-cycle", Note, "services call each other in a circle";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let mut reported: HashSet<Vec<&str>> = HashSet::new();
    for name in policy.services.keys() {
        let Some(circle) = circle(policy, name) else { continue };
        let mut members = circle.clone();
        members.sort_unstable();
        if !reported.insert(members) {
            continue;
        }
        let Some(caller) = callers(policy, name).find(|(caller, _)| *caller == circle[circle.len() - 1]) else {
            continue;
        };
        let way = circle.iter().chain([&name.as_str()]).map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" calls ");
        found.push(RULE.at(caller.1, way).help("check that timeouts and retries cannot add up on the way round"));
    }
}

/// The shortest way from a service along the calls it may make back to itself, without the last step.
fn circle<'a>(policy: &'a Policy, start: &'a str) -> Option<Vec<&'a str>> {
    let mut came_from: HashMap<&str, &str> = HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for called in policy.services.keys().filter(|it| callers(policy, it).any(|(caller, _)| caller == at)) {
            if called == start {
                let mut way = vec![at];
                while let Some(&before) = came_from.get(way[way.len() - 1]) {
                    way.push(before);
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(called.as_str()) {
                came_from.insert(called, at);
                queue.push_back(called);
            }
        }
    }
    None
}

fn callers<'a>(policy: &'a Policy, name: &str) -> impl Iterator<Item = (&'a str, Span)> {
    policy.services.get(name).into_iter().flat_map(|it| &it.callers).filter_map(|it| match &it.value {
        Caller::Service(name) => Some((name.as_str(), it.span)),
        Caller::Ingress => None,
    })
}
