//! Where ints and floats meet: exact comparison, correctly rounded conversion and division, rounding, hashing.
//!
//! Every result is rounded once, half to even. `compose` is the one place where a float is put together from an integer
//! mantissa and a power of two.

use std::cmp::Ordering;

use dashu_base::{BitTest, DivRem, Sign, Signed};
use dashu_int::{IBig, UBig};

use crate::error::{Result, TextError};
use crate::int_text::Int;

/// Finite float as integer mantissa (53 bits) and exponent: `|x| == mantissa * 2**exponent`.
pub fn decompose(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let (exponent, fraction) = ((bits >> 52) as i32 & 0x7FF, bits & ((1 << 52) - 1));
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) }
}

/// `(mantissa + ε) * 2**exponent` rounded half to even, where ε in (0, 1) is present if `sticky`. `None` on overflow.
pub fn compose(mantissa: u64, exponent: i64, sticky: bool) -> Option<f64> {
    if mantissa == 0 {
        // Below the last place of every mantissa; only the smallest exponents could see it, and they round it to zero.
        return Some(0.0);
    }
    // The mantissa is brought to 64 bits, so that at least 11 bits are dropped and the sticky bit is below them.
    let shift = mantissa.leading_zeros();
    let (mantissa, exponent) = (mantissa << shift, exponent - i64::from(shift));
    let lowest = (exponent + 11).max(-1074);
    let drop = lowest - exponent;
    if drop > 64 {
        return Some(0.0);
    }
    let wide = u128::from(mantissa);
    let (kept, rest) = ((wide >> drop) as u64, wide & ((1u128 << drop) - 1));
    let half = 1u128 << (drop - 1);
    let up = match rest.cmp(&half) {
        Ordering::Greater => true,
        Ordering::Equal => sticky || kept & 1 == 1,
        Ordering::Less => false,
    };
    let kept = kept + u64::from(up);
    if lowest + 63 - i64::from(kept.leading_zeros()) > 1023 {
        return None;
    }
    // Adding the mantissa to the exponent field carries a rounding up to the next power of two by itself.
    let bits = if kept < 1 << 52 { kept } else { (((lowest + 1074) as u64) << 52) + kept };
    Some(f64::from_bits(bits))
}

/// The top 64 bits, the exponent they stand at, and whether any bit below them is set.
fn top_bits(magnitude: &UBig) -> (u64, i64, bool) {
    let bits = magnitude.bit_len();
    if bits <= 64 {
        return (u64::try_from(magnitude).unwrap_or(0), 0, false);
    }
    let shift = bits - 64;
    let top = u64::try_from(magnitude >> shift).unwrap_or(u64::MAX);
    (top, shift as i64, magnitude.trailing_zeros().is_some_and(|z| z < shift))
}

fn with_sign(x: f64, negative: bool) -> f64 {
    if negative { -x } else { x }
}

/// `float(int)`.
pub fn int_to_float(value: &IBig) -> Result<f64> {
    if let Ok(small) = i64::try_from(value) {
        // The hardware rounds half to even.
        return Ok(small as f64);
    }
    let (sign, magnitude) = value.clone().into_parts();
    let (top, exponent, sticky) = top_bits(&magnitude);
    compose(top, exponent, sticky)
        .map(|x| with_sign(x, sign == Sign::Negative))
        .ok_or_else(|| TextError::overflow("int too large to convert to float"))
}

/// `a / b` for ints of any size, correctly rounded.
pub fn int_true_divide(a: &IBig, b: &IBig) -> Result<f64> {
    if b.is_zero() {
        return Err(TextError::zero_division("division by zero"));
    }
    const EXACT: u64 = 1 << 53;
    if let (Ok(a), Ok(b)) = (i64::try_from(a), i64::try_from(b))
        && a.unsigned_abs() <= EXACT
        && b.unsigned_abs() <= EXACT
    {
        return Ok(a as f64 / b as f64);
    }
    let negative = a.is_negative() != b.is_negative();
    let (_, a) = a.clone().into_parts();
    let (_, b) = b.clone().into_parts();
    // A quotient of 62 or 63 bits leaves nine to spare for rounding; the remainder is the sticky bit.
    let shift = a.bit_len() as i64 - b.bit_len() as i64 - 62;
    if a.is_zero() || shift < -1200 {
        return Ok(with_sign(0.0, negative));
    }
    let overflow = || TextError::overflow("integer division result too large for a float");
    if shift > 1024 {
        return Err(overflow());
    }
    let (quotient, remainder) =
        if shift >= 0 { a.div_rem(b << shift as usize) } else { (a << (-shift) as usize).div_rem(b) };
    u64::try_from(&quotient)
        .ok()
        .and_then(|q| compose(q, shift, !remainder.is_zero()))
        .map(|x| with_sign(x, negative))
        .ok_or_else(overflow)
}

/// `int(float)`: truncates toward zero.
pub fn float_to_int(x: f64) -> Result<Int> {
    if x.is_nan() {
        return Err(TextError::value("cannot convert float NaN to integer"));
    }
    if x.is_infinite() {
        return Err(TextError::overflow("cannot convert float infinity to integer"));
    }
    if x.abs() < 9.2e18 {
        return Ok(Int::Small(x as i64));
    }
    Ok(Int::from(trunc_to_ibig(x)))
}

fn trunc_to_ibig(x: f64) -> IBig {
    let (mantissa, exponent) = decompose(x);
    let magnitude = if exponent >= 0 {
        IBig::from(mantissa) << exponent as usize
    } else if exponent <= -64 {
        IBig::ZERO
    } else {
        IBig::from(mantissa >> -exponent)
    };
    if x.is_sign_negative() { -magnitude } else { magnitude }
}

