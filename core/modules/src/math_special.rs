//! Numerical kernels of `math`: gamma by Lanczos' approximation, norms and dot products with compensation, exact sums.
//!
//! Pure functions of floats. CPython documents which algorithms it uses, and results agree to the last bit where its
//! C library has no part in them.

use krait_text::int_float::{compose, decompose};

/// Why a function has no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MathError {
    Domain,
    Range,
}

/// `x * 2**e`, rounded once; infinite on overflow.
pub fn scale(x: f64, e: i64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let (mantissa, exponent) = decompose(x);
    compose(mantissa, i64::from(exponent).saturating_add(e), false).unwrap_or(f64::INFINITY).copysign(x)
}

/// Mantissa in [0.5, 1) and exponent.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let (mantissa, exponent) = decompose(x);
    let bits = 64 - mantissa.leading_zeros() as i32;
    (scale(x, -i64::from(exponent + bits)), exponent + bits)
}

/// The float `steps` representable values from `x` towards `y`.
pub fn next_after(x: f64, y: f64, steps: u64) -> f64 {
    if steps == 0 {
        return x;
    }
    if x.is_nan() {
        return x;
    }
    if y.is_nan() {
        return y;
    }
    if x == y {
        return y;
    }
    // Floats in order are integers in order, once negative ones are mirrored.
    let place = |f: f64| {
        let bits = f.to_bits() as i64;
        i128::from(if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits })
    };
    let (from, to) = (place(x), place(y));
    let distance = i128::from(steps).min((to - from).abs());
    let reached = if to > from { from + distance } else { from - distance };
    if reached == to {
        return y;
    }
    let magnitude = f64::from_bits(reached.unsigned_abs() as u64);
    if reached < 0 || (reached == 0 && x < 0.0) { -magnitude } else { magnitude }
}

/// The inverse hyperbolic functions by way of logarithms that keep small arguments exact.
pub fn acosh(x: f64) -> f64 {
    if x < 1.0 || x.is_nan() {
        f64::NAN
    } else if x > 268_435_456.0 {
        x.ln() + std::f64::consts::LN_2
    } else if x > 2.0 {
        (2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt())).ln()
    } else {
        let t = x - 1.0;
        (t + (2.0 * t + t * t).sqrt()).ln_1p()
    }
}
pub fn asinh(x: f64) -> f64 {
    let size = x.abs();
    let r = if !x.is_finite() || size < 3.73e-9 {
        return x;
    } else if size > 268_435_456.0 {
        size.ln() + std::f64::consts::LN_2
    } else if size > 2.0 {
        (2.0 * size + 1.0 / ((size * size + 1.0).sqrt() + size)).ln()
    } else {
        let t = size * size;
        (size + t / (1.0 + (1.0 + t).sqrt())).ln_1p()
    };
    r.copysign(x)
}
pub fn atanh(x: f64) -> f64 {
    let size = x.abs();
    if size < 3.73e-9 || x.is_nan() {
        return x;
    }
    let t = size + size;
    let r = if size < 0.5 { 0.5 * (t + t * size / (1.0 - size)).ln_1p() } else { 0.5 * (t / (1.0 - size)).ln_1p() };
    r.copysign(x)
}

const LANCZOS_G: f64 = 6.024680040776729583740234375;
const LANCZOS_G_MINUS_HALF: f64 = 5.524680040776729583740234375;
/// Numerator and denominator of the Lanczos sum for 13 terms (Godfrey's coefficients as Boost tabulates them).
#[allow(clippy::excessive_precision, clippy::inconsistent_digit_grouping, reason = "as published")]
const LANCZOS: [(f64, f64); 13] = [
    (23531376880.410759688572007674451636754734846804940, 0.0),
    (42919803642.649098768957899047001988850926355848959, 39916800.0),
    (35711959237.355668049440185451547166705960488635843, 120543840.0),
    (17921034426.037209699919755754458931112671403265390, 150917976.0),
    (6039542586.3520280050642916443072979210699388420708, 105258076.0),
    (1439720407.3117216736632230727949123939715485786372, 45995730.0),
    (248874557.86205415651146038641322942321632125127801, 13339535.0),
    (31426415.585400194380614231628318205362874684987640, 2637558.0),
    (2876370.6289353724412254090516208496135991145378768, 357423.0),
    (186056.26539522349504029498971604569928220784236328, 32670.0),
    (8071.6720023658162106380029022722506138218516325024, 1925.0),
    (210.82427775157934587250973392071336271166969580291, 66.0),
    (2.5066282746310002701649081771338373386264310793408, 1.0),
];

