//! Counting tests from what test binaries print.

use std::ops::AddAssign;

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u32,
    pub failed: u32,
}

impl Tally {
    /// One thing that passed.
    pub const PASSED: Self = Self { passed: 1, failed: 0 };
    /// One thing that failed.
    pub const FAILED: Self = Self { passed: 0, failed: 1 };

    /// Reads the line with which a test binary ends, such as
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s`.
    ///
    /// An ignored test counts as failed: nothing here is skipped quietly.
    pub fn from_line(line: &str) -> Option<Self> {
        let (_, counts) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
        let count = |what: &str| -> u32 {
            let found = counts.split("; ").find_map(|part| part.strip_suffix(what));
            found.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
        };
        Some(Self { passed: count("passed"), failed: count("failed") + count("ignored") })
    }

    /// Whether anything ran and nothing failed.
    pub fn is_good(self) -> bool {
        self.passed > 0 && self.failed == 0
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn reads_the_last_line_of_a_test_binary() {
        let line = "test result: ok. 31 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.01s";
        assert_eq!(Tally::from_line(line), Some(Tally { passed: 31, failed: 0 }));
        let line = "test result: FAILED. 30 passed; 2 failed; 0 ignored; 0 filtered out";
        assert_eq!(Tally::from_line(line), Some(Tally { passed: 30, failed: 2 }));
    }

    #[test]
    fn an_ignored_test_is_a_failure() {
        let line = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(Tally::from_line(line), Some(Tally { passed: 3, failed: 1 }));
    }

    #[test]
    fn other_lines_count_for_nothing() {
        for line in ["", "running 3 tests", "test result", "test a ... ok", "the test result: ok. 3 passed"] {
            assert_eq!(Tally::from_line(line), None, "{line}");
        }
    }

    #[test]
    fn nothing_run_is_not_good() {
        assert!(!Tally::default().is_good());
        assert!(Tally::PASSED.is_good());
        assert!(!Tally { passed: 5, failed: 1 }.is_good());
    }
}
