//! Rules about timeouts, retries and circuit breakers.

mod eject_all;
mod keep_alive;
mod min_health;
mod retry_budget;
mod retry_never;
mod retry_non_idempotent;

use super::Check;

/// The rules, in the order of their codes.
pub static CHECKS: &[Check] = &[
    Check { rule: &retry_budget::RULE, run: retry_budget::check },
    Check { rule: &retry_non_idempotent::RULE, run: retry_non_idempotent::check },
    Check { rule: &retry_never::RULE, run: retry_never::check },
    Check { rule: &keep_alive::RULE, run: keep_alive::check },
    Check { rule: &min_health::RULE, run: min_health::check },
    Check { rule: &eject_all::RULE, run: eject_all::check },
];
