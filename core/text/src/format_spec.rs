//! The format mini-language: `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`.
//!
//! Parsing only, with CPython's messages; `format_value` applies a parsed spec to a str, int, float or complex.
//! A caller with a memory quota looks at `FormatSpec::output_floor` between the two.

use crate::error::{Result, TextError};
use crate::numeric;
use crate::strref::{Chars32, StrRef};

/// Which side the padding is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
    Center,
    /// Between sign and digits.
    AfterSign,
}

/// When a sign is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Minus,
    Plus,
    Space,
}

/// A separator between groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    Comma,
    Underscore,
}

impl Grouping {
    pub fn char(self) -> char {
        match self {
            Grouping::Comma => ',',
            Grouping::Underscore => '_',
        }
    }
}

/// A parsed format specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    pub fill: u32,
    pub align: Align,
    /// `None` if the spec did not mention a sign.
    pub sign: Option<Sign>,
    pub no_negative_zero: bool,
    pub alternate: bool,
    pub width: usize,
    pub grouping: Option<Grouping>,
    pub precision: Option<usize>,
    pub fraction_grouping: Option<Grouping>,
    /// The presentation type as a code point; the type's default if the spec has none, zero where that is unnamed.
    pub kind: u32,
}

/// Names the type of the formatted object in messages, and its defaults.
#[derive(Clone, Copy, Debug)]
pub struct FormatTarget<'a> {
    pub type_name: &'a str,
    pub default_kind: u8,
    pub default_align: Align,
}

impl FormatTarget<'_> {
    pub const STR: FormatTarget<'static> = FormatTarget::for_str("str");
    pub const INT: FormatTarget<'static> = FormatTarget::for_int("int");
    pub const FLOAT: FormatTarget<'static> = FormatTarget::for_float("float");
    pub const COMPLEX: FormatTarget<'static> = FormatTarget::for_float("complex");
    pub const fn for_str(type_name: &str) -> FormatTarget<'_> {
        FormatTarget { type_name, default_kind: b's', default_align: Align::Left }
    }
    pub const fn for_int(type_name: &str) -> FormatTarget<'_> {
        FormatTarget { type_name, default_kind: b'd', default_align: Align::Right }
    }
    /// Floats and complex numbers, whose default presentation has no letter.
    pub const fn for_float(type_name: &str) -> FormatTarget<'_> {
        FormatTarget { type_name, default_kind: 0, default_align: Align::Right }
    }
}

/// A character as messages show it: itself if printable ASCII, `\x` and its number otherwise.
pub(crate) fn shown_char(c: u32) -> String {
    match u8::try_from(c) {
        Ok(b @ 0x21..=0x7F) => char::from(b).to_string(),
        _ => format!("\\x{c:x}"),
    }
}

/// The error for a presentation type that the object does not have.
pub fn unknown_kind(kind: u32, type_name: &str) -> TextError {
    TextError::value(format!("Unknown format code '{}' for object of type '{type_name}'", shown_char(kind)))
}

struct Cursor<T> {
    text: T,
    at: usize,
}

impl<T: Chars32> Cursor<T> {
    #[inline]
    fn peek(&self) -> Option<u32> {
        self.text.at(self.at)
    }
    fn take(&mut self, c: char) -> bool {
        let hit = self.peek() == Some(c.into());
        self.at += usize::from(hit);
        hit
    }
    /// A run of decimal digits of any script; `None` if there is none.
    fn number(&mut self) -> Result<Option<usize>> {
        let (end, value) = scan_number(self.text, self.at)?;
        let found = end > self.at;
        self.at = end;
        Ok(found.then_some(value))
    }
    fn align(&self, at: usize) -> Option<Align> {
        Some(match u8::try_from(self.text.at(at)?).ok()? {
            b'<' => Align::Left,
            b'>' => Align::Right,
            b'=' => Align::AfterSign,
            b'^' => Align::Center,
            _ => return None,
        })
    }
}

/// The decimal number at `start` and where it ends. Limits are those of 64 bits on every machine; what does not fit
/// its memory is too big for it in any case.
pub(crate) fn scan_number<T: Chars32>(text: T, start: usize) -> Result<(usize, usize)> {
    let (mut at, mut value) = (start, 0u64);
    while let Some(d) = text.at(at).and_then(numeric::decimal) {
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(d.into()))
            .filter(|&v| v <= i64::MAX as u64)
            .ok_or_else(|| TextError::value("Too many decimal digits in format string"))?;
        at += 1;
    }
    Ok((at, usize::try_from(value).unwrap_or(1 << 31)))
}

