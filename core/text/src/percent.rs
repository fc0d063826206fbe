//! `%` formatting for str and bytes: parsing the format, laying out converted values.
//!
//! The parser yields items in order. For each item the caller looks up the key, takes the arguments of the stars, asks
//! for the conversion (`Item::conversion` may be a deferred error), takes the value, converts it, and pads it with one of
//! the functions below. That is CPython's order, so the same error wins when there are several.

use std::ops::Range;

use dashu_base::Signed;
use dashu_int::IBig;

use crate::error::{Result, TextError};
use crate::float_text::{FloatFlags, double_to_string, with_fixed};
use crate::int_text::{int_to_decimal, magnitude_to_radix, write_digits};
use crate::strref::{StrBuf, StrBuilder, StrRef, each_width};
use crate::transform::{check_size, reserve};
use crate::unit::Unit;

/// A width or precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    Absent,
    Given(usize),
    /// `*`: the next argument.
    Star,
}

/// The flags of a conversion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PercentFlags {
    pub left: bool,
    pub plus: bool,
    pub space: bool,
    pub alternate: bool,
    pub zero: bool,
}

/// Literal text, `%%`, or a conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    Literal(Range<usize>),
    /// `%%`
    Percent,
    Conversion(Conversion),
}

/// `%(key)-5.2f` and its like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The mapping key; an unclosed one is an error that comes after the check that there is a mapping.
    pub key: Option<Result<Range<usize>>>,
    pub flags: PercentFlags,
    pub width: Count,
    pub precision: Count,
    /// The conversion character, or the error to raise once key and stars are dealt with.
    pub kind: Result<u32>,
    /// Index of the conversion character, for `unsupported_character`.
    pub index: usize,
}

/// Iterates over the items of a format.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    text: StrRef<'a>,
    at: usize,
    precision_error: &'static str,
}

/// A conversion as most are, with flags, a short width and precision, and a known letter, and where it ends; `at` is
/// behind the `%`. What needs more care is left to [`Items`].
#[inline]
pub fn plain_conversion(format: &[u8], mut at: usize) -> Option<(PercentSpec, u8, usize)> {
    let mut spec = PercentSpec::default();
    let mut byte = *format.get(at)?;
    loop {
        match byte {
            b'-' => spec.flags.left = true,
            b'+' => spec.flags.plus = true,
            b' ' => spec.flags.space = true,
            b'0' => spec.flags.zero = true,
            _ => break,
        }
        at += 1;
        byte = *format.get(at)?;
    }
    let number = |at: &mut usize, byte: &mut u8| {
        let mut n = 0;
        while byte.is_ascii_digit() {
            n = n * 10 + usize::from(*byte - b'0');
            if n > 999 {
                return None;
            }
            *at += 1;
            *byte = *format.get(*at)?;
        }
        Some(n)
    };
    spec.width = number(&mut at, &mut byte)?;
    if byte == b'.' {
        at += 1;
        byte = *format.get(at)?;
        spec.precision = Some(number(&mut at, &mut byte)?);
    }
    matches!(byte, b's' | b'r' | b'd' | b'i' | b'u' | b'x' | b'X' | b'f' | b'F' | b'a' | b'o' | b'g' | b'e').then_some((spec, byte, at + 1))
}

/// The items of a `str` format from an index on.
pub fn items_from(format: StrRef<'_>, at: usize) -> Items<'_> {
    Items { text: format, at, precision_error: "precision too big" }
}

/// The items of a `str` format.
pub fn items(format: StrRef<'_>) -> Items<'_> {
    Items { text: format, at: 0, precision_error: "precision too big" }
}

/// The items of a `bytes` format; one message differs.
pub fn items_bytes(format: &[u8]) -> Items<'_> {
    Items { text: StrRef::One(format), at: 0, precision_error: "prec too big" }
}

impl Iterator for Items<'_> {
    type Item = Item;
    fn next(&mut self) -> Option<Item> {
        let start = self.at;
        let rest = self.text.slice(start..self.text.len());
        if rest.is_empty() {
            return None;
        }
        match rest.find_char(b'%'.into()) {
            Some(0) => {}
            found => {
                self.at = start + found.unwrap_or(rest.len());
                return Some(Item::Literal(start..self.at));
            }
        }
        self.at += 1;
        if self.peek() == Some(b'%') {
            self.at += 1;
            return Some(Item::Percent);
        }
        Some(Item::Conversion(self.conversion()))
    }
}

