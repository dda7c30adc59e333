//! The colours of decisions.

use anstyle::{AnsiColor, Style};

const GOOD: Style = AnsiColor::Green.on_default().bold();
const AWAY: Style = AnsiColor::Cyan.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// The style of a verdict or a whole decision: `allow`, `refuse:CODE`, `forward:CLUSTER`, `redirect:CLUSTER`.
#[must_use]
pub fn style(decision: &str) -> Style {
    match decision {
        "allow" => GOOD,
        _ if decision.starts_with("forward") || decision.starts_with("redirect") => AWAY,
        _ => BAD,
    }
}
