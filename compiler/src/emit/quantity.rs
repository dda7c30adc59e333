//! Durations and percentages as Istio spells them.

use std::time::Duration;

/// Whole seconds where exact (`10s`), else milliseconds (`1500ms`).
pub fn duration(time: Duration) -> String {
    if time.subsec_nanos() == 0 { format!("{}s", time.as_secs()) } else { format!("{}ms", time.as_millis().max(1)) }
}

/// Hundredths of a percent as a percentage.
pub fn percent(hundredths: u32) -> f64 {
    f64::from(hundredths) / 100.0
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
        assert!((percent(12_34) - 12.34).abs() < 1e-9);
    }
}
