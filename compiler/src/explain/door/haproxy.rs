//! HAProxy.

use super::passage::{Ended, Passage, Step, Target, alike, host_only, internal, refused, serves};
use crate::explain::Asked;
use crate::plan::door::DoorPlan;
use tenantry_engine::code::Code;

pub(super) fn read<'d>(plan: &'d DoorPlan, asked: &Asked, passage: &mut Passage<'d>) -> Result<Target<'d>, Ended> {
    if !asked.target.is_ascii() {
        return Err(Ended::Malformed(400));
    }
    if !serves(plan, &host_only(&asked.authority)) {
        return Err(refused(Code::HostUnknown));
    }
    if asked.plain {
        return Err(Ended::Redirected(308));
    }
    passage.strip(internal, Step::Stripped);
    // The path as it came: an exempt path in other words is left to the gateway.
    let path = asked.target.split('?').next().unwrap_or_default();
    if passage.exempt(plan, path.as_bytes()) {
        passage.take_off(|name| alike(name, &plan.header));
        return Ok(Target::Any);
    }
    let id = passage.only_header(plan)?;
    passage.tenant(plan, &id)
}
