//! Rules about the size of compiled objects.

mod annotation;
mod estimate;
mod object;

pub use estimate::estimated_size;

use crate::diagnostic::{Diagnostic, Rule};
use crate::source::Span;

/// The rules, in the order of their codes.
pub static RULES: &[&Rule] = &[&object::RULE, &annotation::RULE];

/// What is wrong with the size of a compiled object. `name` is for people, such as `TrafficExtension tenantry-gateway`,
/// `bytes` its size as JSON, and `span` the part of the policy that makes it large.
#[must_use]
pub fn object_size(name: &str, bytes: usize, span: Span) -> Option<Diagnostic> {
    object::check(name, bytes, span).or_else(|| annotation::check(name, bytes, span))
}

/// A size for people.
fn kib(bytes: usize) -> String {
    format!("{} KiB", bytes.div_ceil(1024))
}

#[cfg(test)]
mod tests {
    use super::object_size;
    use crate::source::Span;

    fn code(bytes: usize) -> Option<&'static str> {
        object_size("TrafficExtension a", bytes, Span::default()).map(|it| it.rule.code)
    }

    #[test]
    fn tells_sizes_apart() {
        assert_eq!(code(0), None);
        assert_eq!(code(230 * 1024), None);
        assert_eq!(code(240 * 1024), Some("TN0296"));
        assert_eq!(code(1536 * 1024), Some("TN0296"));
        assert_eq!(code(1536 * 1024 + 1), Some("TN0295"));
    }

    #[test]
    fn names_object_and_size() {
        let found = object_size("TrafficExtension a", 2_000_000, Span::default()).expect("too large");
        assert_eq!(found.message, "TrafficExtension a would be 1954 KiB");
    }
}
