//! Floats from text and to text.
//!
//! `float_repr` is the shortest text that reads back as the same float; `double_to_string` is the common engine of
//! `format`, `%` and `complex` (codes e, f, g, r); `parse_float` is `float(text)`; `float_hex` and `float_fromhex` are the
//! methods of those names. Digits come from `ryu` and the standard library, both exact; the layout rules are Python's.

use crate::error::{Result, TextError};
use crate::int_float::{compose, decompose};
use crate::int_text::{to_ascii_digits, trim_spaces, write_digits};
use crate::repr;
use crate::strref::{StrBuilder, StrRef};

/// Decimal digits of a finite magnitude: `0.d1d2d3… * 10**point`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// ASCII digits, without leading zeros except for the value zero, which is `0` with `point` 1.
    pub digits: Vec<u8>,
    pub point: i32,
}

impl Decimal {
    /// Reads what the standard library or ryu printed: digits, an optional point, an optional exponent.
    fn from_text(text: &str) -> Decimal {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let leading = digits.iter().take_while(|&&d| d == b'0').count();
        if leading == digits.len() {
            return Decimal { digits: vec![b'0'], point: 1 };
        }
        digits.drain(..leading);
        Decimal { digits, point: whole.len() as i32 - leading as i32 + exponent }
    }

    fn trim_zeros(mut self) -> Decimal {
        while self.digits.len() > 1 && self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        self
    }

    /// The fewest digits that read back as `x`.
    pub fn shortest(x: f64) -> Decimal {
        Decimal::from_text(ryu::Buffer::new().format_finite(x.abs())).trim_zeros()
    }

    /// `count` significant digits (at least one), correctly rounded, trailing zeros dropped.
    pub fn significant(x: f64, count: usize) -> Decimal {
        // No float has more than 767 significant digits.
        Decimal::from_text(&format!("{:.*e}", count.clamp(1, 800) - 1, x.abs())).trim_zeros()
    }
}

/// Layout flags of `double_to_string`.
#[derive(Clone, Copy, Default, Debug)]
pub struct FloatFlags {
    /// `#`: keep the point and trailing zeros.
    pub alternate: bool,
    /// Append `.0` to what would look like an int.
    pub add_dot_zero: bool,
}

/// The text of `x` without padding: code `e`, `f`, `g` (with `precision`) or `r` (shortest); upper-case codes give
/// upper-case letters. The sign appears for negative numbers only.
pub fn double_to_string(x: f64, code: u8, precision: usize, flags: FloatFlags) -> String {
    let upper = code.is_ascii_uppercase();
    let sign = if x.is_sign_negative() && !x.is_nan() { "-" } else { "" };
    if !x.is_finite() {
        let name = if x.is_nan() { "nan" } else { "inf" };
        let text = format!("{sign}{name}");
        return if upper { text.to_ascii_uppercase() } else { text };
    }
    let (decimal, exponential, places_end);
    // `places_end` counts digits from the first one: where the printed digits end, zero-filled.
    match code.to_ascii_lowercase() {
        b'e' => {
            decimal = Decimal::significant(x, precision.saturating_add(1));
            exponential = true;
            places_end = precision.saturating_add(1) as i64;
        }
        b'f' => return fixed(x, precision, flags.alternate),
        b'g' => {
            let precision = precision.max(1);
            decimal = Decimal::significant(x, precision);
            let limit = precision as i64 - i64::from(flags.add_dot_zero);
            exponential = decimal.point <= -4 || i64::from(decimal.point) > limit;
            places_end = if flags.alternate { precision as i64 } else { decimal.digits.len() as i64 };
        }
        _ => {
            decimal = Decimal::shortest(x);
            exponential = decimal.point <= -4 || decimal.point > 16;
            places_end = decimal.digits.len() as i64;
        }
    }
    layout(sign, &decimal, exponential, places_end, flags, upper)
}

