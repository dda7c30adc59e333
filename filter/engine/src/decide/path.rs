//! The path is in normal form.

use super::Step;
use super::scan::Seen;
use crate::code::Code;
use crate::decision::Verdict;
use crate::path;

/// The path without query.
pub(super) fn check<'a>(seen: &Seen<'a>) -> Step<'a, &'a [u8]> {
    match seen.path.once().map(|target| path::split(target).0) {
        Some(path) if path::is_normal(path) => Ok(path),
        _ => Err(Verdict::Refuse(Code::PathMalformed)),
    }
}
