//! The Application Load Balancer of AWS: the first of its rules that matches.
//!
//! Its conditions look at the values of a header one by one, and hold when one of them matches. So it sends a request with
//! several tenants to a cluster of one of them, whose gateway refuses it.
//!
//! AWS does not say whether its regular expressions heed case. Here they do. If they do not, an id in another case comes to a
//! gateway, which refuses it with the same answer.
//!
//! It leaves no cluster by itself: what is down is what its operators have told it to be.

use super::passage::{Ended, Passage, Step, Target, host_only, plain_name, refused, serves};
use crate::explain::Asked;
use crate::plan::door::DoorPlan;
use tenantry_engine::code::Code;

pub(super) fn read<'d>(plan: &'d DoorPlan, asked: &Asked, passage: &mut Passage<'d>) -> Result<Target<'d>, Ended> {
    // The listener for plain HTTP asks for nothing, and has no redirect that keeps the method.
    if asked.plain {
        return Err(Ended::Redirected(301));
    }
    passage.strip(|name| !plain_name(name), Step::Dropped);
    if !serves(plan, &host_only(&asked.authority)) {
        return Err(refused(Code::HostUnknown));
    }
    let path = asked.target.split('?').next().unwrap_or_default();
    if passage.exempt(plan, path.as_bytes()) {
        return Ok(Target::Any);
    }
    let values: Vec<Vec<u8>> = passage.values(&plan.header).into_iter().map(<[u8]>::to_vec).collect();
    let named =
        values.iter().filter_map(|value| std::str::from_utf8(value).ok()).filter(|id| plan.tenant(id).is_some());
    // Rules stand in the order of the ways, and those of suspended tenants come last.
    let first = named.min_by_key(|id| plan.tenant(id).map(|tenant| tenant.way.map_or(usize::MAX, |way| way)));
    if let Some(id) = first {
        if values.len() > 1 {
            passage.steps.push(Step::AnyOf(values.len()));
        }
        return passage.tenant(plan, id);
    }
    let any = |matches: &dyn Fn(&[u8]) -> bool| values.iter().any(|value| matches(value));
    Err(refused(if any(&|value| value.contains(&b',')) {
        Code::TenantAmbiguous
    } else if any(&|value| plan.ids.check(value).is_some()) {
        Code::TenantUnknown
    } else if values.is_empty() {
        Code::TenantMissing
    } else {
        Code::TenantMalformed
    }))
}
