//! The kernel of `_json`: documents as a stream of tokens, and strings with their escapes, in both directions.
//!
//! The scanner never recurses and builds no values: the caller owns the stack of containers (and its depth limit),
//! hooks and key memo. It accepts what CPython's C scanner accepts, `NaN` and `Infinity` included, and reports errors
//! at the same positions. Positions count characters.

use std::ops::Range;

use krait_text::unit::Unit;
use krait_text::{StrBuf, StrBuilder, StrRef, each_width};

/// Why scanning ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonError {
    /// `JSONDecodeError(message, document, at)`. The position is −1 for a string said to begin before the document.
    Decode { message: &'static str, at: isize },
    /// No value begins here: `StopIteration(at)`, which `json.decoder` turns into "Expecting value".
    NoValue { at: usize },
    /// `ValueError("end is out of bounds")`.
    OutOfBounds,
}

fn decode_error<T>(message: &'static str, at: usize) -> Result<T, JsonError> {
    Err(JsonError::Decode { message, at: at as isize })
}

/// Line and column, from 1, of a position in a document, as `JSONDecodeError` computes them.
pub fn line_and_column(text: StrRef<'_>, at: usize) -> (usize, usize) {
    let before = text.slice(0..at.min(text.len()));
    let line = 1 + before.iter().filter(|&c| c == 10).count();
    let last = before.iter().rposition(|c| c == 10);
    (line, last.map_or(at + 1, |newline| at - newline))
}

/// A string of a document: where it stands, if nothing is escaped, or what it stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Scanned {
    Plain(Range<usize>),
    Escaped(StrBuf),
}

impl Scanned {
    /// The string, given the document.
    pub fn to_buf(&self, document: StrRef<'_>) -> StrBuf {
        match self {
            Scanned::Plain(range) => document.slice(range.clone()).to_buf(),
            Scanned::Escaped(text) => text.clone(),
        }
    }
}

/// Scan a string whose opening quote is just before `end`; the string and the position behind its closing quote.
/// In strict mode control characters are refused.
pub fn scan_string(text: StrRef<'_>, end: usize, strict: bool) -> Result<(StrBuf, usize), JsonError> {
    if end > text.len() {
        return Err(JsonError::OutOfBounds);
    }
    let (scanned, end) = each_width!(text, units => scan_string_units(units, end, strict))?;
    Ok((scanned.to_buf(text), end))
}

fn slice_ref<T: Unit>(units: &[T], builder: &mut StrBuilder) {
    builder.extend(units.iter().map(|&unit| unit.into()));
}

fn scan_string_units<T: Unit>(units: &[T], start: usize, strict: bool) -> Result<(Scanned, usize), JsonError> {
    // Most strings end before anything special comes.
    let plain = units[start..].iter().position(|&unit| matches!(unit.into(), 0..=0x1F | 0x22 | 0x5C));
    if let Some(len) = plain
        && units[start + len].into() == 0x22
    {
        return Ok((Scanned::Plain(start..start + len), start + len + 1));
    }
    let (text, end) = scan_escaped(units, start, strict)?;
    Ok((Scanned::Escaped(text), end))
}

