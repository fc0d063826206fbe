//! `format(value, spec)` for str, int, float and complex.
//!
//! `NumberParts` is the common shape of a formatted number: sign, prefix, digits before the point, the point, digits
//! after it, and the rest (exponent, percent sign, `inf`). Its `write` pads, groups and aligns, so each type only has to
//! take its number apart.

use dashu_base::Signed;
use dashu_int::IBig;

use crate::error::{Result, TextError};
use crate::float_text::{FloatFlags, double_to_string, with_fixed};
use crate::format_spec::{Align, FormatSpec, FormatTarget, Grouping, Sign, unknown_kind};
use crate::int_float::int_to_float;
use crate::int_text::{int_to_decimal, magnitude_to_radix, write_digits};
use crate::strref::{StrBuf, StrBuilder, StrRef};
use crate::transform::check_size;

/// What the `n` presentation takes from the locale.
#[derive(Clone, Debug)]
pub struct NumberLocale {
    pub decimal_point: String,
    pub thousands_separator: String,
    /// Sizes of the groups from the point leftwards, as in `localeconv()["grouping"]`: the last repeats, 127 ends.
    pub grouping: Vec<u8>,
}

impl Default for NumberLocale {
    fn default() -> Self {
        NumberLocale { decimal_point: ".".into(), thousands_separator: String::new(), grouping: Vec::new() }
    }
}

/// A number taken apart; everything is ASCII except the locale's point and separator.
struct NumberParts<'a> {
    sign: &'static str,
    prefix: &'a str,
    whole: &'a str,
    point: &'a str,
    fraction: &'a str,
    rest: &'a str,
    separator: &'a str,
    group_sizes: &'a [u8],
    fraction_separator: Option<Grouping>,
}

fn sign_text(negative: bool, sign: Option<Sign>) -> &'static str {
    match sign {
        _ if negative => "-",
        Some(Sign::Plus) => "+",
        Some(Sign::Space) => " ",
        _ => "",
    }
}

/// Digits in groups from the right, zero-filled to at least `min_width` characters.
fn group_digits(digits: &str, min_width: usize, separator: &str, sizes: &[u8]) -> String {
    let separator_len = separator.chars().count();
    let (mut remaining, mut min_width) = (digits.len(), min_width);
    let mut groups: Vec<String> = Vec::new();
    let mut size_index = 0;
    loop {
        let size = match sizes.get(size_index.min(sizes.len().wrapping_sub(1))) {
            None | Some(0 | 127) => usize::MAX,
            Some(&size) => usize::from(size),
        };
        size_index += 1;
        let len = size.min(remaining.max(min_width).max(1));
        let taken = remaining.min(len);
        let mut group = "0".repeat(len - taken);
        group.push_str(&digits[remaining - taken..remaining]);
        groups.push(group);
        remaining -= taken;
        min_width = min_width.saturating_sub(len);
        if remaining == 0 && min_width == 0 {
            break;
        }
        min_width = min_width.saturating_sub(separator_len);
    }
    groups.reverse();
    groups.join(separator)
}

impl NumberParts<'_> {
    fn write(&self, spec: &FormatSpec, out: &mut StrBuilder) -> Result<()> {
        let mut fraction = String::from(self.fraction);
        if let Some(separator) = self.fraction_separator {
            fraction.clear();
            for (i, digit) in self.fraction.chars().enumerate() {
                if i > 0 && i % 3 == 0 {
                    fraction.push(separator.char());
                }
                fraction.push(digit);
            }
        }
        let count = |text: &str| if text.is_ascii() { text.len() } else { text.chars().count() };
        let around = self.sign.len() + self.prefix.len() + count(self.point) + fraction.len() + count(self.rest);
        check_size(spec.width.checked_add(around), "formatted number is too long")?;
        let zero_filled = spec.fill == u32::from(b'0') && spec.align == Align::AfterSign;
        let min_width = if zero_filled { spec.width.saturating_sub(around) } else { 0 };
        let whole = match (self.whole, self.group_sizes) {
            ("", _) => String::new(),
            (whole, []) => whole.to_owned(),
            (whole, sizes) => group_digits(whole, min_width, self.separator, sizes),
        };
        let padding = spec.width.saturating_sub(around + count(&whole));
        let (left, inner, right) = spec.split_padding(padding);
        out.push_repeated(spec.fill, left);
        out.push_str(self.sign);
        out.push_str(self.prefix);
        out.push_repeated(spec.fill, inner);
        out.push_str(&whole);
        out.push_str(self.point);
        out.push_str(&fraction);
        out.push_str(self.rest);
        out.push_repeated(spec.fill, right);
        Ok(())
    }
}

