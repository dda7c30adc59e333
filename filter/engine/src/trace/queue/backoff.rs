//! How long to wait before sending again.

const NANOS_PER_SECOND: u64 = 1_000_000_000;
/// The first wait is half of this to all of it, the next one twice that.
const FIRST: u64 = 2 * NANOS_PER_SECOND;
const LONGEST: u64 = 30 * NANOS_PER_SECOND;

/// Exponential backoff with jitter, so that the workers of all proxies do not come back at once: 1 to 2 seconds, 2 to 4, and
/// so on up to 15 to 30.
#[derive(Clone, Debug)]
pub(super) struct Backoff {
    failures: u32,
    random: u64,
}

impl Backoff {
    pub(super) const fn new(seed: u64) -> Self {
        Self { failures: 0, random: seed }
    }

    pub(super) const fn reset(&mut self) {
        self.failures = 0;
    }

    /// Nanoseconds to wait after one more failure.
    pub(super) fn wait(&mut self) -> u64 {
        let longest = FIRST.checked_shl(self.failures.min(8)).unwrap_or(LONGEST).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        longest / 2 + self.next() % (longest / 2 + 1)
    }

    /// SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>), which takes any seed.
    const fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
