//! The request that `explain` is asked about, as a gateway's Envoy would see it.

use super::Explanation;
use std::fmt;
use tenantry_engine::path;

/// A request as asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Whether it comes without TLS: the URL is `http://`. The gateways of a mesh take no such requests from outside, but
    /// a front door sends them to its other port.
    pub plain: bool,
    /// The method, upper case as sent.
    pub method: String,
    /// Host and optional port.
    pub authority: String,
    /// Path and query as sent, starting with `/`.
    pub target: String,
    /// Headers in order, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The tenant claim of the token that the gateway has verified, if there is one.
    pub claim: Option<String>,
    /// The body, if there is one.
    pub body: Option<Vec<u8>>,
}

/// What is wrong with a request as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// Not a method.
    #[error("`{0}` is not an HTTP method")]
    Method(String),
    /// A method in lower case, which HTTP does not know.
    #[error("`{given}` is not an HTTP method; did you mean `{}`?", given.to_ascii_uppercase())]
    LowerCaseMethod {
        /// What was given.
        given: String,
    },
    /// Not a URL.
    #[error("`{url}` is not a URL that a gateway serves: {why}")]
    Url {
        /// What was given.
        url: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Not a header.
    #[error("`{header}` is not a header: {why}")]
    Header {
        /// What was given.
        header: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl Asked {
    /// A request without headers and body.
    ///
    /// # Errors
    /// When the method is none, or the URL is not `http://` or `https://` with a host.
    pub fn new(method: &str, url: &str) -> Result<Self, AskError> {
        if method.is_empty() || !method.bytes().all(is_token) {
            return Err(AskError::Method(method.to_owned()));
        }
        if method.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Err(AskError::LowerCaseMethod { given: method.to_owned() });
        }
        let (plain, authority, target) = split(url).map_err(|why| AskError::Url { url: url.to_owned(), why })?;
        Ok(Self { plain, method: method.to_owned(), authority, target, ..Self::default() })
    }

    /// Adds a header as `Name: value`. A `Host` header takes the place of the URL's host.
    ///
    /// # Errors
    /// When it is no header that an HTTP client can send.
    pub fn header(&mut self, line: &str) -> Result<(), AskError> {
        let wrong = |why| AskError::Header { header: line.to_owned(), why };
        let (name, value) = line.split_once(':').ok_or_else(|| wrong("write `Name: value`"))?;
        if name.is_empty() {
            return Err(wrong("the name is empty"));
        }
        if !name.bytes().all(is_token) {
            return Err(wrong("the name has a character that HTTP does not allow there"));
        }
        let value = value.trim_matches([' ', '\t']);
        if value.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            return Err(wrong("the value has a line break or a zero byte"));
        }
        let name = name.to_ascii_lowercase();
        if name == "host" {
            value.clone_into(&mut self.authority);
        } else {
            self.headers.push((name, value.as_bytes().to_vec()));
        }
        Ok(())
    }

    /// Whether a header of this lower-case name was given.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(given, _)| given == name)
    }

    /// The same request as a gateway passes it on: with the path that Envoy then has, and with changed headers.
    #[must_use]
    pub(super) fn after(mut self, gateway: &Explanation) -> Self {
        self.target = self.path().unwrap_or(self.target);
        self.headers.retain(|(name, _)| !gateway.remove.contains(name) && !gateway.set.contains_key(name));
        self.headers.extend(gateway.set.iter().map(|(name, value)| (name.clone(), value.clone().into_bytes())));
        self
    }

    /// `:path` after Envoy's normalisation; none where Envoy itself answers 400.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        path::normalize(&self.target)
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.plain { "http" } else { "https" };
        write!(f, "{} {scheme}://{}{}", self.method, self.authority, self.target)
    }
}

/// Whether a URL is without TLS, and its authority and target. The path is left exactly as it stands, since that is the question.
fn split(url: &str) -> Result<(bool, String, String), &'static str> {
    let (scheme, rest) = url
        .split_once("://")
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"))
        .ok_or("it starts with neither `https://` nor `http://`")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    if authority.is_empty() {
        return Err("it has no host");
    }
    if authority.contains('@') {
        return Err("it carries credentials; give them as a header");
    }
    if !authority.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:[]".contains(&byte)) {
        return Err("its host has a character that no host has");
    }
    check_port(authority)?;
    if target.bytes().any(|byte| byte.is_ascii_control() || byte == b' ') {
        return Err("it has a blank or a control character; escape it");
    }
    // A client keeps the fragment to itself.
    let target = target.split('#').next().unwrap_or_default();
    let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
    Ok((scheme.eq_ignore_ascii_case("http"), authority.to_owned(), target))
}

/// Checks what follows the host: nothing, or a colon and a port. An IPv6 address stands in brackets.
fn check_port(authority: &str) -> Result<(), &'static str> {
    let after = match authority.strip_prefix('[') {
        Some(address) => address.split_once(']').ok_or("its IPv6 address lacks the closing bracket")?.1,
        None => authority.find(':').map_or("", |colon| &authority[colon..]),
    };
    match after.strip_prefix(':') {
        None if after.is_empty() => Ok(()),
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|it| it > 0) => {
            Ok(())
        }
        _ => Err("its port is no number from 1 to 65535"),
    }
}

/// Whether a byte may stand in a method or a header name (RFC 9110, section 5.6.2).
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}
