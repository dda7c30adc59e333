//! An explanation for a person to read.

use super::{Asked, Explanation};
use crate::render::verdict;
use anstyle::Style;
use std::fmt::Write as _;

const FAINT: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();

/// Several lines with colour; the caller takes the colour out where it is not wanted.
#[must_use]
pub fn human(asked: &Asked, explanation: &Explanation) -> String {
    let mut out = String::new();
    let style = verdict::style(&explanation.verdict);
    let status = explanation.status.map(|status| format!(" {status}")).unwrap_or_default();
    let code = explanation.code.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{style}{}{status}{code}{style:#}  {asked}\n", explanation.verdict);
    let path =
        asked.path().filter(|path| *path != asked.target).map(|path| format!("{path} (after Envoy's normalisation)"));
    let facts = [
        ("path", path),
        ("tenant", explanation.tenant.clone()),
        ("cluster", explanation.cluster.clone()),
        ("route", explanation.route.clone()),
        ("service", explanation.service.clone()),
        ("release", explanation.release.clone()),
    ];
    for (name, value) in facts.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        let _ = writeln!(out, "  {name:<8} {value}");
    }
    for (index, (name, value)) in explanation.set.iter().enumerate() {
        let label = if index == 0 { "set" } else { "" };
        let _ = writeln!(out, "  {label:<8} {name}: {value}");
    }
    for (index, name) in explanation.remove.iter().enumerate() {
        let label = if index == 0 { "remove" } else { "" };
        let _ = writeln!(out, "  {label:<8} {name}");
    }
    let _ = writeln!(out, "\n{STRONG}why{STRONG:#}");
    for (number, why) in explanation.why.iter().enumerate() {
        let _ = writeln!(out, "  {}. {}", number + 1, why.text);
        if let Some(line) = &why.policy {
            let _ = writeln!(out, "     {FAINT}{}:{}{FAINT:#}  {}", line.file, line.line, line.text);
        }
    }
    out.truncate(out.trim_end().len());
    out
}
