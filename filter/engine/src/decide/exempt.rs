//! Some paths need no tenant, and then carry none.

use super::scan::{alike, remove};
use crate::config::Role;
use crate::decision::{Decision, Reason};
use crate::load::Config;
use crate::request::Request;
use crate::trace::{context::TraceContext, tracestate};

/// Whether the path is exempt. If so, no tenant header goes upstream, however it is spelled, and no trace that the
/// gateway does not trust: the service's own spans would take it into a project of the client's choice.
pub(super) fn applies<'a>(config: &'a Config, path: &[u8], request: &Request<'a>, decision: &mut Decision<'a>) -> bool {
    let Some(index) = config.exempt.iter().position(|exempt| exempt.as_bytes() == path) else { return false };
    let forgets = forgets_traces(config);
    for &(name, _) in request.headers {
        let traces = forgets
            && [TraceContext::HEADER, tracestate::HEADER]
                .iter()
                .any(|header| name.eq_ignore_ascii_case(header.as_bytes()));
        // A name that reads as the tenant header is ASCII where it matters, so removal fails only for names
        // that no HTTP proxy lets through; such a request is not exempt.
        if (traces || alike(name, &config.header)) && remove(name, decision).is_err() {
            return false;
        }
    }
    decision.note(Reason::Exempt(index));
    true
}

fn forgets_traces(config: &Config) -> bool {
    let export = config.trace().and_then(|trace| trace.export.as_ref());
    config.role() == Role::Gateway && export.is_some_and(|export| !export.trust_client_trace)
}
