//! A verified token names the same tenant.

use super::Step;
use crate::code::Code;
use crate::decision::{Decision, Reason, Verdict};
use crate::load::Config;
use crate::request::{Claim, Request};

pub(super) fn check<'a>(config: &Config, request: &Request<'a>, id: &str, decision: &mut Decision<'a>) -> Step<'a> {
    let Some(token) = &config.token else { return Ok(()) };
    match request.claim {
        Claim::Value(claim) if claim == id.as_bytes() => decision.note(Reason::ClaimAgreed),
        Claim::Value(_) => return Err(Verdict::Refuse(Code::TenantMismatch)),
        Claim::Absent if token.required => return Err(Verdict::Refuse(Code::TokenMissing)),
        Claim::Absent => decision.note(Reason::ClaimAbsent),
    }
    Ok(())
}
