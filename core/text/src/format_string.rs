//! The template language of `str.format`: literals, `{field!conversion:spec}`, and field names.
//!
//! The parser yields pieces as ranges of the template; the caller evaluates fields, expands nested specs by parsing them
//! again (two levels at most), and formats. `AutoNumber` keeps the manual and automatic numbering apart. The same pieces
//! serve `_string.formatter_parser` and `_string.formatter_field_name_split`.

use std::ops::Range;

use crate::error::{Result, TextError};
use crate::format_spec::{scan_number, shown_char};
use crate::strref::{Chars32, StrRef};

/// Literal text, then perhaps a replacement field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Range of the template that is output as it stands; a doubled brace is already halved.
    pub literal: Range<usize>,
    pub field: Option<Field>,
}

/// A replacement field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: Range<usize>,
    pub spec: Range<usize>,
    pub conversion: Option<u32>,
    /// The spec contains fields of its own.
    pub nested: bool,
}

/// Iterates over the pieces of a template. After an error the iteration ends.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    text: StrRef<'a>,
    at: usize,
}

/// The pieces of a template.
pub fn pieces(template: StrRef<'_>) -> Pieces<'_> {
    Pieces { text: template, at: 0 }
}

/// One step of the parser, over characters of one kind.
struct Scanner<T> {
    text: T,
    at: usize,
}

const OPEN: u32 = 0x7B;
const CLOSE: u32 = 0x7D;

impl Iterator for Pieces<'_> {
    type Item = Result<Piece>;
    fn next(&mut self) -> Option<Result<Piece>> {
        if self.at >= self.text.len() {
            return None;
        }
        let (piece, at) = match self.text {
            StrRef::One(bytes) => step(bytes, self.at),
            wide => step(wide, self.at),
        };
        self.at = if piece.is_err() { self.text.len() } else { at };
        Some(piece)
    }
}

fn step<T: Chars32>(text: T, at: usize) -> (Result<Piece>, usize) {
    let mut scanner = Scanner { text, at };
    let piece = scanner.next_piece();
    (piece, scanner.at)
}

impl<T: Chars32> Scanner<T> {
    fn next_piece(&mut self) -> Result<Piece> {
        let start = self.at;
        let mut brace = start;
        let c = loop {
            match self.text.at(brace) {
                None => {
                    self.at = brace;
                    return Ok(Piece { literal: start..self.at, field: None });
                }
                Some(c @ (OPEN | CLOSE)) => break Some(c),
                Some(_) => brace += 1,
            }
        };
        let next = self.text.at(brace + 1);
        if next == c {
            self.at = brace + 2;
            return Ok(Piece { literal: start..brace + 1, field: None });
        }
        if c == Some(CLOSE) {
            return Err(TextError::value("Single '}' encountered in format string"));
        }
        if next.is_none() {
            return Err(TextError::value("Single '{' encountered in format string"));
        }
        self.at = brace + 1;
        let field = self.field()?;
        Ok(Piece { literal: start..brace, field: Some(field) })
    }

    fn take(&mut self) -> Option<u32> {
        let c = self.text.at(self.at);
        self.at += usize::from(c.is_some());
        c
    }

    /// The field whose opening brace has just been passed.
    fn field(&mut self) -> Result<Field> {
        let start = self.at;
        let (mut in_brackets, mut end) = (false, None);
        while let Some(c) = self.take() {
            match u8::try_from(c) {
                Ok(b'{') if !in_brackets => return Err(TextError::value("unexpected '{' in field name")),
                Ok(b'[') => in_brackets = true,
                Ok(b']') => in_brackets = false,
                Ok(b'}' | b':' | b'!') if !in_brackets => {
                    end = Some(c);
                    break;
                }
                _ => {}
            }
        }
        let Some(end) = end else { return Err(TextError::value("expected '}' before end of string")) };
        let name = start..self.at - 1;
        let mut conversion = None;
        if end == CLOSE {
            return Ok(Field { name, spec: self.at - 1..self.at - 1, conversion, nested: false });
        }
        if end == u32::from(b'!') {
            let no_conversion = || TextError::value("end of string while looking for conversion specifier");
            conversion = Some(self.take().ok_or_else(no_conversion)?);
            match self.take() {
                Some(CLOSE) => return Ok(Field { name, spec: self.at - 1..self.at - 1, conversion, nested: false }),
                Some(0x3A) | None => {}
                Some(_) => return Err(TextError::value("expected ':' after conversion specifier")),
            }
        }
        let (spec_start, mut depth, mut nested) = (self.at, 1, false);
        while let Some(c) = self.take() {
            if c == OPEN {
                (depth, nested) = (depth + 1, true);
            } else if c == CLOSE {
                depth -= 1;
                if depth == 0 {
                    return Ok(Field { name, spec: spec_start..self.at - 1, conversion, nested });
                }
            }
        }
        Err(TextError::value("unmatched '{' in format spec"))
    }
}

