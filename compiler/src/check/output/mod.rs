//! Rules about what the compiled output can hold.

mod control_plane_namespace;
pub mod filter_refuses;
mod reserved_cluster;

use super::Check;

/// The rules, in the order of their codes.
pub static CHECKS: &[Check] = &[
    Check { rule: &reserved_cluster::RULE, run: reserved_cluster::check },
    Check { rule: &control_plane_namespace::RULE, run: control_plane_namespace::check },
];
