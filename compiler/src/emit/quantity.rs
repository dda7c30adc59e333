//! Durations and percentages as Istio spells them.

use serde_json::Number;
use std::time::Duration;

/// Whole seconds where exact (`10s`), else milliseconds (`1500ms`).
pub fn duration(time: Duration) -> String {
    if time.subsec_nanos() == 0 { format!("{}s", time.as_secs()) } else { format!("{}ms", time.as_millis().max(1)) }
}

/// Hundredths of a percent as a percentage, whole where that is exact.
pub fn percent(hundredths: u32) -> Number {
    let whole = Number::from(hundredths / 100);
    if hundredths.is_multiple_of(100) {
        whole
    } else {
        Number::from_f64(f64::from(hundredths) / 100.0).unwrap_or(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_a_person_writes_them() {
        assert_eq!(duration(Duration::from_secs(0)), "0s");
        assert_eq!(duration(Duration::from_secs(90)), "90s");
        assert_eq!(duration(Duration::from_millis(1500)), "1500ms");
        assert_eq!(duration(Duration::from_micros(20)), "1ms", "Istio refuses less than a millisecond");
    }

    #[test]
    fn percentages_keep_hundredths() {
        assert_eq!(percent(1_234).to_string(), "12.34");
        assert_eq!(percent(10_000).to_string(), "100");
    }
}