fn scan_escaped<T: Unit>(units: &[T], start: usize, strict: bool) -> Result<(StrBuf, usize), JsonError> {
    let unterminated = Err(JsonError::Decode { message: "Unterminated string starting at", at: start as isize - 1 });
    let mut out = StrBuilder::new();
    let mut at = start;
    loop {
        let special = |unit: &T| matches!((*unit).into(), 0..=0x1F | 0x22 | 0x5C);
        let mut next = at;
        let c: u32 = loop {
            match units[next..].iter().position(special) {
                None => return unterminated,
                Some(found) => next += found,
            }
            match units[next].into() {
                c @ (0x22 | 0x5C) => break c,
                _ if strict => return decode_error("Invalid control character at", next),
                _ => next += 1,
            }
        };
        if next > at {
            slice_ref(&units[at..next], &mut out);
        }
        next += 1;
        if c == 0x22 {
            return Ok((out.finish(), next));
        }
        let Some(&escape) = units.get(next) else { return unterminated };
        let escape: u32 = escape.into();
        if escape != u32::from(b'u') {
            let c = match u8::try_from(escape) {
                Ok(c @ (b'"' | b'\\' | b'/')) => c,
                Ok(b'b') => 8,
                Ok(b'f') => 12,
                Ok(b'n') => 10,
                Ok(b'r') => 13,
                Ok(b't') => 9,
                _ => return decode_error("Invalid \\escape", next - 1),
            };
            out.push(u32::from(c));
            at = next + 1;
            continue;
        }
        let mut c = hex_escape(units, next + 1)?;
        at = next + 5;
        if (0xD800..0xDC00).contains(&c) && is_escape_u(units, at) && at + 6 < units.len() {
            let low = hex_escape(units, at + 2)?;
            if (0xDC00..0xE000).contains(&low) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                at += 6;
            }
        }
        out.push(c);
    }
}

fn is_escape_u<T: Unit>(units: &[T], at: usize) -> bool {
    let is = |at: usize, c: u8| units.get(at).is_some_and(|&unit| unit.into() == u32::from(c));
    is(at, b'\\') && is(at + 1, b'u')
}

/// The four hexadecimal digits at `at`.
fn hex_escape<T: Unit>(units: &[T], at: usize) -> Result<u32, JsonError> {
    let message = "Invalid \\uXXXX escape";
    if at + 4 > units.len() {
        return decode_error(message, at - 1);
    }
    units[at..at + 4].iter().try_fold(0, |value, &unit| {
        let digit = char::from_u32(unit.into()).and_then(|c| c.to_digit(16));
        digit.map_or_else(|| decode_error(message, at - 1), |digit| Ok(value << 4 | digit))
    })
}

/// A piece of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    ObjectStart,
    /// A member's name; its value follows.
    Key(Scanned),
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    Str(Scanned),
    /// Where the digits of an integer are.
    Int(Range<usize>),
    Float(Range<usize>),
    True,
    False,
    Null,
    /// `NaN`, `Infinity` or `-Infinity`, for the `parse_constant` hook.
    Constant(&'static str),
}

#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Value,
    FirstKey,
    FirstItem,
    Comma,
    Nothing,
}

#[derive(Clone, Copy, PartialEq)]
enum Container {
    Object,
    Array,
}

/// Reads one value, token by token.
pub struct Scanner<'a> {
    text: StrRef<'a>,
    at: usize,
    strict: bool,
    open: Vec<Container>,
    expect: Expect,
}

