//! Durations and rates.

use crate::diagnostic::clip;
use crate::resolve::form::Text;
use crate::resolve::reader::Problem;
use crate::resolve::shape::TextShape;
use std::time::Duration;

/// The longest duration: a day. Envoy takes longer ones, but none is meant in a policy.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A duration such as `10s`, `250ms` or `1m30s`.
#[derive(Debug)]
pub struct Timespan;

impl Text for Timespan {
    type Value = Duration;
    const SHAPE: TextShape = TextShape {
        noun: "a duration such as `10s`",
        pattern: Some("^([0-9]+(ms|s|m|h))+$"),
        longest: Some(32),
        examples: &["10s", "250ms", "1m30s"],
    };

    fn parse(text: &str) -> Result<Duration, Problem> {
        let total = sum(text)?;
        if total.is_zero() {
            return Err(Problem::new("has to be longer than zero").help("leave the field out for no limit of its own"));
        }
        if total > LONGEST {
            return Err(Problem::new(format!("is longer than a day: `{text}`")).help("write at most `24h`"));
        }
        Ok(total)
    }

    fn instead_of_number(number: &str) -> Option<String> {
        Some(format!("give it a unit: `{number}s` for seconds, `{number}ms` for milliseconds"))
    }
}

/// Adds up `1m30s`.
fn sum(text: &str) -> Result<Duration, Problem> {
    let bad = || {
        Problem::new(format!("is no duration: `{}`", clip(text)))
            .help("write whole numbers with the units `ms`, `s`, `m` or `h`, as in `10s` or `1m30s`")
    };
    let mut rest = text;
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return Err(bad());
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at(digits);
        let number: u64 = number.parse().map_err(|_| bad())?;
        let letters = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, tail) = tail.split_at(letters);
        let millis = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return Err(bad()),
        };
        let part = number.checked_mul(millis).map(Duration::from_millis).ok_or_else(bad)?;
        total = total.checked_add(part).ok_or_else(bad)?;
        rest = tail;
    }
    Ok(total)
}

/// A duration, or `none` for a request that may last for ever.
#[derive(Debug)]
pub struct RouteTimeout;

impl Text for RouteTimeout {
    type Value = Duration;
    const SHAPE: TextShape = TextShape {
        noun: "a duration such as `10s`, or `none`",
        pattern: Some("^(none|([0-9]+(ms|s|m|h))+)$"),
        longest: Some(32),
        examples: &["30s", "none"],
    };

    fn parse(text: &str) -> Result<Duration, Problem> {
        if text == "none" { Ok(Duration::ZERO) } else { Timespan::parse(text) }
    }

    fn instead_of_number(number: &str) -> Option<String> {
        Timespan::instead_of_number(number)
    }
}

/// Requests per time, such as `50/s` or `3000/m`; read into requests per 1,000 seconds.
#[derive(Debug)]
pub struct Rate;

/// The highest rate, in requests per 1,000 seconds: a million a second.
const HIGHEST: u64 = 1_000_000_000;

impl Text for Rate {
    type Value = u64;
    const SHAPE: TextShape = TextShape {
        noun: "a rate such as `50/s`",
        pattern: Some(r"^[0-9]+(\.[0-9]{1,3})?/[smh]$"),
        longest: Some(24),
        examples: &["50/s", "3000/m", "0.5/s"],
    };

    fn parse(text: &str) -> Result<u64, Problem> {
        let bad = || {
            Problem::new(format!("is no rate: `{}`", clip(text)))
                .help("write requests per second, minute or hour, as in `50/s`, `3000/m` or `0.5/s`")
        };
        let (number, unit) = text.split_once('/').ok_or_else(bad)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            _ => return Err(bad()),
        };
        let thousandths = super::amount::decimal(number, 3).ok_or_else(bad)?;
        // Thousandths of a request per unit are requests per 1,000 units.
        let millirate = (thousandths + seconds / 2) / seconds;
        match millirate {
            0 if thousandths == 0 => {
                Err(Problem::new("has to be more than zero").help("to turn tenants away, set `status: suspended`"))
            }
            0 => Err(Problem::new(format!("is less than one request in 1,000 seconds: `{text}`"))),
            millirate if millirate > HIGHEST => {
                Err(Problem::new(format!("is more than a million requests a second: `{text}`"))
                    .help("leave `rate` out for no limit"))
            }
            millirate => Ok(millirate),
        }
    }

    fn instead_of_number(number: &str) -> Option<String> {
        Some(format!("say per what: `{number}/s`"))
    }
}
