//! The tenant is in the table and not suspended.

use super::Step;
use crate::code::Code;
use crate::decision::{Decision, Reason, Verdict};
use crate::load::{Class, Config};

pub(super) fn check<'a>(config: &'a Config, id: &'a str, decision: &mut Decision<'a>) -> Step<'a, &'a Class> {
    let class = config
        .table
        .lookup(id.as_bytes())
        .and_then(|class| config.classes.get(usize::from(class)))
        .ok_or(Verdict::Refuse(Code::TenantUnknown))?;
    decision.tenant = Some(id);
    decision.cluster = Some(&class.tenant.cluster);
    decision.tier = Some(&class.tenant.tier);
    decision.note(Reason::Known(&class.tenant));
    if class.tenant.suspended { Err(Verdict::Refuse(Code::TenantSuspended)) } else { Ok(class) }
}
