//! Rules of their own for exempt paths, so that Envoy's tracer can be told to leave health checks alone.

use super::routing::{Action, PathMatch, Rule, Serve};
use crate::policy::{Policy, TracingMode};

/// The routes' rules, and before them what they do with exempt paths. As they are where Envoy is not the tracer.
pub(super) fn apart(policy: &Policy, mut routes: Vec<Rule>) -> Vec<Rule> {
    if policy.tracing.as_ref().is_none_or(|tracing| *tracing.mode != TracingMode::Enrich) {
        return routes;
    }
    let exempt = &policy.tenancy.exempt;
    let mut rules: Vec<Rule> =
        exempt.iter().enumerate().flat_map(|(index, path)| of_path(index, path, &routes)).collect();
    // What is caught before would stand there without effect, and Istio warns of that.
    for rule in routes.iter_mut().filter(|rule| rule.header.is_none() && rule.paths.len() > 1) {
        rule.paths.retain(|it| !matches!(it, PathMatch::Exact(path) if exempt.iter().any(|it| it.value == *path)));
    }
    rules.extend(routes);
    rules
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