/// What a writer appends, as a string of its own.
fn made(write: impl FnOnce(&mut StrBuilder) -> Result<()>) -> Result<StrBuf> {
    let mut out = StrBuilder::new();
    write(&mut out)?;
    Ok(out.finish())
}

/// The separator and group sizes that a spec asks for.
fn grouping_of<'a>(spec: &FormatSpec, group: &'a [u8], locale: &'a NumberLocale) -> (&'a str, &'a [u8]) {
    match spec.grouping {
        _ if spec.kind == u32::from(b'n') => (&locale.thousands_separator, &locale.grouping),
        None => ("", &[]),
        Some(Grouping::Comma) => (",", group),
        Some(Grouping::Underscore) => ("_", group),
    }
}

/// `format(str, spec)`.
pub fn format_str(value: StrRef<'_>, spec: StrRef<'_>) -> Result<StrBuf> {
    if spec.is_empty() {
        return Ok(value.to_buf());
    }
    FormatSpec::parse(spec, FormatTarget::STR)?.format_str(value, "str")
}

/// `format(int, spec)`; `max_digits` is the limit on decimal conversions.
pub fn format_int(value: &IBig, spec: StrRef<'_>, max_digits: usize) -> Result<StrBuf> {
    if spec.is_empty() {
        return int_to_decimal(value, max_digits).map(StrBuf::from);
    }
    let spec = FormatSpec::parse(spec, FormatTarget::INT)?;
    spec.format_int(value, "int", max_digits, &NumberLocale::default())
}

/// `format(float, spec)`.
pub fn format_float(value: f64, spec: StrRef<'_>) -> Result<StrBuf> {
    if spec.is_empty() {
        return Ok(crate::float_text::float_repr(value).into());
    }
    FormatSpec::parse(spec, FormatTarget::FLOAT)?.format_float(value, "float", &NumberLocale::default())
}

/// `format(complex, spec)`.
pub fn format_complex(real: f64, imaginary: f64, spec: StrRef<'_>) -> Result<StrBuf> {
    if spec.is_empty() {
        return Ok(crate::float_text::complex_repr(real, imaginary).into());
    }
    let spec = FormatSpec::parse(spec, FormatTarget::COMPLEX)?;
    spec.format_complex(real, imaginary, "complex", &NumberLocale::default())
}

impl FormatSpec {
    /// Where padding goes: before the sign, after it, at the end.
    fn split_padding(&self, padding: usize) -> (usize, usize, usize) {
        match self.align {
            Align::Left => (0, 0, padding),
            Align::Right => (padding, 0, 0),
            Align::AfterSign => (0, padding, 0),
            Align::Center => (padding / 2, 0, padding - padding / 2),
        }
    }

    /// The common case of a number without separators: sign, prefix and body (all ASCII), padded.
    fn write_plain(&self, out: &mut StrBuilder, sign: &str, prefix: &str, body: &[u8]) -> Result<()> {
        let len = sign.len() + prefix.len() + body.len();
        if self.width <= len {
            out.push_latin1(sign.as_bytes());
            out.push_latin1(prefix.as_bytes());
            out.push_latin1(body);
            return Ok(());
        }
        check_size(Some(self.width), "formatted number is too long")?;
        let (left, inner, right) = self.split_padding(self.width - len);
        out.push_repeated(self.fill, left);
        out.push_latin1(sign.as_bytes());
        out.push_latin1(prefix.as_bytes());
        out.push_repeated(self.fill, inner);
        out.push_latin1(body);
        out.push_repeated(self.fill, right);
        Ok(())
    }

    fn has_separators(&self) -> bool {
        self.grouping.is_some() || self.fraction_grouping.is_some() || self.kind == u32::from(b'n')
    }

