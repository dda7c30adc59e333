//! Integers that travelled as doubles.
//!
//! Istio keeps `pluginConfig` as a protobuf `Struct`, whose only number is a double, and prints it back as
//! JSON: `50000` may arrive as `50000`, `50000.0` or `5e+04`. All of them are the integer 50,000 here.

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// Every integer up to here has a double of its own.
const EXACT: u64 = 1 << 53;

struct Integral<T>(PhantomData<T>);

impl<T: TryFrom<u64>> Visitor<'_> for Integral<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number that fits {} bits", 8 * size_of::<T>())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        Err(E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        let whole = value.trunc() == value && (0.0..=EXACT as f64).contains(&value);
        if !whole {
            return Err(E::invalid_value(Unexpected::Float(value), &self));
        }
        self.visit_u64(value as u64)
    }
}

/// Reads a whole number, however it is spelled.
pub(crate) fn number<'de, T: TryFrom<u64>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Integral(PhantomData))
}

/// Reads an optional whole number, however it is spelled.
pub(crate) fn optional<'de, T: TryFrom<u64>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    number(deserializer).map(Some)
}