impl<'a> Scanner<'a> {
    /// A scanner of the value that begins exactly at `at`; leading white space is not skipped.
    pub fn new(text: StrRef<'a>, at: usize, strict: bool) -> Scanner<'a> {
        Scanner { text, at, strict, open: Vec::new(), expect: Expect::Value }
    }

    /// Just behind what has been read.
    pub fn position(&self) -> usize {
        self.at
    }

    /// How many containers are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The next token; `None` when the value is complete.
    pub fn next_token(&mut self) -> Result<Option<Token>, JsonError> {
        if self.expect == Expect::Nothing {
            return Ok(None);
        }
        each_width!(self.text, units => self.token(units)).map(Some)
    }

    fn token<T: Unit>(&mut self, units: &[T]) -> Result<Token, JsonError> {
        match self.expect {
            Expect::FirstKey => {
                self.skip_space(units);
                if self.peek(units) == b'}' { Ok(self.close(Token::ObjectEnd)) } else { self.key(units) }
            }
            Expect::FirstItem => {
                self.skip_space(units);
                if self.peek(units) == b']' { Ok(self.close(Token::ArrayEnd)) } else { self.value(units) }
            }
            Expect::Comma => self.comma(units),
            Expect::Value | Expect::Nothing => self.value(units),
        }
    }

    /// The character at the current position if it is ASCII and not NUL, else 0.
    fn peek<T: Unit>(&self, units: &[T]) -> u8 {
        match units.get(self.at) {
            Some(&unit) if unit.into() < 128 => unit.into() as u8,
            _ => 0,
        }
    }

    fn skip_space<T: Unit>(&mut self, units: &[T]) {
        while matches!(self.peek(units), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn close(&mut self, token: Token) -> Token {
        self.at += 1;
        self.open.pop();
        self.value_done();
        token
    }

    fn value_done(&mut self) {
        self.expect = if self.open.is_empty() { Expect::Nothing } else { Expect::Comma };
    }

    fn key<T: Unit>(&mut self, units: &[T]) -> Result<Token, JsonError> {
        if self.peek(units) != b'"' {
            return decode_error("Expecting property name enclosed in double quotes", self.at);
        }
        let (key, end) = scan_string_units(units, self.at + 1, self.strict)?;
        self.at = end;
        self.skip_space(units);
        if self.peek(units) != b':' {
            return decode_error("Expecting ':' delimiter", self.at);
        }
        self.at += 1;
        self.skip_space(units);
        self.expect = Expect::Value;
        Ok(Token::Key(key))
    }

    /// What follows a value inside a container.
    fn comma<T: Unit>(&mut self, units: &[T]) -> Result<Token, JsonError> {
        let in_object = self.open.last() == Some(&Container::Object);
        let (closing, end, trailing) = if in_object {
            (b'}', Token::ObjectEnd, "Illegal trailing comma before end of object")
        } else {
            (b']', Token::ArrayEnd, "Illegal trailing comma before end of array")
        };
        self.skip_space(units);
        let found = self.peek(units);
        if found == closing {
            return Ok(self.close(end));
        }
        if found != b',' {
            return decode_error("Expecting ',' delimiter", self.at);
        }
        let comma = self.at;
        self.at += 1;
        self.skip_space(units);
        if self.peek(units) == closing {
            return decode_error(trailing, comma);
        }
        if in_object { self.key(units) } else { self.value(units) }
    }

    fn value<T: Unit>(&mut self, units: &[T]) -> Result<Token, JsonError> {
        match self.peek(units) {
            b'"' => {
                let (text, end) = scan_string_units(units, self.at + 1, self.strict)?;
                self.at = end;
                self.value_done();
                Ok(Token::Str(text))
            }
            b'{' => {
                self.at += 1;
                self.open.push(Container::Object);
                self.expect = Expect::FirstKey;
                Ok(Token::ObjectStart)
            }
            b'[' => {
                self.at += 1;
                self.open.push(Container::Array);
                self.expect = Expect::FirstItem;
                Ok(Token::ArrayStart)
            }
            b'n' => self.word(units, "null", Token::Null),
            b't' => self.word(units, "true", Token::True),
            b'f' => self.word(units, "false", Token::False),
            b'N' => self.word(units, "NaN", Token::Constant("NaN")),
            b'I' => self.word(units, "Infinity", Token::Constant("Infinity")),
            b'-' if units.get(self.at + 1).is_some_and(|&unit| unit.into() == u32::from(b'I')) => {
                self.word(units, "-Infinity", Token::Constant("-Infinity"))
            }
            _ => self.number(units),
        }
    }

    fn word<T: Unit>(&mut self, units: &[T], word: &str, token: Token) -> Result<Token, JsonError> {
        let here = units[self.at..].iter().take(word.len()).map(|&unit| unit.into());
        if !here.eq(word.bytes().map(u32::from)) {
            return Err(JsonError::NoValue { at: self.at });
        }
        self.at += word.len();
        self.value_done();
        Ok(token)
    }

    fn number<T: Unit>(&mut self, units: &[T]) -> Result<Token, JsonError> {
        let start = self.at;
        let is_digit = |at: usize| units.get(at).is_some_and(|&unit| (0x30..0x3A).contains(&unit.into()));
        let is = |at: usize, wanted: &[u8]| {
            units.get(at).is_some_and(|&unit| wanted.iter().any(|&c| u32::from(c) == unit.into()))
        };
        let mut at = start + usize::from(is(start, b"-"));
        if !is_digit(at) {
            return Err(JsonError::NoValue { at: start });
        }
        let leading_zero = is(at, b"0");
        at += 1;
        while !leading_zero && is_digit(at) {
            at += 1;
        }
        let mut float = false;
        if is(at, b".") && is_digit(at + 1) {
            float = true;
            at += 2;
            while is_digit(at) {
                at += 1;
            }
        }
        if is(at, b"eE") {
            let digits = at + 1 + usize::from(is(at + 1, b"+-"));
            if is_digit(digits) {
                float = true;
                at = digits + 1;
                while is_digit(at) {
                    at += 1;
                }
            }
        }
        self.at = at;
        self.value_done();
        Ok(if float { Token::Float(start..at) } else { Token::Int(start..at) })
    }
}

/// The two-character escape of a character, if JSON has one.
fn short_escape(c: u32) -> Option<&'static str> {
    Some(match c {
        0x22 => "\\\"",
        0x5C => "\\\\",
        0x08 => "\\b",
        0x09 => "\\t",
        0x0A => "\\n",
        0x0C => "\\f",
        0x0D => "\\r",
        _ => return None,
    })
}

fn push_escape(out: &mut StrBuilder, unit: u32) {
    out.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        out.push(u32::from(b"0123456789abcdef"[(unit >> shift & 15) as usize]));
    }
}

fn encode(out: &mut StrBuilder, text: StrRef<'_>, is_plain: impl Fn(u32) -> bool) {
    out.push(0x22);
    each_width!(text, units => encode_units(out, text, units, is_plain));
    out.push(0x22);
}

fn encode_units<T: Unit>(out: &mut StrBuilder, text: StrRef<'_>, units: &[T], is_plain: impl Fn(u32) -> bool) {
    let mut at = 0;
    while let Some(plain) = units[at..].iter().position(|&unit| !is_plain(unit.into())) {
        out.push_ref(text.slice(at..at + plain));
        let c: u32 = units[at + plain].into();
        at += plain + 1;
        match short_escape(c) {
            Some(escape) => out.push_latin1(escape.as_bytes()),
            None if c > 0xFFFF => {
                push_escape(out, 0xD800 + ((c - 0x10000) >> 10));
                push_escape(out, 0xDC00 + (c & 0x3FF));
            }
            None => push_escape(out, c),
        }
    }
    out.push_ref(text.slice(at..text.len()));
}

/// Appends a quoted string that leaves everything but quotes, backslashes and control characters as it is.
pub fn push_basestring(out: &mut StrBuilder, text: StrRef<'_>) {
    encode(out, text, |c| c >= 0x20 && c != 0x22 && c != 0x5C)
}

/// Appends a quoted string in printable ASCII.
pub fn push_basestring_ascii(out: &mut StrBuilder, text: StrRef<'_>) {
    encode(out, text, |c| (0x20..0x7F).contains(&c) && c != 0x22 && c != 0x5C)
}

/// As `push_basestring`, the string alone.
pub fn encode_basestring(text: StrRef<'_>) -> StrBuf {
    let mut out = StrBuilder::with_capacity(text.len() + 2);
    push_basestring(&mut out, text);
    out.finish()
}

/// As `push_basestring_ascii`, the string alone.
pub fn encode_basestring_ascii(text: StrRef<'_>) -> StrBuf {
    let mut out = StrBuilder::with_capacity(text.len() + 2);
    push_basestring_ascii(&mut out, text);
    out.finish()
}

/// A float as JSON text; `None` stands for "not JSON compliant" when only finite numbers are allowed.
pub fn encode_float(x: f64, allow_nan: bool) -> Option<String> {
    let name = if x.is_finite() {
        return Some(krait_text::float_text::float_repr(x));
    } else if x.is_nan() {
        "NaN"
    } else if x > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    };
    allow_nan.then(|| name.to_owned())
}