/// How a field name begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum First {
    /// Nothing: automatic numbering.
    Empty,
    Index(usize),
    /// A range of the field name.
    Name(Range<usize>),
}

/// One step from an object to a part of it; ranges are of the field name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Attribute(Range<usize>),
    Index(usize),
    Key(Range<usize>),
}

/// The steps after the first part of a field name. Errors come when the step is reached, as evaluation expects.
#[derive(Clone, Debug)]
pub struct Steps<'a> {
    name: StrRef<'a>,
    at: usize,
}

fn is_step_start(c: u32) -> bool {
    c == u32::from(b'.') || c == u32::from(b'[')
}

/// A whole-number part, if it is one.
fn as_index(name: StrRef<'_>, range: &Range<usize>) -> Result<Option<usize>> {
    if range.is_empty() {
        return Ok(None);
    }
    let part = name.slice(range.clone());
    let (end, value) = scan_number(part, 0)?;
    Ok((end == part.len()).then_some(value))
}

/// Splits a field name into its first part and the steps after it.
pub fn split_field_name(name: StrRef<'_>) -> Result<(First, Steps<'_>)> {
    let end = name.iter().position(is_step_start).unwrap_or(name.len());
    let first = match as_index(name, &(0..end))? {
        Some(index) => First::Index(index),
        None if end == 0 => First::Empty,
        None => First::Name(0..end),
    };
    Ok((first, Steps { name, at: end }))
}

impl Iterator for Steps<'_> {
    type Item = Result<Step>;
    fn next(&mut self) -> Option<Result<Step>> {
        if self.at >= self.name.len() {
            return None;
        }
        let step = self.next_step();
        if step.is_err() {
            self.at = self.name.len();
        }
        Some(step)
    }
}

impl Steps<'_> {
    fn next_step(&mut self) -> Result<Step> {
        let rest = |at| self.name.slice(at..self.name.len());
        let start = self.at + 1;
        let empty = || TextError::value("Empty attribute in format string");
        match self.name.get(self.at).and_then(|c| u8::try_from(c).ok()) {
            Some(b'.') => {
                let end = rest(start).iter().position(is_step_start).map_or(self.name.len(), |i| start + i);
                self.at = end;
                if end == start { Err(empty()) } else { Ok(Step::Attribute(start..end)) }
            }
            Some(b'[') => {
                let end = rest(start)
                    .find_char(b']'.into())
                    .map(|i| start + i)
                    .ok_or_else(|| TextError::value("Missing ']' in format string"))?;
                self.at = end + 1;
                match as_index(self.name, &(start..end))? {
                    _ if end == start => Err(empty()),
                    Some(index) => Ok(Step::Index(index)),
                    None => Ok(Step::Key(start..end)),
                }
            }
            _ => Err(TextError::value("Only '.' or '[' may follow ']' in format field specifier")),
        }
    }
}

/// Tells automatic from manual numbering within one template.
#[derive(Clone, Debug, Default)]
pub struct AutoNumber {
    manual: Option<bool>,
    next: usize,
}

impl AutoNumber {
    /// The number of an empty field name, unless names with numbers came before.
    pub fn peek(&self) -> Option<usize> {
        (self.manual != Some(true)).then_some(self.next)
    }
    /// An empty field name got the number that `peek` said.
    pub fn advance(&mut self) {
        self.manual = Some(false);
        self.next += 1;
    }
    /// Gives an empty field name its number, and refuses a mixture of both ways.
    pub fn resolve(&mut self, first: First) -> Result<First> {
        let manual = match first {
            First::Name(_) => return Ok(first),
            First::Empty => false,
            First::Index(_) => true,
        };
        if *self.manual.get_or_insert(manual) != manual {
            return Err(TextError::value(if manual {
                "cannot switch from automatic field numbering to manual field specification"
            } else {
                "cannot switch from manual field specification to automatic field numbering"
            }));
        }
        if manual {
            return Ok(first);
        }
        self.next += 1;
        Ok(First::Index(self.next - 1))
    }
}

/// The error for a nested spec inside a nested spec.
pub fn recursion_error() -> TextError {
    TextError::value("Max string recursion exceeded")
}

/// The error for a conversion other than `r`, `s` and `a`.
pub fn unknown_conversion(conversion: u32) -> TextError {
    TextError::value(format!("Unknown conversion specifier {}", shown_char(conversion)))
}