    /// Ints of a machine word in short fields, without a big integer on the way. `false` leaves the spec, and all
    /// errors, to [`FormatSpec::format_int`]; nothing was written then.
    pub fn write_small_int(&self, value: i64, out: &mut StrBuilder) -> bool {
        let kind = u8::try_from(self.kind).unwrap_or(0);
        let zero_filled = self.fill == u32::from(b'0') && self.align == Align::AfterSign;
        let plain = self.precision.is_none() && !self.no_negative_zero && self.fraction_grouping.is_none();
        if !plain || self.width > 1000 || self.grouping.is_some() && zero_filled {
            return false;
        }
        let (radix_bits, group) = match kind {
            b'd' => (0, 3),
            b'x' | b'X' => (4, 4),
            b'o' => (3, 4),
            b'b' => (1, 4),
            _ => return false,
        };
        let mut digits = [0u8; 64];
        let mut at = digits.len();
        let mut left = value.unsigned_abs();
        if radix_bits == 0 {
            at = write_digits(&mut digits, at, left);
        } else {
            let alphabet = if kind == b'X' { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
            loop {
                at -= 1;
                digits[at] = alphabet[(left & ((1 << radix_bits) - 1)) as usize];
                left >>= radix_bits;
                if left == 0 {
                    break;
                }
            }
        }
        let prefix = match (self.alternate, kind) {
            (false, _) | (_, b'd') => "",
            (_, b'x') => "0x",
            (_, b'X') => "0X",
            (_, b'o') => "0o",
            _ => "0b",
        };
        let sign = sign_text(value < 0, self.sign);
        let Some(grouping) = self.grouping else { return self.write_plain(out, sign, prefix, &digits[at..]).is_ok() };
        let mut grouped = [0u8; 96];
        let mut to = grouped.len();
        for (i, &digit) in digits[at..].iter().rev().enumerate() {
            if i > 0 && i % group == 0 {
                to -= 1;
                grouped[to] = grouping.char() as u8;
            }
            to -= 1;
            grouped[to] = digit;
        }
        self.write_plain(out, sign, prefix, &grouped[to..]).is_ok()
    }

    /// As [`FormatSpec::write_small_int`], for fixed notation of floats.
    pub fn write_plain_float(&self, value: f64, out: &mut StrBuilder) -> bool {
        let precision = self.precision.unwrap_or(6);
        let plain = self.kind == u32::from(b'f') && !self.no_negative_zero && !self.alternate && !self.has_separators();
        if !plain || self.width > 1000 || precision > 22 || !value.is_finite() {
            return false;
        }
        with_fixed(value, precision, |text| {
            let body = text.strip_prefix(b"-").unwrap_or(text);
            self.write_plain(out, sign_text(body.len() < text.len(), self.sign), "", body).is_ok()
        })
    }

    /// As [`FormatSpec::write_small_int`], for strings: width and precision, without complaints.
    pub fn write_plain_str(&self, value: StrRef<'_>, out: &mut StrBuilder) -> bool {
        let plain = self.kind == u32::from(b's') && self.sign.is_none() && !self.no_negative_zero && !self.alternate;
        if !plain || self.width > 1000 || self.align == Align::AfterSign {
            return false;
        }
        let value = value.slice(0..self.precision.unwrap_or(usize::MAX));
        let (left, _, right) = self.split_padding(self.width.saturating_sub(value.len()));
        out.push_repeated(self.fill, left);
        out.push_ref(value);
        out.push_repeated(self.fill, right);
        true
    }

    /// Applies the spec to a string.
    pub fn format_str(&self, value: StrRef<'_>, type_name: &str) -> Result<StrBuf> {
        if self.kind != u32::from(b's') {
            return Err(unknown_kind(self.kind, type_name));
        }
        let refused = match self.sign {
            Some(Sign::Space) => "Space not allowed in string format specifier",
            Some(_) => "Sign not allowed in string format specifier",
            None if self.no_negative_zero => "Negative zero coercion (z) not allowed in string format specifier",
            None if self.alternate => "Alternate form (#) not allowed in string format specifier",
            None if self.align == Align::AfterSign => "'=' alignment not allowed in string format specifier",
            None => "",
        };
        if !refused.is_empty() {
            return Err(TextError::value(refused));
        }
        let value = value.slice(0..self.precision.unwrap_or(usize::MAX));
        let padding = self.width.saturating_sub(value.len());
        let left = match self.align {
            Align::Left | Align::AfterSign => 0,
            Align::Right => padding,
            Align::Center => padding / 2,
        };
        Ok(value.pad(left, padding - left, self.fill)?.unwrap_or_else(|| value.to_buf()))
    }

    /// Applies the spec to an int.
    pub fn format_int(
        &self,
        value: &IBig,
        type_name: &str,
        max_digits: usize,
        locale: &NumberLocale,
    ) -> Result<StrBuf> {
        let kind = u8::try_from(self.kind).unwrap_or(0);
        match kind {
            b'd' | b'n' | b'b' | b'o' | b'x' | b'X' | b'c' => {}
            b'e' | b'f' | b'g' | b'E' | b'F' | b'G' | b'%' => {
                return self.format_float(int_to_float(value)?, type_name, locale);
            }
            _ => return Err(unknown_kind(self.kind, type_name)),
        }
        if self.precision.is_some() {
            return Err(TextError::value("Precision not allowed in integer format specifier"));
        }
        if self.no_negative_zero {
            return Err(TextError::value("Negative zero coercion (z) not allowed in integer format specifier"));
        }
        if kind == b'c' {
            return self.format_char(value);
        }
        let radix = match kind {
            b'b' => 2,
            b'o' => 8,
            b'x' | b'X' => 16,
            _ => 10,
        };
        let (mut digits, mut prefix) = if radix == 10 {
            let text = int_to_decimal(value, max_digits)?;
            (text.strip_prefix('-').map(str::to_owned).unwrap_or(text), "")
        } else {
            let prefix = match (self.alternate, kind) {
                (false, _) => "",
                (_, b'b') => "0b",
                (_, b'o') => "0o",
                _ => "0x",
            };
            (magnitude_to_radix(value, radix), prefix)
        };
        if kind == b'X' {
            digits.make_ascii_uppercase();
            prefix = if prefix.is_empty() { "" } else { "0X" };
        }
        let sign = sign_text(value.is_negative(), self.sign);
        if !self.has_separators() {
            return made(|out| self.write_plain(out, sign, prefix, digits.as_bytes()));
        }
        let group: &[u8] = if radix == 10 { &[3] } else { &[4] };
        let (separator, group_sizes) = grouping_of(self, group, locale);
        let parts = NumberParts {
            sign,
            prefix,
            whole: &digits,
            point: "",
            fraction: "",
            rest: "",
            separator,
            group_sizes,
            fraction_separator: None,
        };
        made(|out| parts.write(self, out))
    }

    fn format_char(&self, value: &IBig) -> Result<StrBuf> {
        if self.sign.is_some() {
            return Err(TextError::value("Sign not allowed with integer format specifier 'c'"));
        }
        if self.alternate {
            return Err(TextError::value("Alternate form (#) not allowed with integer format specifier 'c'"));
        }
        let code =
            i64::try_from(value).map_err(|_| TextError::overflow("Python int too large to convert to C long"))?;
        let code = u32::try_from(code)
            .ok()
            .filter(|&c| c <= 0x10_FFFF)
            .ok_or_else(|| TextError::overflow("%c arg not in range(0x110000)"))?;
        let text = StrBuf::from_char(code);
        let padding = self.width.saturating_sub(1);
        let left = match self.align {
            Align::Left => 0,
            Align::Right | Align::AfterSign => padding,
            Align::Center => padding / 2,
        };
        Ok(text.as_ref().pad(left, padding - left, self.fill)?.unwrap_or(text))
    }

    /// Applies the spec to a float.
    pub fn format_float(&self, value: f64, type_name: &str, locale: &NumberLocale) -> Result<StrBuf> {
        let kind = u8::try_from(self.kind).unwrap_or(0xFF);
        let (code, default_precision, value) = match kind {
            0 => (b'r', 0, value),
            b'n' => (b'g', 6, value),
            b'%' => (b'f', 6, value * 100.0),
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => (kind, 6, value),
            _ => return Err(unknown_kind(self.kind, type_name)),
        };
        let mut text = self.float_digits(value, code, default_precision, kind == 0)?;
        text.push_str(if kind == b'%' { "%" } else { "" });
        if !self.has_separators() {
            let body = text.strip_prefix('-').unwrap_or(&text);
            return made(|out| self.write_plain(out, sign_text(body.len() < text.len(), self.sign), "", body.as_bytes()));
        }
        made(|out| self.number_from_text(&text, self.sign, locale).write(self, out))
    }

    /// The unpadded text of a float, or of one part of a complex number.
    fn float_digits(&self, value: f64, code: u8, default_precision: usize, add_dot_zero: bool) -> Result<String> {
        let precision = self.precision.unwrap_or(default_precision);
        if i32::try_from(precision).is_err() {
            return Err(TextError::value("precision too big"));
        }
        check_size(Some(precision), "")?;
        let code = if code == b'r' && self.precision.is_some() { b'g' } else { code };
        let flags = FloatFlags { alternate: self.alternate, add_dot_zero };
        let mut text = double_to_string(value, code, precision, flags);
        if self.no_negative_zero && text.starts_with('-') {
            let mantissa = text[1..].split(['e', 'E']).next().unwrap_or("");
            if mantissa.bytes().all(|b| matches!(b, b'0' | b'.')) {
                text.remove(0);
            }
        }
        Ok(text)
    }

    fn number_from_text<'a>(&self, text: &'a str, sign: Option<Sign>, locale: &'a NumberLocale) -> NumberParts<'a> {
        let negative = text.starts_with('-');
        let body = &text[usize::from(negative)..];
        let whole = body.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, after) = body.split_at(whole);
        let (point, after) = match after.strip_prefix('.') {
            Some(after) if self.kind == u32::from(b'n') => (locale.decimal_point.as_str(), after),
            Some(after) => (".", after),
            None => ("", after),
        };
        let fraction = if point.is_empty() { 0 } else { after.bytes().take_while(u8::is_ascii_digit).count() };
        let (fraction, rest) = after.split_at(fraction);
        let (separator, group_sizes) = grouping_of(self, &[3], locale);
        NumberParts {
            sign: sign_text(negative, sign),
            prefix: "",
            whole,
            point,
            fraction,
            rest,
            separator,
            group_sizes,
            fraction_separator: self.fraction_grouping,
        }
    }

