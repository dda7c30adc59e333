//! Some paths need no tenant, and then carry none.

use super::scan::{alike, remove};
use crate::decision::{Decision, Reason};
use crate::load::Config;
use crate::request::Request;

/// Whether the path is exempt. If so, no tenant header goes upstream, however it is spelled.
pub(super) fn applies<'a>(config: &'a Config, path: &[u8], request: &Request<'a>, decision: &mut Decision<'a>) -> bool {
    let Some(index) = config.exempt.iter().position(|exempt| exempt.as_bytes() == path) else { return false };
    for &(name, _) in request.headers {
        // A name that reads as the tenant header is ASCII where it matters, so removal fails only for names
        // that no HTTP proxy lets through; such a request is not exempt.
        if alike(name, &config.header) && remove(name, decision).is_err() {
            return false;
        }
    }
    decision.note(Reason::Exempt(index));
    true
}
