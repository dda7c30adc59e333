//! Rules about services and who may call them.

mod beyond_gateway;
mod cycle;
mod reserved_port;
mod shared_account;
mod shared_pods;
mod uncalled;
mod unrouted;

use super::Check;

/// The rules, in the order of their codes.
pub static CHECKS: &[Check] = &[
    Check { rule: &uncalled::RULE, run: uncalled::check },
    Check { rule: &unrouted::RULE, run: unrouted::check },
    Check { rule: &cycle::RULE, run: cycle::check },
    Check { rule: &reserved_port::RULE, run: reserved_port::check },
    Check { rule: &shared_pods::RULE, run: shared_pods::check },
    Check { rule: &shared_account::RULE, run: shared_account::check },
    Check { rule: &beyond_gateway::RULE, run: beyond_gateway::check },
];
