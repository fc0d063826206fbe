//! `%` formatting for str and bytes: parsing the format, laying out converted values.
//!
//! The parser yields items in order. For each item the caller looks up the key, takes the arguments of the stars, asks
//! for the conversion (`Item::conversion` may be a deferred error), takes the value, converts it, and pads it with one of
//! the functions below. That is CPython's order, so the same error wins when there are several.

use std::ops::Range;

use dashu_base::Signed;
use dashu_int::IBig;

use crate::error::{Result, TextError};
use crate::float_text::{FloatFlags, double_to_string};
use crate::int_text::{int_to_decimal, magnitude_to_radix};
use crate::strref::{StrBuf, StrRef, each_width};
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
