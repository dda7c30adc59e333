//! Shares and sizes.

use crate::diagnostic::clip;
use crate::resolve::form::{Form, Text, number};
use crate::resolve::reader::{Problem, Reader};
use crate::resolve::shape::{NumberShape, Shape, TextShape};
use crate::syntax::{Kind, Node};

/// A share such as `12.5%`, read into hundredths of a percent.
#[derive(Debug)]
pub struct Percent;

impl Text for Percent {
    type Value = u32;
    const SHAPE: TextShape = TextShape {
        noun: "a percentage such as `50%`",
        pattern: Some(r"^(100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?)%$"),
        longest: Some(8),
        examples: &["50%", "12.5%"],
    };

    fn parse(text: &str) -> Result<u32, Problem> {
        let bad = || {
            Problem::new(format!("is no percentage: `{}`", clip(text)))
                .help("write a number from 0 to 100 with at most two decimals, as in `50%` or `12.5%`")
        };
        let number = text.strip_suffix('%').ok_or_else(bad)?;
        let whole = number.split('.').next().unwrap_or_default();
        let share = decimal(number, 2).filter(|share| *share <= 10_000 && whole.len() <= 3).ok_or_else(bad)?;
        if whole.len() == 3 && whole.starts_with('0') {
            return Err(bad());
        }
        u32::try_from(share).map_err(|_| bad())
    }

    fn instead_of_number(number: &str) -> Option<String> {
        Some(format!("add the percent sign: `{number}%`"))
    }
}

/// A share in whole percent, as Envoy takes it.
#[derive(Debug)]
pub struct WholePercent;

impl Text for WholePercent {
    type Value = u32;
    const SHAPE: TextShape = TextShape {
        noun: "a whole percentage such as `50%`",
        pattern: Some("^(100|[0-9]{1,2})%$"),
        longest: Some(4),
        examples: &["50%"],
    };

    fn parse(text: &str) -> Result<u32, Problem> {
        match Percent::parse(text)? {
            _ if text.contains('.') => Err(Problem::new(format!("has to be a whole percentage, not `{text}`"))
                .help("Envoy takes no fractions here")),
            hundredths => Ok(hundredths / 100),
        }
    }

    fn instead_of_number(number: &str) -> Option<String> {
        Percent::instead_of_number(number)
    }
}

/// A release's share: a whole number of percent, or a percentage; read into hundredths of a percent.
#[derive(Debug)]
pub struct Weight;

impl Weight {
    const SHAPE: NumberShape = NumberShape { noun: "a weight", least: 0, greatest: 100 };
}

impl Form for Weight {
    type Value = u32;

    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<u32> {
        match &node.kind {
            Kind::Scalar(scalar) if scalar.text.ends_with('%') => Percent::read(node, reader),
            _ => u32::try_from(number(node, reader, Self::SHAPE)? * 100).ok(),
        }
    }

    fn shape() -> Shape {
        Shape::Either(vec![Shape::Number(Self::SHAPE), Percent::shape()])
    }
}

/// Digits, perhaps with a point and up to `places` decimals, as a whole number of the last place.
pub fn decimal(text: &str, places: usize) -> Option<u64> {
    let (whole, part) = text.split_once('.').map_or((text, None), |(whole, part)| (whole, Some(part)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || part.is_some_and(|part| !digits(part) || part.len() > places) {
        return None;
    }
    let padded = format!("{whole}{:0<places$}", part.unwrap_or_default());
    padded.parse().ok()
}

/// A Kubernetes quantity of storage, kept as written.
#[derive(Debug)]
pub struct Quantity;

impl Text for Quantity {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "a size such as `10Gi`",
        pattern: Some("^[1-9][0-9]*(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)$"),
        longest: Some(16),
        examples: &["10Gi"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let (number, _) = size(text).ok_or_else(|| not_a_size(text))?;
        if number == 0 || text.starts_with('0') {
            return Err(Problem::new("has to be more than zero, without leading zeros"));
        }
        Ok(text.to_owned())
    }

    fn instead_of_number(number: &str) -> Option<String> {
        Some(format!("give it a unit: `{number}Gi`"))
    }
}

/// A limit in bytes, such as `64Ki`: at most so many MiB.
#[derive(Debug)]
pub struct ByteLimit<const MEBIBYTES: u32>;

impl<const MEBIBYTES: u32> Text for ByteLimit<MEBIBYTES> {
    type Value = u32;
    const SHAPE: TextShape = TextShape {
        noun: "a size such as `1Mi`",
        pattern: Some("^[1-9][0-9]*(Ki|Mi|k|M)$"),
        longest: Some(16),
        examples: &["1Mi", "64Ki"],
    };

    fn parse(text: &str) -> Result<u32, Problem> {
        let (number, unit) = size(text).ok_or_else(|| not_a_size(text))?;
        let most = u64::from(MEBIBYTES) << 20;
        let bytes = number.checked_mul(unit).filter(|bytes| (1..=most).contains(bytes) && !text.starts_with('0'));
        let bytes = bytes.and_then(|bytes| u32::try_from(bytes).ok());
        bytes.ok_or_else(|| {
            Problem::new(format!("has to be more than zero and at most `{MEBIBYTES}Mi`, not `{text}`"))
                .help("the filter holds so much in memory")
        })
    }

    fn instead_of_number(_number: &str) -> Option<String> {
        Some("give it a unit: `Ki` or `Mi`".to_owned())
    }
}

/// The number and the unit of `10Gi`.
fn size(text: &str) -> Option<(u64, u64)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "k" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "T" => 1_000_000_000_000,
        "P" => 1_000_000_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        "Ti" => 1 << 40,
        "Pi" => 1 << 50,
        _ => return None,
    };
    Some((number.parse().ok()?, unit))
}

fn not_a_size(text: &str) -> Problem {
    Problem::new(format!("is no size: `{}`", clip(text)))
        .help("write a whole number with a unit: `Ki`, `Mi`, `Gi`, or `k`, `M`, `G`")
}