impl FormatSpec {
    /// Parses `spec` for a kind of object.
    pub fn parse(spec: StrRef<'_>, target: FormatTarget<'_>) -> Result<FormatSpec> {
        match spec {
            StrRef::One(bytes) => FormatSpec::parse_text(bytes, spec, target),
            wide => FormatSpec::parse_text(wide, spec, target),
        }
    }
    fn parse_text<T: Chars32>(text: T, spec: StrRef<'_>, target: FormatTarget<'_>) -> Result<FormatSpec> {
        let mut out = FormatSpec {
            fill: 0x20,
            align: target.default_align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: 0,
            grouping: None,
            precision: None,
            fraction_grouping: None,
            kind: target.default_kind.into(),
        };
        let mut cursor = Cursor { text, at: 0 };
        let (mut has_fill, mut has_align) = (false, true);
        if let (Some(fill), Some(align)) = (text.at(0), cursor.align(1)) {
            (out.fill, out.align, has_fill, cursor.at) = (fill, align, true, 2);
        } else if let Some(align) = cursor.align(0) {
            (out.align, cursor.at) = (align, 1);
        } else {
            has_align = false;
        }
        out.sign = match cursor.peek().and_then(|c| u8::try_from(c).ok()) {
            Some(b'+') => Some(Sign::Plus),
            Some(b'-') => Some(Sign::Minus),
            Some(b' ') => Some(Sign::Space),
            _ => None,
        };
        cursor.at += usize::from(out.sign.is_some());
        out.no_negative_zero = cursor.take('z');
        out.alternate = cursor.take('#');
        if !has_fill && cursor.take('0') {
            out.fill = b'0'.into();
            if !has_align && target.default_align == Align::Right {
                out.align = Align::AfterSign;
            }
        }
        out.width = cursor.number()?.unwrap_or(0);
        out.grouping = parse_grouping(&mut cursor)?;
        if cursor.take('.') {
            out.precision = cursor.number()?;
            out.fraction_grouping = parse_grouping(&mut cursor)?;
            if out.precision.is_none() && out.fraction_grouping.is_none() {
                return Err(TextError::value("Format specifier missing precision"));
            }
        }
        match text.count() - cursor.at {
            0 => {}
            1 => out.kind = cursor.peek().unwrap_or(0),
            _ => {
                let (shown, name) = (spec.to_utf8_lossy(), target.type_name);
                let message = format!("Invalid format specifier '{shown}' for object of type '{name}'");
                return Err(TextError::value(message));
            }
        }
        out.check_grouping()?;
        Ok(out)
    }

    fn check_grouping(&self) -> Result<()> {
        let refuse = |grouping: Grouping| {
            let message = format!("Cannot specify '{}' with '{}'.", grouping.char(), shown_char(self.kind));
            Err(TextError::value(message))
        };
        let kind = u8::try_from(self.kind).unwrap_or(0xFF);
        match (self.grouping, kind) {
            (None, _) | (_, 0 | b'd' | b'e' | b'f' | b'g' | b'E' | b'F' | b'G' | b'%') => {}
            (Some(Grouping::Underscore), b'b' | b'o' | b'x' | b'X') => {}
            (Some(grouping), _) => return refuse(grouping),
        }
        match self.fraction_grouping {
            Some(grouping) if kind == b'n' => refuse(grouping),
            _ => Ok(()),
        }
    }

    /// A lower bound of the result's length, large only if the spec asks for it.
    pub fn output_floor(&self) -> usize {
        let has_fraction = matches!(u8::try_from(self.kind), Ok(b'e' | b'f' | b'E' | b'F' | b'%'));
        self.width.max(if has_fraction { self.precision.unwrap_or(0) } else { 0 })
    }

    /// Whether the spec asks for nothing, so that `str(value)` is the answer.
    pub fn is_default(spec: StrRef<'_>) -> bool {
        spec.is_empty()
    }
}

fn parse_grouping<T: Chars32>(cursor: &mut Cursor<T>) -> Result<Option<Grouping>> {
    let both = || Err(TextError::value("Cannot specify both ',' and '_'."));
    let mut grouping = cursor.take(',').then_some(Grouping::Comma);
    if cursor.take('_') {
        if grouping.is_some() {
            return both();
        }
        grouping = Some(Grouping::Underscore);
    }
    if grouping == Some(Grouping::Underscore) && cursor.peek() == Some(u32::from(b',')) {
        return both();
    }
    Ok(grouping)
}
