//! The grammars of tenant ids.

use crate::config::{IdGrammar, MAX_ID_BYTES};

/// The longest DNS label (RFC 1035, section 2.3.4).
const MAX_LABEL_BYTES: usize = 63;

impl IdGrammar {
    /// Returns `id` as text if it is a well-formed tenant id. Whoever gets `Some` holds 1 to
    /// [`MAX_ID_BYTES`] bytes of ASCII letters, digits, `_`, `-` and `:`, and nothing else.
    #[must_use]
    pub fn check(self, id: &[u8]) -> Option<&str> {
        let well_formed = match self {
            Self::OrgColon => org_colon(id),
            Self::Slug => slug(id),
            Self::Uuid => uuid(id),
        };
        if well_formed { std::str::from_utf8(id).ok() } else { None }
    }
}

fn org_colon(id: &[u8]) -> bool {
    if id.len() > MAX_ID_BYTES || id.starts_with(b"__") {
        return false;
    }
    let mut segments = id.splitn(2, |&byte| byte == b':');
    segments.all(|segment| !segment.is_empty() && segment.iter().all(|&b| b == b'_' || b.is_ascii_alphanumeric()))
}

fn slug(id: &[u8]) -> bool {
    id.len() <= MAX_LABEL_BYTES
        && id.iter().all(|&b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && id.first().is_some_and(|&b| b != b'-')
        && id.last().is_some_and(|&b| b != b'-')
}

fn uuid(id: &[u8]) -> bool {
    id.len() == 36
        && id.iter().enumerate().all(|(at, &b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => matches!(b, b'0'..=b'9' | b'a'..=b'f'),
        })
}
