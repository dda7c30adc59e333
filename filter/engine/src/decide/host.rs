//! The host is one that the policy serves.

use super::Step;
use super::scan::Seen;
use crate::code::Code;
use crate::decision::Verdict;
use crate::load::{Config, bare};

pub(super) fn check<'a>(config: &Config, seen: &Seen<'a>) -> Step<'a> {
    let served = seen.authority.once().is_some_and(|authority| {
        let host = bare(authority);
        config.hosts.iter().any(|pattern| matches(pattern, host))
    });
    if served { Ok(()) } else { Err(Verdict::Refuse(Code::HostUnknown)) }
}

fn matches(pattern: &str, host: &[u8]) -> bool {
    // Clients nearly always write a host as the policy does.
    if host == pattern.as_bytes() {
        return true;
    }
    match pattern.strip_prefix('*') {
        Some("") => !host.is_empty(),
        Some(suffix) => {
            // `*.example.com` needs something in front of `.example.com`.
            host.len() > suffix.len()
                && host.split_at(host.len() - suffix.len()).1.eq_ignore_ascii_case(suffix.as_bytes())
        }
        None => host.eq_ignore_ascii_case(pattern.as_bytes()),
    }
}
