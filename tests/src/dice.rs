//! Chance that can be repeated.

use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// A seeded source of choices.
#[derive(Debug)]
pub struct Dice(TestRng);

impl Dice {
    /// The same seed and number give the same choices, whatever else is drawn elsewhere.
    pub fn new(seed: u64, number: u64) -> Self {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..].copy_from_slice(&number.to_le_bytes());
        // An all-zero state would only ever give zeros.
        bytes[15] |= 0x80;
        let mut rng = TestRng::from_seed(RngAlgorithm::XorShift, &bytes);
        for _ in 0..8 {
            rng.next_u64();
        }
        Self(rng)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() % end as u64).expect("below a usize")
    }

    /// True so many times in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// One of them.
    pub fn choose<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// Some of them, in order.
    pub fn some<'a, T>(&mut self, from: &'a [T], percent: usize) -> Vec<&'a T> {
        from.iter().filter(|_| self.chance(percent)).collect()
    }
}
