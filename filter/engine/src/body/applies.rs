//! Which bodies are bound.

use super::BodyKind;
use crate::request::Request;

/// Whether a body has to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// Upgrades such as WebSocket: their streams cannot wait for their own end.
    No,
    /// It has to be read.
    Yes(BodyKind),
    /// It says it is JSON and is compressed or otherwise encoded.
    Encoded,
}

/// Judges by `content-type`, `content-encoding` and the framing, every copy of them.
#[must_use]
pub fn applies(request: &Request<'_>) -> Applies {
    let json = values(request, b"content-type").any(is_json);
    let encoded = || values(request, b"content-encoding").any(|coding| !coding.eq_ignore_ascii_case(b"identity"));
    if values(request, b"content-type").any(mentions_json) && encoded() {
        Applies::Encoded
    } else if json {
        Applies::Yes(BodyKind::Json)
    } else if is_upgrade(request) {
        Applies::No
    } else if is_grpc(request) {
        Applies::Yes(BodyKind::Grpc)
    } else {
        Applies::Yes(BodyKind::Other)
    }
}

fn values<'a>(request: &Request<'a>, name: &'static [u8]) -> impl Iterator<Item = &'a [u8]> {
    request.headers.iter().filter(move |(sent, _)| sent.eq_ignore_ascii_case(name)).map(|&(_, value)| value)
}

/// `application/json`, `text/json`, `application/*+json`; with any parameters.
fn is_json(value: &[u8]) -> bool {
    let essence = value.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    let suffix = essence.len().checked_sub(5).and_then(|at| essence.get(at..)).unwrap_or_default();
    suffix.eq_ignore_ascii_case(b"/json") || suffix.eq_ignore_ascii_case(b"+json")
}

/// JSON to a server that looks for the word alone, as in `application/json, text/plain` or `text/x-json`.
fn mentions_json(value: &[u8]) -> bool {
    value.windows(4).any(|word| word.eq_ignore_ascii_case(b"json"))
}

fn is_grpc(request: &Request<'_>) -> bool {
    let mut types = values(request, b"content-type");
    let grpc =
        types.next().and_then(|value| value.get(..16)).is_some_and(|v| v.eq_ignore_ascii_case(b"application/grpc"));
    grpc && types.next().is_none()
}

/// An upgrade without a body of its own, so that no server could take its stream for one.
fn is_upgrade(request: &Request<'_>) -> bool {
    let sent = |name| values(request, name).next().is_some();
    let get = values(request, b":method").all(|method| method == b"GET");
    get && sent(b"upgrade") && !sent(b"content-length") && !sent(b"transfer-encoding")
}
