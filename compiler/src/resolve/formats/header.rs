//! Header names and values.

use crate::diagnostic::clip;
use crate::resolve::form::Text;
use crate::resolve::reader::Problem;
use crate::resolve::shape::TextShape;
use tenantry_engine::header::is_reserved;

/// The name of a request header, read in lower case.
#[derive(Debug)]
pub struct HeaderName;

impl Text for HeaderName {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "a header name",
        pattern: Some("^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$"),
        longest: Some(64),
        examples: &["x-session-id"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let name = AnyHeader::parse(text)?;
        if is_reserved(&name) {
            return Err(Problem::new(format!("may not be the header `{text}`"))
                .help("the proxies write or route on it; choose a header of your own, such as `x-session-id`"));
        }
        Ok(name)
    }
}

/// The name of any header, read in lower case.
#[derive(Debug)]
pub struct AnyHeader;

impl Text for AnyHeader {
    type Value = String;
    const SHAPE: TextShape = HeaderName::SHAPE;

    fn parse(text: &str) -> Result<String, Problem> {
        let name = text.to_ascii_lowercase();
        if name.contains('_') {
            return Err(Problem::new(format!("may not hold an underscore: `{text}`"))
                .help("proxies drop or confuse such headers; use `-`"));
        }
        let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if name.is_empty() || !letters || name.starts_with('-') || name.ends_with('-') {
            return Err(Problem::new(format!("is no header name: `{}`", clip(text)))
                .help("write ASCII letters, digits and `-`, as in `x-session-id`"));
        }
        Ok(name)
    }
}

/// The name of the tenant header, kept as spelled.
#[derive(Debug)]
pub struct TenantHeader;

impl Text for TenantHeader {
    type Value = String;
    const SHAPE: TextShape = TextShape { examples: &["X-Tenant-ID"], ..HeaderName::SHAPE };

    fn parse(text: &str) -> Result<String, Problem> {
        HeaderName::parse(text).map(|_| text.to_owned())
    }
}

/// The exact value of a request header.
#[derive(Debug)]
pub struct HeaderValue;

impl Text for HeaderValue {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "a header value",
        pattern: Some("^[!-~]([ -~]*[!-~])?$"),
        longest: Some(256),
        examples: &["\"true\"", "beta"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let visible = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if text.is_empty() || !visible || text.trim() != text {
            return Err(Problem::new(format!("is no header value: `{}`", clip(text)))
                .help("write visible ASCII characters, without blanks around them"));
        }
        Ok(text.to_owned())
    }
}
