//! Every rule there is, by code.

use crate::diagnostic::Rule;

/// Rules in the order of their codes: syntax, resolve, check, plan and emit.
static REGISTRY: &[&Rule] = &[&super::retry_budget::RETRY_BUDGET];

/// Every rule of every stage, in the order of the codes.
#[must_use]
pub fn registry() -> &'static [&'static Rule] {
    REGISTRY
}

/// Looks a rule up by code (any case) or by name.
#[must_use]
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    REGISTRY.iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(code_or_name) || rule.name == code_or_name)
}
