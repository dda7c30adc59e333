//! Request paths and JSON pointers.

use crate::diagnostic::clip;
use crate::resolve::form::Text;
use crate::resolve::reader::Problem;
use crate::resolve::shape::TextShape;

/// The prefix of a request path, by whole segments; in normal form and without a slash at the end.
#[derive(Debug)]
pub struct PathPrefix;

impl Text for PathPrefix {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "a path",
        pattern: Some(r"^/([^\s?#\\*{}/]+(/[^\s?#\\*{}/]+)*)?$"),
        longest: Some(1_024),
        examples: &["/search", "/"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        if text.len() > 1 && text.ends_with('/') {
            return Err(Problem::new(format!("may not end in a slash: `{}`", clip(text)))
                .help(format!("write `{}`; it covers everything below as well", text.trim_end_matches('/'))));
        }
        ExactPath::parse(text)
    }
}

/// One request path, in normal form.
#[derive(Debug)]
pub struct ExactPath;

impl Text for ExactPath {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "a path",
        pattern: Some(r"^/([^\s?#\\*{}/]+(/[^\s?#\\*{}/]+)*/?)?$"),
        longest: Some(1_024),
        examples: &["/health"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let bad = |why: &str| Problem::new(format!("{why}: `{}`", clip(text)));
        if !text.starts_with('/') {
            return Err(bad("has to start with `/`").help(format!("write `/{}`", clip(text))));
        }
        if text.contains(['?', '#']) {
            return Err(bad("may hold neither a query nor a fragment"));
        }
        if text.contains(['*', '{', '}']) {
            return Err(
                bad("may hold no wildcard").help("a path covers everything below it: `/search` covers `/search/x`")
            );
        }
        if text.contains('%') {
            return Err(
                bad("may hold no escapes").help("gateways compare paths after unescaping; write the character itself")
            );
        }
        if !text.bytes().all(|byte| (b'!'..=b'~').contains(&byte) && byte != b'\\') {
            return Err(bad("may hold visible ASCII characters other than `\\` only"));
        }
        if text.contains("//") || text.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(bad("is not in normal form")
                .help("remove `//`, `.` and `..`; the gateway resolves them before it decides"));
        }
        Ok(text.to_owned())
    }
}

/// A JSON pointer (RFC 6901) to a member.
#[derive(Debug)]
pub struct JsonPointer;

impl Text for JsonPointer {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "a JSON pointer",
        pattern: Some("^(/([^~/]|~[01])*)+$"),
        longest: Some(256),
        examples: &["/tenant_id", "/context/tenant_id"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let bad = |why: &str| Problem::new(format!("{why}: `{}`", clip(text)));
        if !text.starts_with('/') {
            let mended = text.trim_start_matches(['$', '.']).replace('.', "/");
            return Err(bad("has to be a JSON pointer").help(format!("write `/{}`", clip(&mended))));
        }
        if text.split('~').skip(1).any(|rest| !rest.starts_with(['0', '1'])) {
            return Err(bad("has a `~` that escapes nothing").help("write `~0` for `~` and `~1` for `/`"));
        }
        Ok(text.to_owned())
    }
}

/// An absolute path on the machine of a load balancer.
#[derive(Debug)]
pub struct ServerPath;

impl Text for ServerPath {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "an absolute path",
        pattern: Some("^(/[A-Za-z0-9_.@-]+)+$"),
        longest: Some(1_024),
        examples: &["/etc/tenantry/tls.crt"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'@' | b'-');
        let parts = text.strip_prefix('/').map(|rest| rest.split('/'));
        if parts.is_some_and(|mut parts| parts.all(|part| !part.is_empty() && part.bytes().all(plain))) {
            return Ok(text.to_owned());
        }
        // What else a path may hold means something in one configuration language or another.
        Err(Problem::new(format!("is no absolute path of plain characters: `{}`", clip(text)))
            .help("write letters, digits, `_`, `.`, `@` and `-` between slashes, as in `/etc/tenantry/tls.crt`"))
    }
}
