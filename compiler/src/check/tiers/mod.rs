//! Rules about rates.

mod burst_alone;
mod burst_large;
mod burst_small;
mod per_gateway;

use super::Check;

/// The rules, in the order of their codes.
pub static CHECKS: &[Check] = &[
    Check { rule: &burst_alone::RULE, run: burst_alone::check },
    Check { rule: &burst_small::RULE, run: burst_small::check },
    Check { rule: &burst_large::RULE, run: burst_large::check },
    Check { rule: &per_gateway::RULE, run: per_gateway::check },
];
