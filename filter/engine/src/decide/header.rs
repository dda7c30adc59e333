//! Exactly one well-formed tenant header.

use super::scan::{Field, Seen};
use super::{Step, stamp};
use crate::code::Code;
use crate::decision::{Decision, Reason, Verdict};
use crate::load::Config;

/// The tenant that the header names: of the right form, not yet known to exist.
pub(super) fn check<'a>(config: &'a Config, seen: &Seen<'a>, decision: &mut Decision<'a>) -> Step<'a, &'a str> {
    let id = only(seen, config).map_err(Verdict::Refuse)?;
    decision.note(Reason::Header(id));
    if seen.tenant.once() != Some(id.as_bytes()) {
        // What goes upstream is the canonical value to the byte.
        stamp::set(&config.header, id, decision);
    }
    Ok(id)
}

fn only<'a>(seen: &Seen<'a>, config: &Config) -> Result<&'a str, Code> {
    if seen.lookalike {
        return Err(Code::TenantMalformed);
    }
    match seen.tenant {
        Field::Absent => Err(Code::TenantMissing),
        Field::Repeated => Err(Code::TenantAmbiguous),
        Field::Once(value) if value.contains(&b',') => Err(Code::TenantAmbiguous),
        Field::Once(value) => config.ids.check(trim(value)).ok_or(Code::TenantMalformed),
    }
}

/// Without the optional white space around a field value (RFC 9110, section 5.5).
fn trim(value: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value.iter().position(|byte| !blank(byte)).unwrap_or(value.len());
    let end = value.iter().rposition(|byte| !blank(byte)).map_or(start, |at| at + 1);
    value.get(start..end).unwrap_or_default()
}