/// `x` with `places` digits after the point, if exact arithmetic in 128 bits can tell: all but huge numbers with the
/// usual precisions. Half-way cases go to the even digit, of the exact value of `x`.
fn exact_fixed(x: f64, places: usize, buffer: &mut [u8; 64]) -> Option<&[u8]> {
    // 53 bits of mantissa and 74 of the power fit 127 bits.
    if !x.is_finite() || places > 22 {
        return None;
    }
    let bits = x.to_bits();
    let (field, fraction) = ((bits >> 52) as i32 & 0x7FF, bits & ((1 << 52) - 1));
    let (mantissa, exponent) = if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) };
    let scaled = u128::from(mantissa) * POWERS[places];
    let rounded = match exponent {
        12.. => return None,
        0.. => scaled.checked_shl(exponent as u32).filter(|n| n >> exponent == scaled)?,
        // Less than half of the last place.
        ..=-128 => 0,
        _ => {
            let shift = -exponent as u32;
            let (quotient, rest, half) = (scaled >> shift, scaled & ((1 << shift) - 1), 1u128 << (shift - 1));
            quotient + u128::from(rest > half || rest == half && quotient & 1 == 1)
        }
    };
    // Digits go to the end of the buffer; those before the point then move by one.
    const END: usize = 63;
    let mut at = match u64::try_from(rounded) {
        Ok(n) => write_digits(buffer, END, n),
        Err(_) => {
            let (high, low) = (rounded / POWERS[19], rounded % POWERS[19]);
            let low_at = write_digits(buffer, END, low as u64);
            buffer[END - 19..low_at].fill(b'0');
            write_digits(buffer, END - 19, u64::try_from(high).ok()?)
        }
    };
    let mut end = END;
    if places > 0 {
        let point = END - places;
        if at >= point {
            buffer[point - 1..at].fill(b'0');
            at = point - 1;
        }
        buffer.copy_within(point..END, point + 1);
        buffer[point] = b'.';
        end += 1;
    }
    if x.is_sign_negative() {
        at -= 1;
        buffer[at] = b'-';
    }
    Some(&buffer[at..end])
}

/// Powers of ten that, times a mantissa, stay below 2^127.
static POWERS: [u128; 23] = {
    let mut powers = [1; 23];
    let mut n = 1;
    while n < 23 {
        powers[n] = powers[n - 1] * 10;
        n += 1;
    }
    powers
};

/// Calls `f` with `x` in fixed notation.
pub(crate) fn with_fixed<R>(x: f64, places: usize, f: impl FnOnce(&[u8]) -> R) -> R {
    let mut buffer = [0; 64];
    match exact_fixed(x, places, &mut buffer) {
        Some(text) => f(text),
        None => f(double_to_string(x, b'f', places, FloatFlags::default()).as_bytes()),
    }
}

/// The standard library's fixed notation is Python's; no float has more than 1074 digits after the point.
fn fixed(x: f64, places: usize, alternate: bool) -> String {
    let mut buffer = [0; 64];
    if !(places == 0 && alternate)
        && let Some(text) = exact_fixed(x, places, &mut buffer)
    {
        return text.iter().map(|&b| char::from(b)).collect();
    }
    let exact = places.min(1074);
    let mut out = format!("{x:.exact$}");
    if places == 0 && alternate {
        out.push('.');
    }
    out.extend(std::iter::repeat_n('0', places - exact));
    out
}

fn layout(sign: &str, decimal: &Decimal, exponential: bool, end: i64, flags: FloatFlags, upper: bool) -> String {
    let point = if exponential { 1 } else { i64::from(decimal.point) };
    let digits = decimal.digits.as_slice();
    // `add_dot_zero` never applies to the exponential form.
    let end = if flags.add_dot_zero && !exponential { end.max(point + 1) } else { end };
    let digit = |i: i64| usize::try_from(i).ok().and_then(|i| digits.get(i)).copied().unwrap_or(b'0');
    let mut out = Vec::with_capacity(sign.len() + digits.len() + 8);
    out.extend_from_slice(sign.as_bytes());
    if point <= 0 {
        out.push(b'0');
    }
    out.extend((0..point).map(digit));
    if end > point || flags.alternate {
        out.push(b'.');
    }
    out.extend((point..end).map(digit));
    let mut out = String::from_utf8(out).unwrap_or_default();
    if exponential {
        let exponent = decimal.point - 1;
        let letter = if upper { 'E' } else { 'e' };
        let exponent_sign = if exponent < 0 { '-' } else { '+' };
        out.push_str(&format!("{letter}{exponent_sign}{:02}", exponent.unsigned_abs()));
    }
    out
}

/// Appends `repr(float)`.
pub fn push_repr(out: &mut StrBuilder, x: f64) {
    // Where ryu's layout is Python's.
    if x == 0.0 || (1e-4..1e16).contains(&x.abs()) {
        return out.push_latin1(ryu::Buffer::new().format_finite(x).as_bytes());
    }
    out.push_latin1(float_repr(x).as_bytes());
}

