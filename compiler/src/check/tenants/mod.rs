//! Rules about who the tenants are.

mod case_collision;
mod none_active;
mod reserved_id;
mod same_canonical;
mod unused_cluster;
mod unused_tier;

use super::Check;

/// The rules, in the order of their codes.
pub static CHECKS: &[Check] = &[
    Check { rule: &case_collision::RULE, run: case_collision::check },
    Check { rule: &same_canonical::RULE, run: same_canonical::check },
    Check { rule: &reserved_id::RULE, run: reserved_id::check },
    Check { rule: &none_active::RULE, run: none_active::check },
    Check { rule: &unused_cluster::RULE, run: unused_cluster::check },
    Check { rule: &unused_tier::RULE, run: unused_tier::check },
];
