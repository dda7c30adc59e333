//! Paths in normal form, and how Envoy brings a path there.
//!
//! The gateway runs Envoy with `normalize_path`, `merge_slashes` and
//! `path_with_escaped_slashes_action: UNESCAPE_AND_FORWARD`, so a request that reaches the filter has its
//! path in normal form. The engine relies on none of that: a path in any other form is refused.

/// Splits `:path` into the path proper and the query, which keeps its `?`.
#[must_use]
pub fn split(target: &[u8]) -> (&[u8], &[u8]) {
    let end = target.iter().position(|&byte| matches!(byte, b'?' | b'#')).unwrap_or(target.len());
    target.split_at(end)
}

/// Whether `path`, without query, is in normal form: it starts with `/`, has no empty, `.` or `..` segment, not even
/// with parameters (`..;x`), no byte that belongs escaped, and no escape that belongs unescaped, is malformed, or
/// hides a slash, a backslash or a control byte.
#[must_use]
pub fn is_normal(path: &[u8]) -> bool {
    let Some(rest) = path.strip_prefix(b"/") else { return false };
    let mut segment = 0;
    let mut dots = 0;
    let mut bytes = rest.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'/' => {
                if segment == 0 || (segment == dots && dots <= 2) {
                    return false;
                }
                (segment, dots) = (0, 0);
                continue;
            }
            b'.' => dots += 1,
            // Some servers take the parameter off and then see a dot segment.
            b';' if segment == dots && (dots == 1 || dots == 2) => return false,
            b'%' => {
                let (Some(&high), Some(&low)) = (bytes.next(), bytes.next()) else { return false };
                let Some(decoded) = decode(high, low) else { return false };
                if decoded.is_ascii_control() || matches!(decoded, b'.' | b'/' | b'\\') || is_plain(decoded) {
                    return false;
                }
            }
            _ if is_plain(byte) || is_reserved(byte) => {}
            _ => return false,
        }
        segment += 1;
    }
    segment == 0 || segment != dots || dots > 2
}

/// Brings `:path` into the form in which the gateway's Envoy routes on it. None where Envoy itself
/// answers 400: no leading slash, a fragment, `%00`, or bytes that belong escaped in any URL, in the query too.
#[must_use]
pub fn normalize(target: &str) -> Option<String> {
    if !target.starts_with('/') || !target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
        return None;
    }
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let canonical = canonicalize(&without_dot_parameters(&unescape_slashes(path.as_bytes())))?;
    let mut out = String::with_capacity(target.len());
    for &byte in &canonical {
        // Merging comes last in Envoy, so that slashes which only now exist are merged too.
        if byte != b'/' || !out.ends_with('/') {
            out.push(char::from(byte));
        }
    }
    if canonical.len() > 1 && out == "/" {
        // Envoy keeps a path's first slash and its last one, and here there is nothing between them.
        out.push('/');
    }
    if let Some(query) = query {
        out.push('?');
        out.push_str(query);
    }
    Some(out)
}

/// `%2F` and `%5C`, in either case, become what they stand for.
fn unescape_slashes(path: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((&byte, tail)) = rest.split_first() {
        match rest {
            [b'%', high, low, after @ ..] if matches!(decode(*high, *low), Some(b'/' | b'\\')) => {
                out.push(if *high == b'2' { b'/' } else { b'\\' });
                rest = after;
            }
            _ => {
                out.push(byte);
                rest = tail;
            }
        }
    }
    out
}

/// Takes the parameters off `.;x` and `..;x`, as Envoy does since 1.39 where no dot is escaped.
fn without_dot_parameters(path: &[u8]) -> Vec<u8> {
    let segments = path.split(|&byte| byte == b'/');
    let plain = segments.map(|segment| match segment {
        [b'.', b';', ..] => b".".as_slice(),
        [b'.', b'.', b';', ..] => b"..".as_slice(),
        other => other,
    });
    plain.collect::<Vec<_>>().join(&b'/')
}

/// Resolves dot segments, turns `\` into `/`, and escapes and unescapes what belongs so.
fn canonicalize(path: &[u8]) -> Option<Vec<u8>> {
    let mut out: Vec<u8> = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((&byte, tail)) = rest.split_first() {
        if out.last() == Some(&b'/')
            && let Some((dots, after)) = dot_segment(rest)
        {
            if dots == 2 {
                out.pop();
                out.truncate(out.iter().rposition(|&b| b == b'/').map_or(0, |at| at + 1));
                if out.is_empty() {
                    out.push(b'/');
                }
            }
            rest = after;
            continue;
        }
        rest = tail;
        match byte {
            b'\\' => out.push(b'/'),
            b'%' => match tail {
                [high, low, after @ ..] if let Some(decoded) = decode(*high, *low) => {
                    rest = after;
                    match decoded {
                        0 => return None,
                        b'.' => out.push(b'.'),
                        _ if is_plain(decoded) => out.push(decoded),
                        _ => out.extend_from_slice(&[b'%', *high, *low]),
                    }
                }
                _ => out.push(b'%'),
            },
            b'/' | b'.' => out.push(byte),
            _ if is_plain(byte) || is_reserved(byte) => out.push(byte),
            _ => out.extend_from_slice(&escape(byte)),
        }
    }
    Some(out)
}

/// Recognises `.` and `..`, escaped or not, as a whole segment: how many dots, and what follows the
/// segment and its slash.
fn dot_segment(rest: &[u8]) -> Option<(usize, &[u8])> {
    let one = dot(rest)?;
    let (dots, after) = dot(one).map_or((1, one), |two| (2, two));
    match after {
        [] => Some((dots, after)),
        [b'/' | b'\\', after @ ..] => Some((dots, after)),
        _ => None,
    }
}

fn dot(bytes: &[u8]) -> Option<&[u8]> {
    match bytes {
        [b'.', after @ ..] | [b'%', b'2', b'e' | b'E', after @ ..] => Some(after),
        _ => None,
    }
}

/// Bytes that never need an escape, so that an escape of one is undone.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~')
}

/// Bytes that stand as they are, and whose escapes stand as they are too.
fn is_reserved(byte: u8) -> bool {
    matches!(
        byte,
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b':' | b';' | b'=' | b'@' | b'[' | b']'
    )
}

fn decode(high: u8, low: u8) -> Option<u8> {
    let digit = |byte| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

/// The bytes with their escapes undone; what is not an escape stays as it is.
pub(crate) fn unescape(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let mut rest = bytes;
    core::iter::from_fn(move || {
        let (&first, after) = rest.split_first()?;
        let escaped = match rest {
            [b'%', high, low, after @ ..] => decode(*high, *low).map(|byte| (byte, after)),
            _ => None,
        };
        let (byte, after) = escaped.unwrap_or((first, after));
        rest = after;
        Some(byte)
    })
}

/// `%XX` with upper-case digits.
pub(crate) fn escape(byte: u8) -> [u8; 3] {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 };
    [b'%', digit(byte >> 4), digit(byte & 15)]
}