/// `repr(float)`.
pub fn float_repr(x: f64) -> String {
    if x.is_finite() {
        let mut buffer = ryu::Buffer::new();
        let text = buffer.format_finite(x);
        // ryu's layout is Python's, except for exponents and from 1e-5 down to where it starts to use them.
        match text.split_once('e') {
            None if x.abs() >= 1e-4 || x == 0.0 => return text.to_owned(),
            None => {}
            Some((mantissa, exponent)) => {
                let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
                return format!("{mantissa}e{sign}{digits:0>2}");
            }
        }
    }
    double_to_string(x, b'r', 0, FloatFlags { add_dot_zero: true, ..FloatFlags::default() })
}

/// `float(str)`.
pub fn parse_float(text: StrRef<'_>) -> Result<f64> {
    let ascii = to_ascii_digits(text);
    parse_float_ascii(trim_spaces(&ascii)).ok_or_else(|| {
        let shown = repr::repr(text).as_ref().to_utf8_lossy();
        TextError::value(format!("could not convert string to float: {shown}"))
    })
}

/// `float(bytes)`.
pub fn parse_float_bytes(data: &[u8]) -> Result<f64> {
    parse_float_ascii(trim_spaces(data))
        .ok_or_else(|| TextError::value(format!("could not convert string to float: {}", repr::repr_bytes(data))))
}

/// A float literal that fills the text: sign, digits with underscores between them, point, exponent; or inf, nan.
pub fn parse_float_ascii(text: &[u8]) -> Option<f64> {
    let clean = strip_underscores(text)?;
    let (x, rest) = scan_float(&clean)?;
    rest.is_empty().then_some(x)
}

/// Removes the underscores; `None` if one is not between two digits.
pub(crate) fn strip_underscores(text: &[u8]) -> Option<std::borrow::Cow<'_, [u8]>> {
    if !text.contains(&b'_') {
        return Some(text.into());
    }
    let digit = |i: Option<usize>| i.and_then(|i| text.get(i)).is_some_and(u8::is_ascii_digit);
    for (i, &b) in text.iter().enumerate() {
        if b == b'_' && !(digit(i.checked_sub(1)) && digit(Some(i + 1))) {
            return None;
        }
    }
    Some(text.iter().copied().filter(|&b| b != b'_').collect())
}

