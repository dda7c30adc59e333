//! Rules about what the gateway trusts, serves and lets through.

mod body_passes;
mod endpoint_loops;
mod endpoint_shared;
mod exempt_exposes;
mod exempt_unserved;
mod host_covered;
mod no_tls;
mod optional_token;
mod redirect_certificate;
mod token_audience;
mod token_unverifiable;
mod unverified_header;
mod wildcard_tls;

use super::Check;

/// The rules, in the order of their codes.
pub static CHECKS: &[Check] = &[
    Check { rule: &unverified_header::RULE, run: unverified_header::check },
    Check { rule: &optional_token::RULE, run: optional_token::check },
    Check { rule: &token_unverifiable::RULE, run: token_unverifiable::check },
    Check { rule: &token_audience::RULE, run: token_audience::check },
    Check { rule: &redirect_certificate::RULE, run: redirect_certificate::check },
    Check { rule: &exempt_exposes::RULE, run: exempt_exposes::check },
    Check { rule: &exempt_unserved::RULE, run: exempt_unserved::check },
    Check { rule: &body_passes::RULE, run: body_passes::check },
    Check { rule: &endpoint_loops::RULE, run: endpoint_loops::check },
    Check { rule: &endpoint_shared::RULE, run: endpoint_shared::check },
    Check { rule: &no_tls::RULE, run: no_tls::check },
    Check { rule: &wildcard_tls::RULE, run: wildcard_tls::check },
    Check { rule: &host_covered::RULE, run: host_covered::check },
];

/// The host of `host` or `host:port`.
fn host(endpoint: &str) -> &str {
    endpoint.rsplit_once(':').map_or(endpoint, |(host, _)| host)
}

/// Whether a wildcard serves another host.
fn covers(pattern: &str, host: &str) -> bool {
    pattern.strip_prefix('*').is_some_and(|suffix| host.ends_with(suffix))
}
