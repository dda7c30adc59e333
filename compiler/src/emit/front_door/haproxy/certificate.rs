//! Where HAProxy finds the key of the certificate.
//!
//! Only since 3.0 can a configuration name it. Before, it is in the certificate's file or beside it: `FILE.key`, or
//! `NAME.key` for `NAME.crt`.

use crate::plan::door::DoorPlan;

/// The section of certificates that have a key elsewhere.
const STORE: &str = "_door";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    /// In the certificate's file, or in `FILE.key`.
    Beside,
    /// In `NAME.key` for `NAME.crt`.
    Instead,
    /// Somewhere else.
    Elsewhere,
}

fn key(plan: &DoorPlan) -> Key {
    find(&plan.certificate, &plan.key)
}

fn find(certificate: &str, key: &str) -> Key {
    if key == certificate || key == format!("{certificate}.key") {
        Key::Beside
    } else if certificate.strip_suffix(".crt").is_some_and(|name| key == format!("{name}.key")) {
        Key::Instead
    } else {
        Key::Elsewhere
    }
}

/// What to know about it at the head of the configuration.
pub fn note(plan: &DoorPlan) -> String {
    match key(plan) {
        Key::Beside | Key::Instead => String::new(),
        Key::Elsewhere => format!(
            "#
# HAProxy reads the key from {} since version 3.0. Older ones look for it at {}.key, so make that
# a link to it.
",
            plan.key, plan.certificate
        ),
    }
}

/// The global setting that finds it.
pub fn setting(plan: &DoorPlan) -> &'static str {
    match key(plan) {
        Key::Instead => "    # The key of NAME.crt is in NAME.key.\n    ssl-load-extra-del-ext\n",
        Key::Beside | Key::Elsewhere => "",
    }
}

/// The section that names it.
pub fn store(plan: &DoorPlan) -> String {
    match key(plan) {
        Key::Beside | Key::Instead => String::new(),
        Key::Elsewhere => format!(
            ".if version_atleast(3.0.0)
crt-store {STORE}
    load crt {} key {} alias served
.endif
",
            plan.certificate, plan.key
        ),
    }
}

/// The line that binds `address` with the certificate.
pub fn bind(plan: &DoorPlan, address: &str) -> String {
    let bind = |certificate: &str| format!("    bind {address} ssl crt {certificate} alpn h2,http/1.1\n");
    match key(plan) {
        Key::Beside | Key::Instead => bind(&plan.certificate),
        Key::Elsewhere => format!(
            ".if version_atleast(3.0.0)\n{}.else\n{}.endif\n",
            bind(&format!("@{STORE}/served")),
            bind(&plan.certificate)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, find};

    #[test]
    fn the_key_is_where_haproxy_looks_for_it_or_is_named() {
        assert_eq!(find("/c/tls.crt", "/c/tls.key"), Key::Instead);
        assert_eq!(find("/c/both.pem", "/c/both.pem"), Key::Beside);
        assert_eq!(find("/c/tls.crt", "/c/tls.crt.key"), Key::Beside);
        assert_eq!(find("/c/fullchain.pem", "/c/privkey.pem"), Key::Elsewhere);
        assert_eq!(find("/c/tls.crt", "/k/tls.key"), Key::Elsewhere);
    }
}
