//! The demo's table of expected against seen.

use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const HEAD: Style = Style::new().bold();

/// One row of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What the request shows.
    pub name: String,
    /// The gateway that it reached.
    pub at: String,
    /// What had to become of it.
    pub expected: String,
    /// What became of it.
    pub seen: String,
    /// Every difference; none means that all is well.
    pub differences: Vec<String>,
}

/// An aligned table with colour, the differences below their rows, and a line that counts.
#[must_use]
pub fn report(outcomes: &[Outcome]) -> String {
    let titles = ["request", "at", "expected", "seen"];
    let cells =
        |outcome: &Outcome| [outcome.name.clone(), outcome.at.clone(), outcome.expected.clone(), outcome.seen.clone()];
    let mut widths = titles.map(str::len);
    for outcome in outcomes {
        for (width, cell) in widths.iter_mut().zip(cells(outcome)) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[String]| -> String {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{HEAD}    {}{HEAD:#}", line(&titles.map(str::to_owned)));
    for outcome in outcomes {
        let (style, mark) = if outcome.differences.is_empty() { (GOOD, "ok") } else { (BAD, "!!") };
        let _ = writeln!(out, "{style}{mark}{style:#}  {}", line(&cells(outcome)));
        for difference in &outcome.differences {
            let _ = writeln!(out, "      {BAD}{difference}{BAD:#}");
        }
    }
    let wrong = outcomes.iter().filter(|outcome| !outcome.differences.is_empty()).count();
    let _ = match wrong {
        0 => write!(out, "\n{GOOD}{} requests, all as expected{GOOD:#}", outcomes.len()),
        _ => write!(out, "\n{BAD}{wrong} of {} requests differ{BAD:#}", outcomes.len()),
    };
    out
}
