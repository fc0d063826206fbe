//! Durations, kept as days, seconds and microseconds like `timedelta` keeps them.

use std::fmt::{self, Write as _};

use crate::failure::{Failure, Result};

/// Largest magnitude of a duration's days.
pub const MAX_DELTA_DAYS: i32 = 999_999_999;

const MICROSECONDS_PER_DAY: i128 = 86_400_000_000;

/// A normalised duration: 0 ≤ seconds < 86400 and 0 ≤ microseconds < 10⁶. `Display` is `str()`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Delta {
    pub days: i32,
    pub seconds: i32,
    pub microseconds: i32,
}

fn too_large() -> Failure {
    Failure::overflow("Python int too large to convert to C int")
}

impl Delta {
    /// From any number of days, seconds and microseconds.
    pub fn new(days: i64, seconds: i64, microseconds: i64) -> Result<Delta> {
        Delta::from_microseconds(
            i128::from(days) * MICROSECONDS_PER_DAY + i128::from(seconds) * 1_000_000 + i128::from(microseconds),
        )
    }

    pub fn from_microseconds(total: i128) -> Result<Delta> {
        let days = i32::try_from(total.div_euclid(MICROSECONDS_PER_DAY)).map_err(|_| too_large())?;
        let rest = total.rem_euclid(MICROSECONDS_PER_DAY);
        if !(-MAX_DELTA_DAYS..=MAX_DELTA_DAYS).contains(&days) {
            return Err(Failure::overflow(format!("days={days}; must have magnitude <= {MAX_DELTA_DAYS}")));
        }
        Ok(Delta { days, seconds: (rest / 1_000_000) as i32, microseconds: (rest % 1_000_000) as i32 })
    }

    /// The exact length in microseconds.
    pub fn to_microseconds(self) -> i128 {
        i128::from(self.days) * MICROSECONDS_PER_DAY
            + i128::from(self.seconds) * 1_000_000
            + i128::from(self.microseconds)
    }

    /// The length in seconds, correctly rounded.
    pub fn total_seconds(self) -> f64 {
        let total = self.to_microseconds();
        let sign = if total < 0 { "-" } else { "" };
        let magnitude = total.unsigned_abs();
        // Reading a decimal rounds once, where dividing converted numbers would round twice.
        let text = format!("{sign}{}.{:06}", magnitude / 1_000_000, magnitude % 1_000_000);
        // A zero duration is plain zero.
        text.parse::<f64>().unwrap_or(0.0) + 0.0
    }

    /// The arguments in `repr()`: `days=1, seconds=2`, or `0`.
    pub fn repr_arguments(self) -> String {
        let mut out = String::new();
        for (name, value) in [("days", self.days), ("seconds", self.seconds), ("microseconds", self.microseconds)] {
            if value != 0 {
                let separator = if out.is_empty() { "" } else { ", " };
                let _ = write!(out, "{separator}{name}={value}");
            }
        }
        if out.is_empty() { "0".to_owned() } else { out }
    }
}

impl fmt::Display for Delta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.days != 0 {
            write!(f, "{} day{}, ", self.days, if self.days.abs() == 1 { "" } else { "s" })?;
        }
        let (minutes, second) = (self.seconds / 60, self.seconds % 60);
        write!(f, "{}:{:02}:{second:02}", minutes / 60, minutes % 60)?;
        if self.microseconds != 0 {
            write!(f, ".{:06}", self.microseconds)?;
        }
        Ok(())
    }
}

/// Adds up the arguments of `timedelta()`, which may be integers and floats in any unit.
///
/// Whole parts are added exactly; the fractions of floats are added as floats and rounded once at the end, so
/// arguments must be added in the constructor's own order: microseconds, milliseconds, seconds, minutes, hours, days,
/// weeks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accumulator {
    total: i128,
    leftover: f64,
}

impl Accumulator {
    /// Add `value` units of `factor` microseconds. Values of more than 80 bits make the sum too large anyway.
    pub fn add_int(&mut self, value: i128, factor: i64) -> Result<()> {
        if value.unsigned_abs() >> 80 != 0 {
            return Err(too_large());
        }
        self.total += value * i128::from(factor);
        Ok(())
    }

    pub fn add_float(&mut self, value: f64, factor: i64) -> Result<()> {
        if value.is_nan() {
            return Err(Failure::value("cannot convert float NaN to integer"));
        }
        if value.is_infinite() {
            return Err(Failure::overflow("cannot convert float infinity to integer"));
        }
        if value.abs() >= 1e25 {
            return Err(too_large());
        }
        self.total += value.trunc() as i128 * i128::from(factor);
        let product = factor as f64 * (value - value.trunc());
        self.total += product.trunc() as i128;
        self.leftover += product - product.trunc();
        Ok(())
    }

    pub fn finish(self) -> Result<Delta> {
        let mut total = self.total;
        if self.leftover != 0.0 {
            let mut whole = self.leftover.round();
            if (whole - self.leftover).abs() == 0.5 {
                // Halfway: the sum becomes even.
                let odd = (total & 1) as f64;
                whole = 2.0 * ((self.leftover + odd) * 0.5).round() - odd;
            }
            total += whole as i128;
        }
        Delta::from_microseconds(total)
    }
}