fn lanczos_sum(x: f64) -> f64 {
    let (mut above, mut below) = (0.0, 0.0);
    if x < 5.0 {
        for (a, b) in LANCZOS.iter().rev() {
            above = above * x + a;
            below = below * x + b;
        }
    } else {
        for (a, b) in &LANCZOS {
            above = above / x + a;
            below = below / x + b;
        }
    }
    above / below
}

/// sin(pi * x), exact where it is zero.
fn sin_pi(x: f64) -> f64 {
    use std::f64::consts::PI;
    let y = x.abs() % 2.0;
    let r = match (2.0 * y).round() as i32 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    r * 1.0f64.copysign(x)
}

pub fn gamma(x: f64) -> Result<f64, MathError> {
    if !x.is_finite() {
        return if x.is_nan() || x > 0.0 { Ok(x) } else { Err(MathError::Domain) };
    }
    if x == 0.0 {
        return Err(MathError::Domain);
    }
    if x == x.floor() {
        if x < 0.0 {
            return Err(MathError::Domain);
        }
        if x <= 23.0 {
            // Factorials up to 22! are floats.
            return Ok((1..x as u64).fold(1.0, |product, n| product * n as f64));
        }
    }
    let size = x.abs();
    if size < 1e-20 {
        let r = 1.0 / x;
        return if r.is_infinite() { Err(MathError::Range) } else { Ok(r) };
    }
    if size > 200.0 {
        return if x < 0.0 { Ok(0.0 / sin_pi(x)) } else { Err(MathError::Range) };
    }
    let y = size + LANCZOS_G_MINUS_HALF;
    // The rounding error of y, relative to the power taken of it.
    let error = if size > LANCZOS_G_MINUS_HALF { (y - size) - LANCZOS_G_MINUS_HALF } else { (y - LANCZOS_G_MINUS_HALF) - size };
    let z = error * LANCZOS_G / y;
    let mut r;
    if x < 0.0 {
        r = -std::f64::consts::PI / sin_pi(size) / size * y.exp() / lanczos_sum(size);
        r -= z * r;
        if size < 140.0 {
            r /= y.powf(size - 0.5);
        } else {
            let root = y.powf(size / 2.0 - 0.25);
            r /= root;
            r /= root;
        }
    } else {
        r = lanczos_sum(size) / y.exp();
        r += z * r;
        if size < 140.0 {
            r *= y.powf(size - 0.5);
        } else {
            let root = y.powf(size / 2.0 - 0.25);
            r *= root;
            r *= root;
        }
    }
    if r.is_infinite() { Err(MathError::Range) } else { Ok(r) }
}

/// The natural logarithm of the absolute value of gamma.
pub fn log_gamma(x: f64) -> Result<f64, MathError> {
    const LOG_PI: f64 = 1.144_729_885_849_400_2;
    if !x.is_finite() {
        return Ok(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(MathError::Domain) } else { Ok(0.0) };
    }
    let size = x.abs();
    if size < 1e-20 {
        return Ok(-size.ln());
    }
    let mut r = lanczos_sum(size).ln() - LANCZOS_G;
    r += (size - 0.5) * ((size + LANCZOS_G - 0.5).ln() - 1.0);
    if x < 0.0 {
        r = LOG_PI - sin_pi(size).abs().ln() - size.ln() - r;
    }
    if r.is_infinite() { Err(MathError::Range) } else { Ok(r) }
}

/// Sum and its rounding error.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    let z = x - a;
    (x, (a - (x - z)) + (b - z))
}
/// As `two_sum`, where |a| >= |b|.
fn fast_two_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    (x, (a - x) + b)
}
/// Product and its rounding error.
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let x = a * b;
    (x, a.mul_add(b, -x))
}

