//! Bodies of refusals: `application/problem+json` (RFC 9457).

use crate::code::Code;
use serde::Serialize;

/// The media type of [`body`].
pub const CONTENT_TYPE: &str = "application/problem+json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Problem<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

/// The problem document of a refusal. `request_id` is the proxy's `x-request-id`; it is left out unless it
/// is a UUID, so that the document holds no byte of a client's choosing.
#[must_use]
pub fn body(code: Code, request_id: Option<&[u8]>) -> String {
    document(code.as_str(), code.status(), code.title(), request_id)
}

/// The same for a refusal that is not the filter's own.
#[must_use]
pub fn document(code: &str, status: u16, title: &str, request_id: Option<&[u8]>) -> String {
    let request_id = request_id.and_then(uuid);
    let problem = Problem { r#type: format!("urn:tenantry:problem:{code}"), title, status, code, request_id };
    serde_json::to_string(&problem).unwrap_or_default()
}

fn uuid(id: &[u8]) -> Option<&str> {
    let shaped = id.len() == 36
        && id.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    if shaped { std::str::from_utf8(id).ok() } else { None }
}
