//! The tenant is in the table and not suspended.

use super::Step;
use crate::code::Code;
use crate::decision::{Decision, Reason, Verdict};
use crate::load::{Class, Config};

pub(super) fn check<'a>(config: &'a Config, id: &'a str, decision: &mut Decision<'a>) -> Step<'a, &'a Class> {
    let class = find(config, id).ok_or(Verdict::Refuse(Code::TenantUnknown))?;
    note(id, class, decision);
    if class.tenant.suspended { Err(Verdict::Refuse(Code::TenantSuspended)) } else { Ok(class) }
}

/// What the table says of a tenant.
pub(super) fn find<'a>(config: &'a Config, id: &str) -> Option<&'a Class> {
    config.table.lookup(id.as_bytes()).and_then(|class| config.classes.get(usize::from(class)))
}

/// Notes whose request it is.
pub(super) fn note<'a>(id: &'a str, class: &'a Class, decision: &mut Decision<'a>) {
    decision.tenant = Some(id);
    decision.cluster = Some(&class.tenant.cluster);
    decision.tier = Some(&class.tenant.tier);
    decision.note(Reason::Known(&class.tenant));
}
