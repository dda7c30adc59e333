//! An Envoy front proxy.

use super::passage::{Ended, Passage, Step, Target, alike, host_only, internal, refused, serves};
use crate::explain::Asked;
use crate::plan::door::DoorPlan;
use tenantry_engine::code::Code;

pub(super) fn read<'d>(plan: &'d DoorPlan, asked: &Asked, passage: &mut Passage<'d>) -> Result<Target<'d>, Ended> {
    // Paths are read as the gateways read them, and go on as they were read.
    let target = asked.path().ok_or(Ended::Malformed(400))?;
    if !serves(plan, &host_only(&asked.authority)) {
        return Err(refused(Code::HostUnknown));
    }
    if asked.plain {
        return Err(Ended::Redirected(308));
    }
    passage.strip(internal, Step::Stripped);
    // Envoy refuses a look-alike by its name, so only those with `_` alone; the others are taken off by their pattern.
    let look_alike = |name: &str| name != plan.header && alike(name, &plan.header);
    let odd = |name: &str| name.bytes().any(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'));
    passage.strip(|name| look_alike(name) && odd(name), Step::Dropped);
    if passage.exempt(plan, target.split('?').next().unwrap_or_default().as_bytes()) {
        passage.take_off(|name| alike(name, &plan.header));
        return Ok(Target::Any);
    }
    if passage.headers.iter().any(|(name, _)| look_alike(name)) {
        return Err(refused(Code::TenantMalformed));
    }
    let id = match passage.values(&plan.header)[..] {
        [] => return Err(refused(Code::TenantMissing)),
        [value] if !value.contains(&b',') => plan.ids.check(value).map(str::to_owned),
        // Envoy joins them by commas.
        _ => return Err(refused(Code::TenantAmbiguous)),
    };
    passage.tenant(plan, &id.ok_or(refused(Code::TenantMalformed))?)
}
