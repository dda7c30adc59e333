//! The attributes of spans for people, as Markdown.

use std::fmt::Write as _;
use tenantry_engine::trace::attributes::{Attribute, Kind, Mode, RESOURCE, SPAN};

/// What the page says before its tables.
const INTRODUCTION: &str = include_str!("attributes.md");

/// The whole page.
#[must_use]
pub fn attributes() -> String {
    let mut page = INTRODUCTION.to_owned();
    section(&mut page, "The span", "", SPAN);
    section(&mut page, "The resource", "Phoenix reads the project from it and drops the rest.\n\n", RESOURCE);
    page
}

fn section(page: &mut String, title: &str, more: &str, attributes: &[&Attribute]) {
    // Writing to a string cannot fail.
    let _ = write!(page, "\n## {title}\n\n{more}");
    page.push_str("| attribute | type | mode | meaning | from | when |\n|---|---|---|---|---|---|\n");
    for Attribute { key, kind, meaning, source, when, mode } in attributes {
        let name = if *kind == Kind::StringsByName { "NAME" } else { "" };
        let mode = match mode {
            Mode::Both => "both",
            Mode::PerTenant => "per-tenant",
        };
        let _ = writeln!(page, "| `{key}{name}` | {} | {mode} | {meaning} | {source} | {when} |", kind.as_str());
    }
}
