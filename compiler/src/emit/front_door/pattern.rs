//! What front doors look for, as regular expressions that POSIX, PCRE and RE2 read alike.

use tenantry_engine::config::IdGrammar;

/// Any character of a header name but a letter or digit. A comma is none either: load balancers join names by it.
const SEPARATOR: &str = "[^0-9a-z,]";
/// The same without `-`, which is how the policy spells it.
const OTHER_SEPARATOR: &str = "[^0-9a-z,-]";

/// Every tenant id of a grammar and, within [`MAX_ID_BYTES`](tenantry_engine::config::MAX_ID_BYTES), nothing else.
/// Not anchored.
#[must_use]
pub const fn id(ids: IdGrammar) -> &'static str {
    match ids {
        // Two leading underscores are reserved.
        IdGrammar::OrgColon => "(_?[A-Za-z0-9][A-Za-z0-9_]*|_)(:[A-Za-z0-9_]+)?",
        IdGrammar::Slug => "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
        IdGrammar::Uuid => "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    }
}

/// Names that read as `header` to a server that does not tell `_` from `-`, the name itself among them. In lower case,
/// not anchored.
#[must_use]
pub fn alike(header: &str) -> String {
    header.replace('-', SEPARATOR)
}

/// The same without the name itself. None where nothing else reads like it.
#[must_use]
pub fn look_alike(header: &str) -> Option<String> {
    let parts: Vec<&str> = header.split('-').collect();
    let spellings = (1..parts.len()).map(|place| {
        let (before, after) = parts.split_at(place);
        format!("{}{OTHER_SEPARATOR}{}", before.join(SEPARATOR), after.join(SEPARATOR))
    });
    let spellings: Vec<String> = spellings.collect();
    (!spellings.is_empty()).then(|| format!("({})", spellings.join("|")))
}

/// A served host in lower case, anchored: `*.example.com` covers every host below it, `*` every host.
#[must_use]
pub fn host(served: &str) -> String {
    match served.strip_prefix('*') {
        Some("") => "^.+$".to_owned(),
        Some(suffix) => format!("^.+{}$", literal(suffix)),
        None => format!("^{}$", literal(served)),
    }
}

/// Text that stands for itself. It holds none of the characters that mean something but the dot.
fn literal(text: &str) -> String {
    text.replace('.', "\\.")
}

#[cfg(test)]
mod tests {
    use super::{alike, host, look_alike};

    #[test]
    fn a_look_alike_differs_in_at_least_one_place() {
        assert_eq!(alike("x-tenant-id"), "x[^0-9a-z,]tenant[^0-9a-z,]id");
        assert_eq!(
            look_alike("x-tenant-id").as_deref(),
            Some("(x[^0-9a-z,-]tenant[^0-9a-z,]id|x[^0-9a-z,]tenant[^0-9a-z,-]id)")
        );
        assert_eq!(look_alike("tenant"), None);
    }

    #[test]
    fn a_wildcard_covers_what_is_below_it() {
        assert_eq!(host("api.example.com"), r"^api\.example\.com$");
        assert_eq!(host("*.example.com"), r"^.+\.example\.com$");
        assert_eq!(host("*"), "^.+$");
    }
}
