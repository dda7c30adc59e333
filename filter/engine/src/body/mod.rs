//! Binds a JSON body to the tenant: every pointer of the policy that is present must hold the tenant.
//!
//! The body comes in chunks of any split and is never kept. Whatever a lenient parser behind the gateway
//! could read a tenant from is read here: repeated keys must all agree, keys match without regard to case (as
//! in Go's `encoding/json`), escapes are decoded first, a byte order mark is skipped, and a body that starts like
//! an object is checked whatever its content type says.

mod applies;
mod bind;
mod trail;

pub use applies::{Applies, applies};
pub use bind::{Binder, BodyKind, Progress};

use crate::code::Code;
use crate::json::Malformed;

impl From<Malformed> for Code {
    fn from(_: Malformed) -> Self {
        Self::BodyMalformed
    }
}

/// Folds a character as the most lenient comparison of keys does: ASCII letters, the two other characters whose
/// simple case folding is an ASCII letter (Go's `encoding/json`), and the two forms of `i` that Java's
/// `equalsIgnoreCase` takes for one.
pub(crate) fn fold(char: char) -> char {
    match char {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        '\u{130}' | '\u{131}' => 'i',
        _ => char.to_ascii_lowercase(),
    }
}
