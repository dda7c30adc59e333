//! Rules about the mesh and the filter's delivery.

mod addons_without_prometheus;
mod filter_file;
mod filter_tag;
mod filter_url;
mod not_yet;
mod permissive_mtls;
mod pull_secret;

use super::Check;

/// The rules, in the order of their codes.
pub static CHECKS: &[Check] = &[
    Check { rule: &addons_without_prometheus::RULE, run: addons_without_prometheus::check },
    Check { rule: &not_yet::RULE, run: not_yet::check },
    Check { rule: &permissive_mtls::RULE, run: permissive_mtls::check },
    Check { rule: &filter_url::RULE, run: filter_url::check },
    Check { rule: &filter_file::RULE, run: filter_file::check },
    Check { rule: &filter_tag::RULE, run: filter_tag::check },
    Check { rule: &pull_secret::RULE, run: pull_secret::check },
];
