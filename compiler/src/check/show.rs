//! How values are written in messages.

/// All of something, in hundredths of a percent.
pub const WHOLE: u32 = 10_000;

/// Hundredths of a percent as a person writes them: `12.5%`.
pub fn percent(hundredths: u64) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}
