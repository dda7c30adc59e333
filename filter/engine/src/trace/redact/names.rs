//! Names whose values are taken out.

use crate::body::fold;

/// Names of credentials; a span never shows their values.
const ALWAYS: [&str; 12] = [
    "access_token",
    "api-key",
    "api_key",
    "apikey",
    "authorization",
    "client_secret",
    "cookie",
    "id_token",
    "password",
    "proxy-authorization",
    "refresh_token",
    "set-cookie",
];

/// Names in folded form.
#[derive(Debug)]
pub(super) struct Names {
    folded: Box<[Box<str>]>,
    /// Bytes of the longest.
    pub(super) longest: usize,
}

impl Names {
    pub(super) fn new(names: impl IntoIterator<Item: AsRef<str>>) -> Self {
        let folded = |name: &str| name.chars().map(fold).collect::<String>().into_boxed_str();
        let listed = names.into_iter().map(|name| folded(name.as_ref()));
        let folded: Box<[Box<str>]> = listed.chain(ALWAYS.map(folded)).collect();
        let longest = folded.iter().map(|name| name.len()).max().unwrap_or_default();
        Self { folded, longest }
    }

    /// Whether a name is one of them.
    pub(super) fn contain(&self, name: &str) -> bool {
        self.folded.iter().any(|known| known.chars().eq(name.chars().map(fold)))
    }
}