/// The longest float literal at the start of the text and what follows it.
pub(crate) fn scan_float(text: &[u8]) -> Option<(f64, &[u8])> {
    let sign_len = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let body = &text[sign_len..];
    let negative = text.first() == Some(&b'-');
    let signed = |x: f64| if negative { -x } else { x };
    let starts = |word: &[u8]| body.get(..word.len()).is_some_and(|b| b.eq_ignore_ascii_case(word));
    if starts(b"infinity") {
        return Some((signed(f64::INFINITY), &body[8..]));
    }
    if starts(b"inf") {
        return Some((signed(f64::INFINITY), &body[3..]));
    }
    if starts(b"nan") {
        return Some((signed(f64::NAN), &body[3..]));
    }
    let run = |from: usize| body[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = run(0);
    let mut end = whole;
    let mut digits = whole;
    if body.get(end) == Some(&b'.') {
        let fraction = run(end + 1);
        digits += fraction;
        end += 1 + fraction;
    }
    if digits == 0 {
        return None;
    }
    if matches!(body.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(body.get(end + 1), Some(b'+' | b'-')));
        let exponent = run((end + 1 + sign).min(body.len()));
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    let literal = std::str::from_utf8(&body[..end]).ok()?;
    Some((signed(literal.parse().ok()?), &body[end..]))
}

/// `float.hex`.
pub fn float_hex(x: f64) -> String {
    if !x.is_finite() {
        return float_repr(x);
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let (mantissa, exponent) = decompose(x);
    let (whole, fraction) = (mantissa >> 52, mantissa & ((1 << 52) - 1));
    format!("{sign}0x{whole}.{fraction:013x}p{:+}", exponent + 52)
}

/// `float.fromhex`.
pub fn float_fromhex(text: StrRef<'_>) -> Result<f64> {
    let invalid = || TextError::value("invalid hexadecimal floating-point string");
    let ascii: Vec<u8> = text.iter().map(|c| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(b'?')).collect();
    let text = trim_spaces(&ascii);
    let (negative, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let signed = |x: f64| if negative { -x } else { x };
    let word = body.to_ascii_lowercase();
    match word.as_slice() {
        b"inf" | b"infinity" => return Ok(signed(f64::INFINITY)),
        b"nan" => return Ok(signed(f64::NAN)),
        _ => {}
    }
    let body = word.strip_prefix(b"0x").unwrap_or(&word);
    let (mut mantissa, mut sticky, mut scale, mut seen, mut point) = (0u64, false, 0i64, false, false);
    let mut rest = body;
    while let [b, after @ ..] = rest {
        match char::from(*b).to_digit(16) {
            None if *b == b'.' && !point => point = true,
            None => break,
            Some(d) if mantissa >> 60 == 0 => {
                mantissa = mantissa << 4 | u64::from(d);
                scale -= if point { 4 } else { 0 };
                seen = true;
            }
            Some(d) => {
                sticky |= d != 0;
                scale += if point { 0 } else { 4 };
            }
        }
        rest = after;
    }
    if !seen {
        return Err(invalid());
    }
    let mut exponent = 0;
    if let [b'p', after @ ..] = rest {
        (exponent, rest) = scan_exponent(after).ok_or_else(invalid)?;
    }
    // Overflow is noticed before what follows the number is looked at.
    let x = compose(mantissa, exponent.saturating_add(scale), sticky)
        .ok_or_else(|| TextError::overflow("hexadecimal value too large to represent as a float"))?;
    if rest.is_empty() { Ok(signed(x)) } else { Err(invalid()) }
}

/// A decimal exponent with optional sign, saturating, and what follows it.
fn scan_exponent(text: &[u8]) -> Option<(i64, &[u8])> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let len = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at(len);
    if digits.is_empty() {
        return None;
    }
    let limit = i64::MAX / 4;
    let value = digits.iter().fold(0i64, |n, &d| n.saturating_mul(10).saturating_add((d - b'0').into()).min(limit));
    Some((if negative { -value } else { value }, rest))
}

/// `complex(str)`.
pub fn parse_complex(text: StrRef<'_>) -> Result<(f64, f64)> {
    let ascii = to_ascii_digits(text);
    let clean = strip_underscores(&ascii).ok_or_else(|| {
        let shown = repr::repr(text).as_ref().to_utf8_lossy();
        TextError::value(format!("could not convert string to complex: {shown}"))
    })?;
    parse_complex_ascii(&clean).ok_or_else(|| TextError::value("complex() arg is a malformed string"))
}

fn parse_complex_ascii(text: &[u8]) -> Option<(f64, f64)> {
    let mut text = trim_spaces(text);
    if let [b'(', inner @ .., b')'] = text {
        text = trim_spaces(inner);
    }
    // One of: x, xj, x+yj, x+j, j, with signs.
    let unit = |t: &[u8]| match t {
        [b'+', b'j' | b'J'] | [b'j' | b'J'] => Some(1.0),
        [b'-', b'j' | b'J'] => Some(-1.0),
        _ => None,
    };
    if let Some(y) = unit(text) {
        return Some((0.0, y));
    }
    let (x, rest) = scan_float(text)?;
    match rest {
        [] => Some((x, 0.0)),
        [b'j' | b'J'] => Some((0.0, x)),
        [b'+' | b'-', ..] => {
            if let Some(y) = unit(rest) {
                return Some((x, y));
            }
            let (y, rest) = scan_float(rest)?;
            matches!(rest, [b'j' | b'J']).then_some((x, y))
        }
        _ => None,
    }
}

/// `repr(complex)`.
pub fn complex_repr(real: f64, imaginary: f64) -> String {
    let part = |x: f64| double_to_string(x, b'r', 0, FloatFlags::default());
    if real == 0.0 && real.is_sign_positive() {
        return format!("{}j", part(imaginary));
    }
    let joint = if imaginary.is_nan() || imaginary.is_sign_positive() { "+" } else { "" };
    format!("({}{joint}{}j)", part(real), part(imaginary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_is_exact() {
        let mut state = 0x9E37_79B9_7F4A_7C15u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let check = |x: f64, places: usize| {
            let mut buffer = [0; 64];
            if let Some(text) = exact_fixed(x, places, &mut buffer) {
                assert_eq!(String::from_utf8_lossy(text), format!("{x:.places$}"));
            }
        };
        for x in [0.0, -0.0, 0.5, 1.5, 2.5, 0.125, 0.375, 1e22, 5e-324, 9.995, 0.05, 1e15, 123456789.125, -0.004, 9.5] {
            (0..=23).for_each(|places| check(x, places));
        }
        for _ in 0..20_000 {
            let bits = next();
            check(f64::from_bits(bits), (bits % 24) as usize);
            check((next() % 2_000_000) as f64 / 1000.0, (bits % 24) as usize);
            check((next() % 4096) as f64 / 64.0, (bits % 8) as usize);
        }
    }
}
