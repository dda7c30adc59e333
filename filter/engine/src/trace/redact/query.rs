//! Query strings.

use super::MARK;
use super::names::Names;
use crate::path::unescape;

/// Replaces the values of parameters that are called so, or a part of whose name in brackets is (`user[password]`).
/// Some servers end a parameter at `;` too: where such a one is called so, everything up to the next `&` goes.
pub(super) fn redact(query: &[u8], names: &Names) -> String {
    let mut out = String::with_capacity(query.len());
    for (n, pair) in query.split(|&byte| byte == b'&').enumerate() {
        out.push_str(if n > 0 { "&" } else { "" });
        let (shown, is_hidden) = shown(pair, names);
        out.push_str(&String::from_utf8_lossy(shown));
        out.push_str(if is_hidden { MARK } else { "" });
    }
    out
}

/// How much of a parameter is shown, and whether something was taken out behind that.
fn shown<'a>(pair: &'a [u8], names: &Names) -> (&'a [u8], bool) {
    let mut start = 0;
    for part in pair.split(|&byte| byte == b';') {
        if let Some(equals) = part.iter().position(|&byte| byte == b'=')
            && part.get(..equals).is_some_and(|name| hides(name, names))
        {
            return (pair.get(..=start + equals).unwrap_or_default(), true);
        }
        start += part.len() + 1;
    }
    (pair, false)
}

/// Names are compared as a form has them: `%XX` is a byte and `+` is a space.
fn hides(name: &[u8], names: &Names) -> bool {
    let spaced: Vec<u8> = name.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
    let decoded: Vec<u8> = unescape(&spaced).collect();
    let name = String::from_utf8_lossy(&decoded);
    names.contain(name.trim()) || name.split(['[', ']']).any(|part| names.contain(part.trim()))
}
