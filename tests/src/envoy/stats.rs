//! Envoy's statistics.

use std::collections::BTreeMap;

/// Counters and gauges by name.
#[derive(Clone, Debug, Default)]
pub struct Stats(BTreeMap<String, u64>);

impl Stats {
    /// Reads the text form of `/stats`; histograms are left out.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let pairs = text.lines().filter_map(|line| line.rsplit_once(": "));
        Self(pairs.filter_map(|(name, value)| Some((name.to_owned(), value.trim().parse().ok()?))).collect())
    }

    /// One statistic; 0 when Envoy does not have it yet.
    #[must_use]
    pub fn get(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or(0)
    }

    /// Every name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The sum over every name that contains all of `parts`.
    #[must_use]
    pub fn sum(&self, parts: &[&str]) -> u64 {
        self.0.iter().filter(|(name, _)| parts.iter().all(|part| name.contains(part))).map(|(_, value)| value).sum()
    }
}
