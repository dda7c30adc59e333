//! A verified token names the same tenant.

use super::Step;
use super::scan::Seen;
use crate::code::Code;
use crate::decision::{Decision, Reason, Verdict};
use crate::load::Config;
use crate::path;
use crate::request::{Claim, Request};

pub(super) fn check<'a>(
    config: &Config,
    request: &Request<'a>,
    seen: &Seen<'a>,
    id: &str,
    decision: &mut Decision<'a>,
) -> Step<'a> {
    let Some(token) = &config.token else { return Ok(()) };
    match request.claim {
        Claim::Value(claim) if claim == id.as_bytes() => decision.note(Reason::ClaimAgreed),
        Claim::Value(_) => return Err(Verdict::Refuse(Code::TenantMismatch)),
        Claim::Absent if token.required || brings_token(request, seen) => {
            return Err(Verdict::Refuse(Code::TokenMissing));
        }
        Claim::Absent => decision.note(Reason::ClaimAbsent),
    }
    Ok(())
}

/// Whether the request brings a token at all. Envoy verifies none on a CORS preflight, so a token that nobody
/// verified is refused, not taken for no token. These are the places where `jwt_authn` looks by default.
fn brings_token(request: &Request<'_>, seen: &Seen<'_>) -> bool {
    let in_header = |&(name, value): &(&[u8], &[u8])| {
        name.eq_ignore_ascii_case(b"authorization") && value.windows(6).any(|part| part.eq_ignore_ascii_case(b"bearer"))
    };
    let (_, query) = path::split(seen.path.once().unwrap_or_default());
    let parameters = query.strip_prefix(b"?").unwrap_or_default().split(|&byte| byte == b'&');
    let mut names = parameters.map(|parameter| parameter.split(|&byte| byte == b'=').next().unwrap_or_default());
    request.headers.iter().any(in_header) || names.any(|name| path::unescape(name).eq(b"access_token".iter().copied()))
}
