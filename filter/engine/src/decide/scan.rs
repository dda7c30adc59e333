//! One pass over the headers: finds those that decide, and notes the internal ones that a client sent.

use super::Step;
use crate::code::Code;
use crate::decision::{Decision, Reason, STAMP_PREFIX, Verdict};
use crate::load::Config;
use crate::request::Request;

/// How often a header came.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field<'a> {
    Absent,
    Once(&'a [u8]),
    Repeated,
}

impl<'a> Field<'a> {
    fn add(&mut self, value: &'a [u8]) {
        *self = match self {
            Self::Absent => Self::Once(value),
            Self::Once(_) | Self::Repeated => Self::Repeated,
        };
    }

    pub(super) const fn once(self) -> Option<&'a [u8]> {
        match self {
            Self::Once(value) => Some(value),
            Self::Absent | Self::Repeated => None,
        }
    }
}

/// What the headers say, as far as a decision needs it.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) method: Field<'a>,
    pub(super) path: Field<'a>,
    pub(super) authority: Field<'a>,
    pub(super) tenant: Field<'a>,
    /// Whether some header looks like the tenant header to a server that does not tell `_` from `-`.
    pub(super) lookalike: bool,
    /// How many headers are internal ones.
    internal: usize,
}

pub(super) fn scan<'a>(config: &Config, request: &Request<'a>) -> Seen<'a> {
    let mut seen = Seen {
        method: Field::Absent,
        path: Field::Absent,
        authority: Field::Absent,
        tenant: Field::Absent,
        lookalike: false,
        internal: 0,
    };
    for &(name, value) in request.headers {
        if name.first() == Some(&b':') {
            match name {
                b":method" => seen.method.add(value),
                b":path" => seen.path.add(value),
                b":authority" => seen.authority.add(value),
                _ => {}
            }
        } else if alike(name, &config.header) {
            if name.eq_ignore_ascii_case(config.header.as_bytes()) {
                seen.tenant.add(value);
            } else {
                seen.lookalike = true;
            }
        } else if is_internal(name) {
            seen.internal += 1;
        }
    }
    seen
}

/// Lists the internal headers that a client sent.
pub(super) fn strip<'a>(request: &Request<'a>, seen: &Seen<'a>, decision: &mut Decision<'a>) -> Step<'a> {
    if seen.internal == 0 {
        return Ok(());
    }
    for &(name, _) in request.headers {
        if is_internal(name) {
            remove(name, decision)?;
        }
    }
    decision.note(Reason::Stripped(seen.internal));
    Ok(())
}

/// Lists a header for removal, once. A name that no HTTP proxy lets through cannot be removed by name.
pub(super) fn remove<'a>(name: &'a [u8], decision: &mut Decision<'a>) -> Step<'a> {
    let Ok(name) = std::str::from_utf8(name) else { return Err(Verdict::Refuse(Code::TenantMalformed)) };
    if !decision.remove.contains(&name) {
        decision.remove.push(name);
    }
    Ok(())
}

fn is_internal(name: &[u8]) -> bool {
    name.get(..STAMP_PREFIX.len()).is_some_and(|start| alike(start, STAMP_PREFIX))
}

/// Whether `name` reads as `canonical` (lower case) to a server that ignores case and takes every character
/// other than a letter or digit for the same, as CGI and WSGI do with `-` and `_`.
pub(crate) fn alike(name: &[u8], canonical: &str) -> bool {
    name.len() == canonical.len() && name.iter().zip(canonical.as_bytes()).all(|(&a, &b)| a == b || fold(a) == fold(b))
}

fn fold(byte: u8) -> u8 {
    if byte.is_ascii_alphanumeric() { byte.to_ascii_lowercase() } else { b'-' }
}

/// The value of a header that came exactly once.
pub(crate) fn header_once<'a>(request: &Request<'a>, name: &str) -> Option<&'a [u8]> {
    let mut values = request.headers.iter().filter(|(sent, _)| sent.eq_ignore_ascii_case(name.as_bytes()));
    match (values.next(), values.next()) {
        (Some(&(_, value)), None) => Some(value),
        _ => None,
    }
}