/// The Euclidean norm of non-negative numbers whose largest is `max`.
pub fn norm(values: &[f64], max: f64, any_nan: bool) -> f64 {
    if max.is_infinite() {
        return max;
    }
    if any_nan {
        return f64::NAN;
    }
    if max == 0.0 || values.len() <= 1 {
        return max;
    }
    let (_, exponent) = frexp(max);
    if exponent < -1023 {
        // Subnormal: the scale factor itself would overflow.
        let scaled: Vec<f64> = values.iter().map(|v| v / f64::MIN_POSITIVE).collect();
        return f64::MIN_POSITIVE * norm(&scaled, max / f64::MIN_POSITIVE, false);
    }
    let factor = scale(1.0, -i64::from(exponent));
    let (mut sum, mut low1, mut low2) = (1.0, 0.0, 0.0);
    for v in values {
        let x = v * factor;
        let (square, error) = two_product(x, x);
        let (total, rest) = fast_two_sum(sum, square);
        sum = total;
        low1 += error;
        low2 += rest;
    }
    let mut root = (sum - 1.0 + (low1 + low2)).sqrt();
    // One step of Newton's method on the exact residue.
    let (square, error) = two_product(-root, root);
    let (total, rest) = fast_two_sum(sum, square);
    low1 += error;
    low2 += rest;
    let residue = total - 1.0 + (low1 + low2);
    root += residue / (2.0 * root);
    root / factor
}

/// A sum in three floats.
#[derive(Clone, Copy, Default)]
pub struct Triple {
    pub high: f64,
    low: f64,
    tiny: f64,
}

impl Triple {
    /// Adds `x * y`.
    pub fn multiply_add(self, x: f64, y: f64) -> Triple {
        let (product, product_low) = two_product(x, y);
        let (high, error) = two_sum(self.high, product);
        let (low, error1) = two_sum(self.low, product_low);
        let (low, error2) = two_sum(low, error);
        Triple { high, low, tiny: self.tiny + error1 + error2 }
    }
    pub fn value(self) -> f64 {
        let (last, _) = two_sum(self.low, self.tiny);
        two_sum(self.high, last).0
    }
}

/// How `fsum` can fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SumError {
    Overflow,
    /// Infinities of both signs.
    Infinities,
}

/// An exact sum as floats that do not overlap, smallest first (Shewchuk).
#[derive(Default)]
pub struct ExactSum {
    partials: Vec<f64>,
    special: f64,
    infinities: f64,
}

impl ExactSum {
    pub fn add(&mut self, value: f64) -> Result<(), SumError> {
        let mut x = value;
        let mut kept = 0;
        for i in 0..self.partials.len() {
            let mut y = self.partials[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let (high, low) = fast_two_sum(x, y);
            if low != 0.0 {
                self.partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.partials.truncate(kept);
        if x != 0.0 {
            if x.is_finite() {
                self.partials.push(x);
            } else {
                if value.is_finite() {
                    return Err(SumError::Overflow);
                }
                if value.is_infinite() {
                    self.infinities += value;
                }
                self.special += value;
                self.partials.clear();
            }
        }
        Ok(())
    }
    pub fn value(mut self) -> Result<f64, SumError> {
        if self.special != 0.0 {
            return if self.infinities.is_nan() { Err(SumError::Infinities) } else { Ok(self.special) };
        }
        let Some(mut high) = self.partials.pop() else { return Ok(0.0) };
        let mut low = 0.0;
        while let Some(y) = self.partials.pop() {
            (high, low) = fast_two_sum(high, y);
            if low != 0.0 {
                break;
            }
        }
        // Half-even across the partials that are left: a tie is no tie if something of its sign follows.
        if let Some(&next) = self.partials.last()
            && ((low < 0.0 && next < 0.0) || (low > 0.0 && next > 0.0))
        {
            let y = low * 2.0;
            let x = high + y;
            if y == x - high {
                high = x;
            }
        }
        Ok(high)
    }
}
