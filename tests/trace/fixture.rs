//! What the tests of this tier share: one Phoenix for all that need none of their own.

use std::sync::LazyLock;
use tenantry_tests::phoenix::Phoenix;

/// The Phoenix that most tests share. Each test has projects of its own in it.
///
/// # Panics
/// When Phoenix is not installed or does not start, saying what to do.
pub fn phoenix() -> &'static Phoenix {
    // It ends with this process, which is how long its standard input stays open.
    static SHARED: LazyLock<Phoenix> = LazyLock::new(|| Phoenix::start().unwrap_or_else(|error| panic!("{error}")));
    &SHARED
}

/// A random trace or span id.
pub fn id<const BYTES: usize>() -> [u8; BYTES] {
    let mut id = [0; BYTES];
    getrandom::fill(&mut id).expect("the system has randomness");
    id
}
