//! Rules of their own for exempt paths, so that Envoy's tracer can be told to leave health checks alone.

use super::routing::{Action, PathMatch, Rule, Serve};
use crate::policy::{Policy, TracingMode};

/// What the routes' rules do with exempt paths, as rules to stand before them. Empty where Envoy is not the tracer.
pub(super) fn rules(policy: &Policy, routes: &[Rule]) -> Vec<Rule> {
    let enrich = policy.tracing.as_ref().is_some_and(|tracing| *tracing.mode == TracingMode::Enrich);
    let exempt = policy.tenancy.exempt.iter().enumerate().filter(|_| enrich);
    exempt.flat_map(|(index, path)| of_path(index, path, routes)).collect()
}

/// What meets a request for this path. The filter stamps no exempt request, so no rule that wants a header does.
fn of_path(index: usize, path: &str, routes: &[Rule]) -> Vec<Rule> {
    let mut rules = Vec::new();
    for rule in routes.iter().filter(|rule| rule.header.is_none()) {
        let Some(Action::Serve(serve)) = matched(rule, path) else { continue };
        rules.push(Rule {
            name: format!("exempt-{index}-{}", rule.name),
            paths: vec![PathMatch::Exact(path.to_owned())],
            traced: false,
            action: Action::Serve(serve),
            ..rule.clone()
        });
        if rule.methods.is_empty() {
            break;
        }
    }
    rules
}

/// The rule's action for this path alone: what replaced a prefix replaces the whole path now.
fn matched(rule: &Rule, path: &str) -> Option<Action> {
    let Action::Serve(serve) = &rule.action else { return None };
    let rest = rule.paths.iter().find_map(|matching| match matching {
        PathMatch::Exact(exact) => (exact == path).then_some(""),
        PathMatch::Prefix(prefix) => path.strip_prefix(prefix.as_str()),
    })?;
    let rewrite = serve.rewrite.as_ref().map(|to| format!("{to}{rest}"));
    Some(Action::Serve(Serve { rewrite, ..serve.clone() }))
}
