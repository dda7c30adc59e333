//! Names that AWS takes: at most 32 letters, digits and hyphens.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The longest name of a load balancer or a target group.
const LONGEST: usize = 32;

/// The first hexadecimal digits of a text's digest.
pub fn digest(text: &str, digits: usize) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex.truncate(digits);
    hex
}

/// The name of the load balancer.
pub fn balancer(policy: &str) -> String {
    let name = format!("tenantry-{policy}");
    if name.len() <= LONGEST { name } else { marked(&name, &digest(policy, 8)) }
}

/// A name that is cut where it is too long, with a mark that tells it from others.
pub fn marked(name: &str, mark: &str) -> String {
    let room = LONGEST - mark.len() - 1;
    let head: String = name.chars().take(room).collect();
    format!("{}-{mark}", head.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::{balancer, marked};

    #[test]
    fn names_fit() {
        assert_eq!(balancer("cogniverse"), "tenantry-cogniverse");
        let long = balancer(&"a".repeat(63));
        assert_eq!(long.len(), 32);
        assert_ne!(long, balancer(&"a".repeat(62)));
        assert_eq!(marked("eu-http", "0123abcd"), "eu-http-0123abcd");
        assert_eq!(marked("a-very-long-name-of-a-x-cluster", "0123abcd"), "a-very-long-name-of-a-x-0123abcd");
    }
}
