//! Integers from text and to text.
//!
//! `parse_int` is `int(text, base)`: white space, sign, prefixes, underscores, any Unicode decimal digits, and the limit
//! on the length of decimal conversions. `int_to_decimal` and `int_to_radix` go the other way. Arithmetic between ints
//! and floats is in `int_float`.

use std::borrow::Cow;

use dashu_base::{BitTest, Signed};
use dashu_int::{IBig, UBig};

use crate::classify;
use crate::error::{Result, TextError};
use crate::numeric;
use crate::repr;
use crate::strref::StrRef;

/// An integer result: small ones never touch the big-integer library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Int {
    Small(i64),
    Big(IBig),
}

impl Int {
    pub fn into_ibig(self) -> IBig {
        match self {
            Int::Small(i) => IBig::from(i),
            Int::Big(i) => i,
        }
    }
}

impl From<IBig> for Int {
    fn from(value: IBig) -> Int {
        match i64::try_from(&value) {
            Ok(small) => Int::Small(small),
            Err(_) => Int::Big(value),
        }
    }
}

/// The text with every decimal digit and every space replaced by its ASCII counterpart, other non-ASCII by `?`.
pub(crate) fn to_ascii_digits(text: StrRef<'_>) -> Cow<'_, [u8]> {
    match text {
        StrRef::One(u) if u.is_ascii() => Cow::Borrowed(u),
        _ => text
            .iter()
            .map(|c| match c {
                0..=0x7F => c as u8,
                _ if classify::is_space(c) => b' ',
                _ => numeric::decimal(c).map_or(b'?', |d| b'0' + d),
            })
            .collect(),
    }
}

/// Strips ASCII white space as C knows it; the separators 0x1C–0x1F, white space elsewhere in `str`, stay.
pub(crate) fn trim_spaces(mut text: &[u8]) -> &[u8] {
    let space = |b: u8| matches!(b, b' ' | 9..=13);
    while let [first, rest @ ..] = text
        && space(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && space(*last)
    {
        text = rest;
    }
    text
}

/// A decimal literal of a few plain digits: most of what `int()` is given.
#[inline]
fn parse_plain(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut n = 0i64;
    for &b in digits {
        let d = b.wrapping_sub(b'0');
        if d > 9 {
            return None;
        }
        n = n * 10 + i64::from(d);
    }
    Some(if negative { -n } else { n })
}

/// `int(text, base)` for a `str`. `max_digits` is `sys.get_int_max_str_digits()`, zero for no limit.
pub fn parse_int(text: StrRef<'_>, base: u32, max_digits: usize) -> Result<Int> {
    if let StrRef::One(u) = text
        && base == 10
        && let Some(n) = parse_plain(u)
    {
        return Ok(Int::Small(n));
    }
    let ascii = to_ascii_digits(text);
    parse_trimmed(trim_spaces(&ascii), base, max_digits)?.ok_or_else(|| {
        let shown = repr::repr_limited(text, 200);
        TextError::value(format!("invalid literal for int() with base {base}: {shown}"))
    })
}

/// `int(data, base)` for a bytes-like object.
pub fn parse_int_bytes(data: &[u8], base: u32, max_digits: usize) -> Result<Int> {
    parse_trimmed(trim_spaces(data), base, max_digits)?.ok_or_else(|| {
        let shown: String = repr::repr_bytes(data).chars().take(200).collect();
        TextError::value(format!("invalid literal for int() with base {base}: {shown}"))
    })
}

/// `Ok(None)` is an invalid literal.
fn parse_trimmed(text: &[u8], base: u32, max_digits: usize) -> Result<Option<Int>> {
    if base == 1 || base > 36 {
        return Err(TextError::value("int() base must be >= 2 and <= 36, or 0"));
    }
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let prefix = match rest {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let (radix, digits) = if prefix != 0 && (base == 0 || base == prefix) {
        let after = &rest[2..];
        (prefix, after.strip_prefix(b"_").unwrap_or(after))
    } else if base == 0 {
        // Without a prefix only zero may start with 0, because C's octal notation must not pass silently.
        let leading_zero = rest.first() == Some(&b'0') && rest.iter().any(|b| !matches!(b, b'0' | b'_'));
        if leading_zero {
            return Ok(None);
        }
        (10, rest)
    } else {
        (base, rest)
    };
    parse_digits(digits, radix, negative, max_digits)
}

fn parse_digits(digits: &[u8], radix: u32, negative: bool, max_digits: usize) -> Result<Option<Int>> {
    let (mut small, mut fits, mut count, mut underscore) = (0i64, true, 0usize, true);
    for &b in digits {
        if b == b'_' {
            if underscore {
                return Ok(None);
            }
            underscore = true;
            continue;
        }
        underscore = false;
        let Some(d) = char::from(b).to_digit(radix) else { return Ok(None) };
        count += 1;
        if fits {
            match small.checked_mul(radix.into()).and_then(|n| n.checked_add(d.into())) {
                Some(n) => small = n,
                None => fits = false,
            }
        }
    }
    if underscore {
        return Ok(None);
    }
    if max_digits > 0 && count > max_digits && !radix.is_power_of_two() {
        return Err(TextError::value(format!(
            "Exceeds the limit ({max_digits} digits) for integer string conversion: value has {count} digits; \
             use sys.set_int_max_str_digits() to increase the limit"
        )));
    }
    if fits {
        return Ok(Some(Int::Small(if negative { -small } else { small })));
    }
    let clean: String = digits.iter().filter(|&&b| b != b'_').map(|&b| char::from(b)).collect();
    Ok(UBig::from_str_radix(&clean, radix).ok().map(|magnitude| {
        let value = IBig::from(magnitude);
        Int::from(if negative { -value } else { value })
    }))
}

/// The pairs of decimal digits, for conversions two digits at a time.
static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut n = 0;
    while n < 100 {
        pairs[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    pairs
};

/// Writes the decimal digits of `n` so that they end before `buffer[end]`; where they start.
pub(crate) fn write_digits(buffer: &mut [u8], end: usize, mut n: u64) -> usize {
    let mut at = end;
    while n >= 100 {
        at -= 2;
        buffer[at..at + 2].copy_from_slice(&PAIRS[(n % 100) as usize]);
        n /= 100;
    }
    if n >= 10 {
        at -= 2;
        buffer[at..at + 2].copy_from_slice(&PAIRS[n as usize]);
    } else {
        at -= 1;
        buffer[at] = b'0' + n as u8;
    }
    at
}

/// A machine int in decimal.
#[inline]
pub fn decimal(n: i64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut at = write_digits(buffer, 20, n.unsigned_abs());
    if n < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    &buffer[at..]
}

/// `str(int)`. `max_digits` is `sys.get_int_max_str_digits()`, zero for no limit.
pub fn int_to_decimal(value: &IBig, max_digits: usize) -> Result<String> {
    let too_long = || {
        Err(TextError::value(format!(
            "Exceeds the limit ({max_digits} digits) for integer string conversion; \
             use sys.set_int_max_str_digits() to increase the limit"
        )))
    };
    if let Ok(small) = i64::try_from(value)
        && (max_digits == 0 || max_digits > 19)
    {
        return Ok(small.to_string());
    }
    // How many digits a number of that many bits has at least, so that the quadratic work is never begun.
    let at_least = value.bit_len().saturating_sub(1) as f64 * std::f64::consts::LOG10_2;
    if max_digits > 0 && at_least as usize > max_digits {
        return too_long();
    }
    let text = value.to_string();
    if max_digits > 0 && text.len() - usize::from(value.is_negative()) > max_digits {
        return too_long();
    }
    Ok(text)
}

/// The magnitude's digits in base 2, 8 or 16 (lower case), without prefix or sign.
pub fn magnitude_to_radix(value: &IBig, radix: u8) -> String {
    if let Ok(small) = i64::try_from(value) {
        let magnitude = small.unsigned_abs();
        return match radix {
            2 => format!("{magnitude:b}"),
            8 => format!("{magnitude:o}"),
            16 => format!("{magnitude:x}"),
            _ => magnitude.to_string(),
        };
    }
    let magnitude = value.clone().into_parts().1;
    match radix {
        2 => format!("{magnitude:b}"),
        8 => format!("{magnitude:o}"),
        16 => format!("{magnitude:x}"),
        _ => magnitude.to_string(),
    }
}

/// `bin`, `oct`, `hex` (with prefix) or a plain decimal.
pub fn int_to_radix(value: &IBig, radix: u8) -> String {
    let prefix = match radix {
        2 => "0b",
        8 => "0o",
        16 => "0x",
        _ => "",
    };
    let sign = if value.is_negative() { "-" } else { "" };
    format!("{sign}{prefix}{}", magnitude_to_radix(value, radix))
}

/// `bin`, `oct`, `hex` of a machine integer.
pub fn small_to_radix(value: i64, radix: u8) -> String {
    let (sign, magnitude) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
    match radix {
        2 => format!("{sign}0b{magnitude:b}"),
        8 => format!("{sign}0o{magnitude:o}"),
        16 => format!("{sign}0x{magnitude:x}"),
        _ => value.to_string(),
    }
}
