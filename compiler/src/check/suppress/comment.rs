//! The grammar of a suppression.

/// What follows `tenantry:` in a comment.
#[derive(Debug, PartialEq, Eq)]
pub struct Allow<'a> {
    /// The codes, at least one.
    pub codes: Vec<&'a str>,
    /// Why; empty when the author left it out.
    pub reason: &'a str,
}

impl<'a> Allow<'a> {
    /// Reads ` allow(TN0215, TN0216) reason`. None when it is something else.
    pub fn parse(content: &'a str) -> Option<Self> {
        let list = content.trim_start().strip_prefix("allow")?.trim_start().strip_prefix('(')?;
        let (codes, reason) = list.split_once(')')?;
        let codes: Vec<_> = codes.split(',').map(str::trim).collect();
        let is_code = |it: &&str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let reason = reason.trim_start_matches([':', '-', ' ', '\t']).trim_end();
        codes.iter().all(is_code).then_some(Self { codes, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::Allow;

    #[test]
    fn reads_codes_and_reason() {
        let expected = Allow { codes: vec!["TN0215", "TN0216"], reason: "public on purpose" };
        assert_eq!(Allow::parse(" allow(TN0215, TN0216) public on purpose"), Some(expected));
        assert_eq!(Allow::parse("allow (TN0215): why"), Some(Allow { codes: vec!["TN0215"], reason: "why" }));
        assert_eq!(Allow::parse("allow(TN0215)"), Some(Allow { codes: vec!["TN0215"], reason: "" }));
    }

    #[test]
    fn refuses_everything_else() {
        for content in ["", "alow(TN0215) x", "allow TN0215 x", "allow() x", "allow(TN0215,) x", "allow(TN0215 x"] {
            assert_eq!(Allow::parse(content), None, "{content}");
        }
    }
}