/// `float.as_integer_ratio`: numerator and denominator in lowest terms.
pub fn float_as_integer_ratio(x: f64) -> Result<(IBig, IBig)> {
    if x.is_nan() {
        return Err(TextError::value("cannot convert NaN to integer ratio"));
    }
    if x.is_infinite() {
        return Err(TextError::overflow("cannot convert Infinity to integer ratio"));
    }
    let (mantissa, exponent) = decompose(x);
    if mantissa == 0 {
        return Ok((IBig::ZERO, IBig::ONE));
    }
    let zeros = mantissa.trailing_zeros();
    let (odd, exponent) = (IBig::from(mantissa >> zeros), exponent + zeros as i32);
    let odd = if x < 0.0 { -odd } else { odd };
    Ok(if exponent >= 0 { (odd << exponent as usize, IBig::ONE) } else { (odd, IBig::ONE << (-exponent) as usize) })
}

/// Exact order of an int and a float; `None` for NaN.
pub fn cmp_int_float(a: &IBig, x: f64) -> Option<Ordering> {
    if x.is_nan() {
        return None;
    }
    if let Ok(small) = i64::try_from(a) {
        return cmp_small_float(small, x);
    }
    if x.is_infinite() || a.bit_len() > 1024 || (a.is_negative() != (x < 0.0)) {
        let a_sign = if a.is_negative() { Ordering::Less } else { Ordering::Greater };
        return Some(match (x.is_infinite(), x > 0.0) {
            (true, true) => Ordering::Less,
            (true, false) => Ordering::Greater,
            _ => a_sign,
        });
    }
    // Beyond 2**63 every float is an integer.
    Some(a.cmp(&trunc_to_ibig(x)))
}

/// Exact order of a machine integer and a float; `None` for NaN.
pub fn cmp_small_float(a: i64, x: f64) -> Option<Ordering> {
    const TOP: f64 = 9_223_372_036_854_775_808.0;
    if x.is_nan() {
        None
    } else if x >= TOP {
        Some(Ordering::Less)
    } else if x < -TOP {
        Some(Ordering::Greater)
    } else {
        let whole = x.trunc();
        Some(a.cmp(&(whole as i64)).then(0.0f64.partial_cmp(&(x - whole))?))
    }
}

/// `round(x, ndigits)`: the decimal rounding of the exact value, half to even, then the nearest float.
pub fn float_round(x: f64, ndigits: i64) -> Result<f64> {
    if !x.is_finite() || x == 0.0 || ndigits > 323 {
        return Ok(x);
    }
    if ndigits < -308 {
        return Ok(0.0f64.copysign(x));
    }
    if ndigits >= 0 {
        // The standard library prints the exact value, rounded half to even, and reads the nearest float.
        let text = format!("{:.*}", ndigits as usize, x);
        return Ok(text.parse().unwrap_or(x));
    }
    let unit = UBig::from(10u8).pow(ndigits.unsigned_abs() as usize);
    let (_, whole) = trunc_to_ibig(x).into_parts();
    let fraction = x.fract() != 0.0;
    let (mut quotient, remainder) = whole.div_rem(&unit);
    let up = match (remainder << 1usize).cmp(&unit) {
        Ordering::Greater => true,
        Ordering::Equal => fraction || quotient.bit(0),
        Ordering::Less => false,
    };
    if up {
        quotient += 1u8;
    }
    let (top, exponent, sticky) = top_bits(&(quotient * unit));
    compose(top, exponent, sticky)
        .map(|y| y.copysign(x))
        .ok_or_else(|| TextError::overflow("rounded value too large to represent"))
}

/// The prime 2**61 - 1, `sys.hash_info.modulus`.
pub const HASH_MODULUS: u64 = (1 << 61) - 1;

fn signed_hash(residue: u64, negative: bool) -> i64 {
    let hash = if negative { -(residue as i64) } else { residue as i64 };
    if hash == -1 { -2 } else { hash }
}

#[inline]
pub fn hash_small(value: i64) -> i64 {
    // Nearly all ints are below the modulus: their own hashes, but for -1.
    if value.unsigned_abs() < HASH_MODULUS {
        return if value == -1 { -2 } else { value };
    }
    signed_hash(value.unsigned_abs() % HASH_MODULUS, value < 0)
}

pub fn hash_int(value: &IBig) -> i64 {
    if let Ok(small) = i64::try_from(value) {
        return hash_small(small);
    }
    let (sign, magnitude) = value.clone().into_parts();
    let residue = u64::try_from(magnitude % UBig::from(HASH_MODULUS)).unwrap_or(0);
    signed_hash(residue, sign == Sign::Negative)
}

/// `hash(float)`; equal to the hash of an equal int. `None` for NaN, whose hash is its identity's.
pub fn hash_float(x: f64) -> Option<i64> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { 314_159 } else { -314_159 });
    }
    let (mantissa, exponent) = decompose(x);
    // 2**61 is 1 modulo the prime, so multiplying by a power of two rotates within 61 bits.
    let turn = exponent.rem_euclid(61) as u32;
    let residue = ((mantissa << turn) & HASH_MODULUS) | if turn == 0 { 0 } else { mantissa >> (61 - turn) };
    Some(signed_hash(residue % HASH_MODULUS, x < 0.0))
}

/// Joins the hashes of a complex number's parts.
pub fn hash_complex(real: i64, imaginary: i64) -> i64 {
    let hash = real.wrapping_add(imaginary.wrapping_mul(1_000_003));
    if hash == -1 { -2 } else { hash }
}