impl Items<'_> {
    /// Where the next item begins.
    pub fn position(&self) -> usize {
        self.at
    }
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).map(|c| u8::try_from(c).unwrap_or(0xFF))
    }

    fn key(&mut self) -> Result<Range<usize>> {
        let start = self.at + 1;
        let mut depth = 1;
        while depth > 0 {
            self.at += 1;
            match self.peek() {
                None => return Err(TextError::value("incomplete format key")),
                Some(b'(') => depth += 1,
                Some(b')') => depth -= 1,
                Some(_) => {}
            }
        }
        self.at += 1;
        Ok(start..self.at - 1)
    }

    fn count(&mut self, limit: usize, error: &str) -> Result<Option<usize>> {
        let mut value = None;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            let next = value.unwrap_or(0usize).checked_mul(10).and_then(|v| v.checked_add((digit - b'0').into()));
            value = Some(next.filter(|&v| v <= limit).ok_or_else(|| TextError::value(error))?);
            self.at += 1;
        }
        Ok(value)
    }

    fn conversion(&mut self) -> Conversion {
        let mut out = Conversion {
            key: None,
            flags: PercentFlags::default(),
            width: Count::Absent,
            precision: Count::Absent,
            kind: Ok(0),
            index: 0,
        };
        if self.peek() == Some(b'(') {
            out.key = Some(self.key());
        }
        loop {
            match self.peek() {
                Some(b'-') => out.flags.left = true,
                Some(b'+') => out.flags.plus = true,
                Some(b' ') => out.flags.space = true,
                Some(b'#') => out.flags.alternate = true,
                Some(b'0') => out.flags.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        out.kind = self.after_flags(&mut out);
        if out.kind.is_err() {
            self.at = self.text.len();
        }
        out.index = self.at.saturating_sub(1);
        out
    }

    fn after_flags(&mut self, out: &mut Conversion) -> Result<u32> {
        if self.peek() == Some(b'*') {
            self.at += 1;
            out.width = Count::Star;
        } else if let Some(width) = self.count(isize::MAX as usize, "width too big")? {
            out.width = Count::Given(width);
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.peek() == Some(b'*') {
                self.at += 1;
                out.precision = Count::Star;
            } else {
                out.precision = Count::Given(self.count(i32::MAX as usize, self.precision_error)?.unwrap_or(0));
            }
        }
        if matches!(self.peek(), Some(b'h' | b'l' | b'L')) {
            self.at += 1;
        }
        let kind = self.text.get(self.at).ok_or_else(|| TextError::value("incomplete format"))?;
        self.at += 1;
        Ok(kind)
    }
}

/// The error for a conversion character that does not exist.
pub fn unsupported_character(kind: u32, index: usize) -> TextError {
    let shown = u8::try_from(kind).ok().filter(|b| (0x20..0x7F).contains(b)).unwrap_or(b'?');
    let shown = char::from(shown);
    TextError::value(format!("unsupported format character '{shown}' (0x{kind:x}) at index {index}"))
}

/// Flags with width and precision resolved (stars taken, a negative star width turned into the `-` flag).
#[derive(Clone, Copy, Debug, Default)]
pub struct PercentSpec {
    pub flags: PercentFlags,
    pub width: usize,
    pub precision: Option<usize>,
}

impl PercentSpec {
    /// A lower bound of the result's length for numbers, large only if the format asks for it.
    pub fn output_floor(&self) -> usize {
        self.width.max(self.precision.unwrap_or(0))
    }
}

/// `%d %i %u %o %x %X` of an int: precision is the least number of digits.
pub fn percent_int(value: &IBig, kind: u8, spec: PercentSpec, max_digits: usize) -> Result<String> {
    let (mut digits, prefix) = match kind {
        b'o' => (magnitude_to_radix(value, 8), "0o"),
        b'x' => (magnitude_to_radix(value, 16), "0x"),
        b'X' => (magnitude_to_radix(value, 16).to_ascii_uppercase(), "0X"),
        _ => (int_to_decimal(value, max_digits)?.trim_start_matches('-').to_owned(), ""),
    };
    let precision = spec.precision.unwrap_or(0);
    check_size(Some(precision), "")?;
    if digits.len() < precision {
        digits.insert_str(0, &"0".repeat(precision - digits.len()));
    }
    let prefix = if spec.flags.alternate { prefix } else { "" };
    pad_number(value.is_negative(), prefix, &digits, spec)
}

/// `%e %f %g` and their capitals of a float.
pub fn percent_float(value: f64, kind: u8, spec: PercentSpec) -> Result<String> {
    let flags = FloatFlags { alternate: spec.flags.alternate, add_dot_zero: false };
    check_size(Some(spec.precision.unwrap_or(6)), "")?;
    let text = double_to_string(value, kind, spec.precision.unwrap_or(6), flags);
    let body = text.trim_start_matches('-');
    pad_number(body.len() < text.len(), "", body, spec)
}

impl PercentSpec {
    fn sign(self, negative: bool) -> &'static [u8] {
        match self.flags {
            _ if negative => b"-",
            PercentFlags { plus: true, .. } => b"+",
            PercentFlags { space: true, .. } => b" ",
            _ => b"",
        }
    }
    fn write_number(self, negative: bool, digits: &[u8], out: &mut StrBuilder) {
        let sign = self.sign(negative);
        let padding = self.width.saturating_sub(sign.len() + digits.len());
        let (left, zeros) = match (self.flags.left, self.flags.zero) {
            (true, _) => (0, 0),
            (_, true) => (0, padding),
            _ => (padding, 0),
        };
        out.push_repeated(0x20, left);
        out.push_latin1(sign);
        out.push_repeated(0x30, zeros);
        out.push_latin1(digits);
        out.push_repeated(0x20, padding - left - zeros);
    }
    /// Writes a machine int as `%d` or `%x` does, in a short field; `false` when nothing was written.
    pub fn write_small_int(self, value: i64, kind: u8, out: &mut StrBuilder) -> bool {
        if self.width > 1000 || self.precision.is_some() || self.flags.alternate {
            return false;
        }
        let mut digits = [0; 20];
        let at = match kind {
            b'd' | b'i' | b'u' => write_digits(&mut digits, 20, value.unsigned_abs()),
            b'x' | b'X' => {
                let alphabet = if kind == b'X' { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
                let (mut at, mut left) = (20, value.unsigned_abs());
                loop {
                    at -= 1;
                    digits[at] = alphabet[left as usize & 15];
                    left >>= 4;
                    if left == 0 {
                        break at;
                    }
                }
            }
            _ => return false,
        };
        self.write_number(value < 0, &digits[at..], out);
        true
    }
    /// Writes a float as `%f` does, in a short field; `false` when nothing was written.
    pub fn write_fixed(self, value: f64, out: &mut StrBuilder) -> bool {
        let precision = self.precision.unwrap_or(6);
        if self.width > 1000 || precision > 22 || self.flags.alternate || !value.is_finite() {
            return false;
        }
        with_fixed(value, precision, |text| {
            let body = text.strip_prefix(b"-").unwrap_or(text);
            self.write_number(body.len() < text.len(), body, out);
        });
        true
    }
    /// Writes converted text: cut to the precision, padded with spaces, in a short field; `false` when nothing was written.
    pub fn write_str(self, value: StrRef<'_>, out: &mut StrBuilder) -> bool {
        if self.width > 1000 {
            return false;
        }
        let value = value.slice(0..self.precision.unwrap_or(usize::MAX));
        let padding = self.width.saturating_sub(value.len());
        out.push_repeated(0x20, if self.flags.left { 0 } else { padding });
        out.push_ref(value);
        out.push_repeated(0x20, if self.flags.left { padding } else { 0 });
        true
    }
}

fn pad_number(negative: bool, prefix: &str, digits: &str, spec: PercentSpec) -> Result<String> {
    let sign = match spec.flags {
        _ if negative => "-",
        PercentFlags { plus: true, .. } => "+",
        PercentFlags { space: true, .. } => " ",
        _ => "",
    };
    let len = sign.len() + prefix.len() + digits.len();
    let padding = spec.width.saturating_sub(len);
    let mut bytes = Vec::new();
    reserve::<u8>(&mut bytes, len.checked_add(padding), "formatted number is too long")?;
    let mut out = String::from_utf8(bytes).unwrap_or_default();
    let fill = |out: &mut String, c: char| out.extend(std::iter::repeat_n(c, padding));
    if !spec.flags.left && !spec.flags.zero {
        fill(&mut out, ' ');
    }
    out.push_str(sign);
    out.push_str(prefix);
    if !spec.flags.left && spec.flags.zero {
        fill(&mut out, '0');
    }
    out.push_str(digits);
    if spec.flags.left {
        // The zero flag means nothing on the right of a number.
        fill(&mut out, ' ');
    }
    Ok(out)
}

/// `%s %r %a %c` of converted text: cut to the precision, padded with spaces.
pub fn percent_str(value: StrRef<'_>, spec: PercentSpec) -> Result<StrBuf> {
    let value = value.slice(0..spec.precision.unwrap_or(usize::MAX));
    let padding = spec.width.saturating_sub(value.len());
    let (left, right) = if spec.flags.left { (0, padding) } else { (padding, 0) };
    Ok(value.pad(left, right, 0x20)?.unwrap_or_else(|| value.to_buf()))
}

/// `%s %b %a %c` of converted bytes.
pub fn percent_bytes(value: &[u8], spec: PercentSpec) -> Result<Vec<u8>> {
    percent_str(StrRef::One(value), spec).map(|text| latin1_bytes(text.as_ref()))
}

fn latin1_bytes(text: StrRef<'_>) -> Vec<u8> {
    each_width!(text, u => u.iter().map(|&c| u8::truncate(c.into())).collect())
}
