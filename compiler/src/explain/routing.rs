//! Which of the plan's rules a request meets, after the filter has changed its headers.

use crate::plan::ClusterPlan;
use crate::plan::routing::{PathMatch, Rule};

/// The first rule that matches, as Envoy goes through the compiled routes. `path` is without query.
pub(super) fn choose<'p>(
    plan: &'p ClusterPlan,
    method: &str,
    path: &str,
    headers: &[(&str, &[u8])],
) -> Option<&'p Rule> {
    plan.rules.iter().find(|rule| {
        matches_path(rule, path)
            && (rule.methods.is_empty() || rule.methods.iter().any(|allowed| allowed == method))
            && rule
                .header
                .as_ref()
                .is_none_or(|(name, value)| joined(headers, name).as_deref() == Some(value.as_bytes()))
    })
}

fn matches_path(rule: &Rule, path: &str) -> bool {
    rule.paths.is_empty()
        || rule.paths.iter().any(|matching| match matching {
            PathMatch::Exact(exact) => path == exact,
            PathMatch::Prefix(prefix) => path.starts_with(prefix.as_str()),
        })
}

/// A header's value as Envoy's route matcher sees it: several copies are joined with commas.
fn joined(headers: &[(&str, &[u8])], wanted: &str) -> Option<Vec<u8>> {
    let mut values = headers.iter().filter(|(name, _)| *name == wanted).map(|(_, value)| *value);
    let first = values.next()?.to_vec();
    Some(values.fold(first, |mut all, value| {
        all.push(b',');
        all.extend_from_slice(value);
        all
    }))
}
