//! How HAProxy spells things.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// A duration in the largest unit that needs no fraction. HAProxy counts in milliseconds.
pub fn time(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    let units = [(3_600_000, "h"), (60_000, "m"), (1_000, "s")];
    match units.iter().find(|(size, _)| milliseconds.is_multiple_of(*size)) {
        Some((size, unit)) => format!("{}{unit}", milliseconds / size),
        None => format!("{milliseconds}ms"),
    }
}

/// An address to listen on.
pub fn address(ip: IpAddr, port: u16) -> String {
    match ip {
        IpAddr::V4(_) => SocketAddr::new(ip, port).to_string(),
        // `::` takes IPv4 as well.
        IpAddr::V6(ip) => format!("ipv6@[{ip}]:{port} v4v6"),
    }
}

/// One word, whatever is in it.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::{quote, time};
    use std::time::Duration;

    #[test]
    fn times_have_no_fraction() {
        let spelled = [3_600_000, 5_400_000, 90_000, 1_500].map(|ms| time(Duration::from_millis(ms)));
        assert_eq!(spelled, ["1h", "90m", "90s", "1500ms"]);
    }

    #[test]
    fn a_quote_ends_no_word() {
        assert_eq!(quote("a 'b' $c"), r"'a '\''b'\'' $c'");
    }
}
