//! What a plain scalar is to YAML 1.2, and where YAML 1.1 readers see something else.

/// What a plain (unquoted) scalar stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
    /// Text to every reader.
    Text,
    /// Nothing: empty, `~` or `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A decimal whole number.
    Integer,
    /// Any other number.
    Number,
    /// Something that readers disagree on. Holds what YAML 1.1 makes of it.
    Trap(String),
}

/// Classifies a plain scalar.
#[must_use]
pub fn classify(text: &str) -> Class {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Class::Null,
        "true" | "True" | "TRUE" => return Class::Flag(true),
        "false" | "False" | "FALSE" => return Class::Flag(false),
        _ => {}
    }
    if let Some(value) = flag_1_1(text) {
        return Class::Trap(format!("the boolean `{value}`"));
    }
    // Numbers and dates start with one of these; most names do not.
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) {
        return Class::Text;
    }
    number(text)
}

/// What YAML 1.1 reads as a boolean beyond `true` and `false`.
#[must_use]
pub fn flag_1_1(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

fn number(text: &str) -> Class {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let all = |text: &str, radix: u32| !text.is_empty() && text.chars().all(|char| char.is_digit(radix));
    if all(digits, 10) {
        return leading_zero(digits).map_or(Class::Integer, Class::Trap);
    }
    if digits.strip_prefix("0x").is_some_and(|rest| all(rest, 16)) {
        return Class::Number;
    }
    if digits.strip_prefix("0o").is_some_and(|rest| all(rest, 8)) {
        return Class::Number;
    }
    if digits.strip_prefix("0b").is_some_and(|rest| all(rest, 2)) {
        return Class::Trap("a binary number".to_owned());
    }
    if matches!(digits, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Class::Number;
    }
    if digits.contains('_') && digits.starts_with(|c: char| c.is_ascii_digit()) {
        let plain: String = digits.chars().filter(|char| *char != '_').collect();
        if decimal(&plain) {
            return Class::Trap(format!("the number `{plain}`"));
        }
    }
    if let Some(value) = sexagesimal(digits) {
        return Class::Trap(format!("the number `{value}` (base 60)"));
    }
    if date(text) {
        return Class::Trap("a date".to_owned());
    }
    if decimal(digits) { Class::Number } else { Class::Text }
}

/// `0123` is octal to YAML 1.1 and decimal to YAML 1.2.
fn leading_zero(digits: &str) -> Option<String> {
    if digits.len() < 2 || !digits.starts_with('0') {
        return None;
    }
    Some(
        u64::from_str_radix(digits, 8)
            .map_or_else(|_| "text".to_owned(), |value| format!("the number `{value}` (octal)")),
    )
}

/// Digits, at most one point, and perhaps an exponent.
fn decimal(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole)
        && digits(part)
        && !(whole.is_empty() && part.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

/// `12:30` is 750 to YAML 1.1: digits in base 60.
fn sexagesimal(text: &str) -> Option<u64> {
    let (first, rest) = text.split_once(':')?;
    let mut value: u64 = first.parse().ok()?;
    for digit in rest.split(':') {
        let digit: u64 = digit.parse().ok().filter(|digit| *digit < 60)?;
        value = value.checked_mul(60)?.checked_add(digit)?;
    }
    Some(value)
}

/// `2026-11-22`, perhaps with a time.
fn date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let end = rest.find(['T', 't', ' ']).unwrap_or(rest.len());
    digits(year, 4..=4) && digits(month, 1..=2) && digits(&rest[..end], 1..=2)
}
