//! Rules into the pages of `docs/diagnostics`.

use crate::diagnostic::Rule;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What stands at the top of every page, so that nobody edits the copy.
const NOTICE: &str =
    "<!-- Written by `tenantry explain-code --write-docs docs/diagnostics`. Edit the rule's doc comment instead. -->";

/// Every page by file name: one per rule, and `index.md`.
#[must_use]
pub fn pages(rules: &[&Rule]) -> BTreeMap<String, String> {
    let page = |rule: &&Rule| (format!("{}.md", rule.code), page(rule));
    rules.iter().map(page).chain([("index.md".to_owned(), index(rules))]).collect()
}

fn page(rule: &Rule) -> String {
    let Rule { code, name, severity, summary, .. } = rule;
    format!("{NOTICE}\n\n# {code}: {name}\n\n**{}**: {summary}.\n\n{}", severity.as_str(), rule.docs())
}

fn index(rules: &[&Rule]) -> String {
    let mut text = format!(
        "{NOTICE}\n\n# Diagnostics\n\n\
         What `tenantry` can say about a policy. [How to read and suppress it](README.md).\n\n\
         | code | severity | name | what it finds |\n|---|---|---|---|\n"
    );
    for Rule { code, name, severity, summary, .. } in rules {
        let _ = writeln!(text, "| [{code}]({code}.md) | {} | {name} | {summary} |", severity.as_str());
    }
    text
}
