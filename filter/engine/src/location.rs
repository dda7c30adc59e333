//! The target of a redirect.

use crate::path;

/// `https://` + `endpoint` + path and query of `target`, which is the request's `:path`. The fragment is
/// dropped, and every byte that may not stand in a URI is escaped, so nothing in it can end the header.
#[must_use]
pub fn location(endpoint: &str, target: &[u8]) -> String {
    let mut out = String::with_capacity(8 + endpoint.len() + target.len());
    out.push_str("https://");
    out.push_str(endpoint);
    for &byte in target.split(|&byte| byte == b'#').next().unwrap_or_default() {
        let unsafe_byte =
            !byte.is_ascii_graphic() || matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}');
        if unsafe_byte {
            out.extend(path::escape(byte).map(char::from));
        } else {
            out.push(char::from(byte));
        }
    }
    out
}
