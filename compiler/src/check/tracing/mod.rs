//! Rules about tracing.

mod client_trace;
mod image_moves;
mod port_name;
mod port_unnamed;
mod project_shared;
mod project_slash;
mod samples_all;
mod samples_none;

use super::Check;

/// The rules, in the order of their codes.
pub static CHECKS: &[Check] = &[
    Check { rule: &port_name::RULE, run: port_name::check },
    Check { rule: &samples_all::RULE, run: samples_all::check },
    Check { rule: &samples_none::RULE, run: samples_none::check },
    Check { rule: &image_moves::RULE, run: image_moves::check },
    Check { rule: &client_trace::RULE, run: client_trace::check },
    Check { rule: &project_shared::RULE, run: project_shared::check },
    Check { rule: &project_slash::RULE, run: project_slash::check },
    Check { rule: &port_unnamed::RULE, run: port_unnamed::check },
];
