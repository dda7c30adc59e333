//! `tracestate`, as W3C Trace Context level 1 has it: a list of what each tracing system wants to find again.
//!
//! Ours holds the tenant whose trace this is. A trace lies in one Phoenix project, and it is the first span to arrive that
//! says which; so all of a trace's spans have to name the same tenant, also those of calls inside the mesh that carry
//! no tenant header.

/// The header in lower case.
pub const HEADER: &str = "tracestate";
/// Key of our member of the list.
const KEY: &[u8] = b"tenantry";

const MAX_MEMBERS: usize = 32;
const MAX_KEY: usize = 256;
const MAX_VALUE: usize = 256;

/// What becomes of the `tracestate` of a request that goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tracestate {
    /// It stays as it is, or absent.
    Keep,
    /// It is removed.
    Remove,
    /// It is replaced.
    Set(String),
}

/// The members of a well-formed list, ours apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct List<'a> {
    ours: Option<&'a [u8]>,
    others: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> List<'a> {
    /// Reads the values of all `tracestate` headers in order of arrival. None if anything in them is malformed.
    pub(super) fn parse(values: impl Iterator<Item = &'a [u8]>) -> Option<Self> {
        let mut list = Self::default();
        for member in values.flat_map(|value| value.split(|&byte| byte == b',')).map(trim) {
            if member.is_empty() {
                continue;
            }
            let at = member.iter().position(|&byte| byte == b'=')?;
            let (key, value) = (member.get(..at)?, member.get(at + 1..)?);
            let repeated = list.others.iter().any(|(other, _)| *other == key) || (key == KEY && list.ours.is_some());
            if repeated || !is_key(key) || !is_value(value) || list.others.len() >= MAX_MEMBERS {
                return None;
            }
            if key == KEY {
                list.ours = Some(value);
            } else {
                list.others.push((key, value));
            }
        }
        (list.others.len() + usize::from(list.ours.is_some()) <= MAX_MEMBERS).then_some(list)
    }

    /// The tenant that our member names.
    pub(super) const fn tenant(&self) -> Option<&'a [u8]> {
        self.ours
    }

    /// The same list with `tenant` in our member, in front because it is the newest. The last member makes room if it must.
    pub(super) fn with(&self, tenant: &str) -> String {
        let mut list = format!("tenantry={tenant}");
        for (key, value) in self.others.iter().take(MAX_MEMBERS - 1) {
            // What `parse` let through is ASCII.
            for (before, text) in [(',', key), ('=', value)] {
                list.push(before);
                list.extend(text.iter().copied().map(char::from));
            }
        }
        list
    }
}

fn trim(member: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = member.iter().position(|byte| !blank(byte)).unwrap_or(member.len());
    let end = member.iter().rposition(|byte| !blank(byte)).map_or(start, |at| at + 1);
    member.get(start..end).unwrap_or_default()
}

/// `vendor`, or `tenant@vendor`.
fn is_key(key: &[u8]) -> bool {
    let plain = |part: &[u8]| part.iter().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'*' | b'/'));
    let letter_first = |part: &[u8]| part.first().is_some_and(u8::is_ascii_lowercase);
    match key.iter().position(|&byte| byte == b'@').map(|at| key.split_at(at)) {
        None => key.len() <= MAX_KEY && letter_first(key) && plain(key),
        Some((tenant, system)) => {
            let system = system.get(1..).unwrap_or_default();
            let digit_or_letter = tenant.first().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
            tenant.len() <= 241
                && digit_or_letter
                && plain(tenant)
                && system.len() <= 14
                && letter_first(system)
                && plain(system)
        }
    }
}

fn is_value(value: &[u8]) -> bool {
    let plain = |b: &u8| matches!(b, b' '..=b'~') && !matches!(b, b',' | b'=');
    !value.is_empty() && value.len() <= MAX_VALUE && value.last() != Some(&b' ') && value.iter().all(plain)
}
