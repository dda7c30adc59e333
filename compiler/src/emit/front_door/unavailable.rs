//! The answer for when no cluster that may serve a request works.

use crate::plan::door::Refusal;

/// The whole answer as HTTP/1.1.
#[must_use]
pub fn http() -> String {
    let refusal = Refusal::ClusterUnavailable;
    let body = refusal.document();
    let (status, length) = (refusal.status(), body.len());
    format!(
        "HTTP/1.1 {status} Service Unavailable\r\nContent-Type: {}\r\nCache-Control: no-store\r\nContent-Length: {length}\r\n\r\n{body}",
        Refusal::CONTENT_TYPE
    )
}
