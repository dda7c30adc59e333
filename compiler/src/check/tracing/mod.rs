//! Rules about tracing.

mod batch_over_buffer;
mod batch_range;
mod client_trace;
mod credential_recorded;
mod enrich_ignores;
mod enrich_project;
mod header_twice;
mod image_moves;
mod key_through_istiod;
mod port_name;
mod port_unnamed;
mod project_shared;
mod project_slash;
mod samples_all;
mod samples_none;
mod tier_untraced;
mod tokens_twice;
mod unassigned_taken;
mod unredacted;

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
    Check { rule: &credential_recorded::RULE, run: credential_recorded::check },
    Check { rule: &unredacted::RULE, run: unredacted::check },
    Check { rule: &batch_range::RULE, run: batch_range::check },
    Check { rule: &batch_over_buffer::RULE, run: batch_over_buffer::check },
    Check { rule: &header_twice::RULE, run: header_twice::check },
    Check { rule: &unassigned_taken::RULE, run: unassigned_taken::check },
    Check { rule: &tokens_twice::RULE, run: tokens_twice::check },
    Check { rule: &key_through_istiod::RULE, run: key_through_istiod::check },
    Check { rule: &enrich_ignores::RULE, run: enrich_ignores::check },
    Check { rule: &enrich_project::RULE, run: enrich_project::check },
    Check { rule: &tier_untraced::RULE, run: tier_untraced::check },
];
