//! Rules about how a service's traffic is shared among its releases.

mod header_taken;
mod idle;
mod same_pods;
mod sticky_idle;
mod sticky_unrouted;
mod tenant_header;
mod weights;

use super::Check;

/// The rules, in the order of their codes.
pub static CHECKS: &[Check] = &[
    Check { rule: &weights::RULE, run: weights::check },
    Check { rule: &sticky_idle::RULE, run: sticky_idle::check },
    Check { rule: &idle::RULE, run: idle::check },
    Check { rule: &tenant_header::RULE, run: tenant_header::check },
    Check { rule: &header_taken::RULE, run: header_taken::check },
    Check { rule: &same_pods::RULE, run: same_pods::check },
    Check { rule: &sticky_unrouted::RULE, run: sticky_unrouted::check },
];
