//! Every rule there is, by code.

use super::output::filter_refuses;
use super::{checks, size, suppress};
use crate::diagnostic::Rule;
use crate::{resolve, syntax};
use std::sync::LazyLock;

static REGISTRY: LazyLock<Vec<&Rule>> = LazyLock::new(|| {
    let elsewhere = [syntax::RULES, resolve::RULES, suppress::RULES, size::RULES, &[&filter_refuses::RULE]];
    let mut rules: Vec<_> = checks().map(|it| it.rule).chain(elsewhere.into_iter().flatten().copied()).collect();
    rules.sort_by_key(|it| it.code);
    rules
});

/// Every rule of every stage, in the order of the codes.
#[must_use]
pub fn registry() -> &'static [&'static Rule] {
    &REGISTRY
}

/// Looks a rule up by code (any case) or by name.
#[must_use]
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    registry().iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(code_or_name) || rule.name == code_or_name)
}
