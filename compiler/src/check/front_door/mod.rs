//! Rules about the front door, and about who goes to which cluster when.

mod failover_unused;
mod health_refused;
mod move_to_failover;
mod nameless;
mod same_port;
mod without_tls;

use super::Check;

/// The rules, in the order of their codes.
pub static CHECKS: &[Check] = &[
    Check { rule: &without_tls::RULE, run: without_tls::check },
    Check { rule: &same_port::RULE, run: same_port::check },
    Check { rule: &health_refused::RULE, run: health_refused::check },
    Check { rule: &failover_unused::RULE, run: failover_unused::check },
    Check { rule: &move_to_failover::RULE, run: move_to_failover::check },
    Check { rule: &nameless::RULE, run: nameless::check },
];