    /// Applies the spec to a complex number.
    pub fn format_complex(&self, real: f64, imaginary: f64, type_name: &str, locale: &NumberLocale) -> Result<StrBuf> {
        let kind = u8::try_from(self.kind).unwrap_or(0xFF);
        let (code, default_precision) = match kind {
            0 => (b'r', 0),
            b'n' => (b'g', 6),
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => (kind, 6),
            _ => return Err(unknown_kind(self.kind, type_name)),
        };
        if self.fill == u32::from(b'0') {
            return Err(TextError::value("Zero padding is not allowed in complex format specifier"));
        }
        if self.align == Align::AfterSign {
            return Err(TextError::value("'=' alignment flag is not allowed in complex format specifier"));
        }
        let only_imaginary = kind == 0 && real == 0.0 && real.is_sign_positive();
        let parentheses = kind == 0 && !only_imaginary;
        let unpadded = FormatSpec { width: 0, fill: 0, align: Align::Left, ..self.clone() };
        let mut text = StrBuilder::new();
        text.push_str(if parentheses { "(" } else { "" });
        if !only_imaginary {
            let digits = self.float_digits(real, code, default_precision, false)?;
            self.number_from_text(&digits, self.sign, locale).write(&unpadded, &mut text)?;
        }
        let digits = self.float_digits(imaginary, code, default_precision, false)?;
        let sign = if only_imaginary { self.sign } else { Some(Sign::Plus) };
        self.number_from_text(&digits, sign, locale).write(&unpadded, &mut text)?;
        text.push_str(if parentheses { "j)" } else { "j" });
        let text = text.finish();
        let padding = self.width.saturating_sub(text.len());
        let left = match self.align {
            Align::Left => 0,
            Align::Right | Align::AfterSign => padding,
            Align::Center => padding / 2,
        };
        Ok(text.as_ref().pad(left, padding - left, self.fill)?.unwrap_or(text))
    }
}
