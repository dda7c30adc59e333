//! NGINX.

use super::passage::{Ended, Passage, Step, Target, host_only, plain_name, refused, serves};
use crate::explain::Asked;
use crate::plan::door::DoorPlan;
use tenantry_engine::code::Code;
use tenantry_engine::decision::STAMPS;

/// What a variable such as `$http_x_tenant_id` holds where several headers have the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Copies {
    /// All of them, joined by commas: from NGINX 1.23 on.
    Joined,
    /// The first one.
    First,
}

pub(super) fn read<'d>(
    plan: &'d DoorPlan,
    copies: Copies,
    asked: &Asked,
    passage: &mut Passage<'d>,
) -> Result<Target<'d>, Ended> {
    method(&asked.method)?;
    let path = uri(&asked.target).ok_or(Ended::Malformed(400))?;
    let host = host(&asked.authority).ok_or(Ended::Malformed(400))?;
    // The server is chosen before anything else is looked at; the default one refuses.
    if !serves(plan, &host) {
        return Err(refused(Code::HostUnknown));
    }
    if asked.plain {
        return Err(Ended::Redirected(308));
    }
    // Towards the cluster, the host is what NGINX compared.
    passage.authority = host;
    passage.strip(|name| !plain_name(name), Step::Dropped);
    passage.strip(|name| STAMPS.contains(&name), Step::Stripped);
    if passage.exempt(plan, &path) {
        return Ok(Target::Any);
    }
    let id = header(plan, copies, passage)?;
    passage.tenant(plan, &id)
}

/// The tenant header, in the grammar.
fn header(plan: &DoorPlan, copies: Copies, passage: &mut Passage<'_>) -> Result<String, Ended> {
    let values = passage.values(&plan.header);
    let count = values.len();
    let value = match copies {
        Copies::Joined => values.join(&b", "[..]),
        Copies::First => values.first().copied().unwrap_or_default().to_vec(),
    };
    if copies == Copies::First && count > 1 {
        passage.steps.push(Step::FirstOf(count));
    }
    if value.is_empty() {
        return Err(refused(Code::TenantMissing));
    }
    if value.contains(&b',') {
        return Err(refused(Code::TenantAmbiguous));
    }
    plan.ids.check(&value).map(str::to_owned).ok_or(refused(Code::TenantMalformed))
}

/// NGINX takes upper-case letters, `_` and `-`, and no `TRACE` or `CONNECT`.
fn method(method: &str) -> Result<(), Ended> {
    match method {
        "TRACE" | "CONNECT" => Err(Ended::Malformed(405)),
        _ if method.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-')) => Ok(()),
        _ => Err(Ended::Malformed(400)),
    }
}

/// `$host`: in lower case, without port and without a final dot. None for what NGINX takes for no host.
fn host(authority: &str) -> Option<String> {
    let mut host = host_only(authority);
    let broken = host.contains("..") || host.bytes().any(|byte| matches!(byte, b'/' | 0..=b' ' | 0x7f));
    if host.ends_with('.') {
        host.pop();
    }
    (!host.is_empty() && !broken).then_some(host)
}

/// `$uri`: the path decoded once, with slashes merged and dot segments resolved. None where NGINX answers 400.
fn uri(target: &str) -> Option<Vec<u8>> {
    let path = target.split('?').next().unwrap_or_default();
    let decoded = decode(path.as_bytes())?;
    let mut segments: Vec<&[u8]> = Vec::new();
    let mut rest = decoded.split(|byte| *byte == b'/').skip(1).peekable();
    while let Some(segment) = rest.next() {
        let last = rest.peek().is_none();
        match segment {
            b"." | b"" => {}
            b".." => {
                segments.pop()?;
            }
            _ => segments.push(segment),
        }
        if last && matches!(segment, b"." | b".." | b"") {
            segments.push(b"");
        }
    }
    Some(segments.iter().flat_map(|segment| [b"/", *segment].concat()).collect())
}

/// The path with its escapes resolved, once. An escaped slash or dot then means what a plain one does.
fn decode(path: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path.iter();
    while let Some(&byte) = rest.next() {
        decoded.push(match byte {
            b'%' => {
                let mut digit = || char::from(*rest.next()?).to_digit(16);
                let escaped = digit()? * 16 + digit()?;
                u8::try_from(escaped).ok().filter(|escaped| *escaped != 0)?
            }
            0..=b' ' | 0x7f => return None,
            _ => byte,
        });
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::{host, uri};

    #[test]
    fn paths_are_read_as_nginx_reads_them() {
        let read = |target| uri(target).map(|path| String::from_utf8(path).expect("text"));
        for (target, path) in [
            ("/", "/"),
            ("/health?x=/../y", "/health"),
            ("//health", "/health"),
            ("/x/../health", "/health"),
            ("/x%2f..%2Fhealth", "/health"),
            ("/%68ealth", "/health"),
            ("/health/.", "/health/"),
            ("/health/x/..", "/health/"),
            ("/health//", "/health/"),
            ("/health%3f", "/health?"),
            ("/...", "/..."),
            ("/x/%2e%2e/health", "/health"),
            ("/health;x", "/health;x"),
        ] {
            assert_eq!(read(target).as_deref(), Some(path), "{target}");
        }
        for target in ["/..", "/x/../../y", "/%00", "/%zz", "/%", "/%4"] {
            assert_eq!(read(target), None, "{target}");
        }
    }

    #[test]
    fn hosts_are_read_as_nginx_reads_them() {
        assert_eq!(host("API.example.com:8443").as_deref(), Some("api.example.com"));
        assert_eq!(host("api.example.com.").as_deref(), Some("api.example.com"));
        assert_eq!(host("[::1]:80").as_deref(), Some("[::1]"));
        for none in ["", ":80", "api..example.com", "api/example.com"] {
            assert_eq!(host(none), None, "{none}");
        }
    }
}
