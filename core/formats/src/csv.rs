//! The kernel of `_csv`: a state machine that turns lines into records, and the quoting that turns records into lines.
//!
//! A record may span lines, so the reader is fed line by line and says when a record is complete. Fields come out as
//! text, as text to be converted by `float()`, or as `None`, depending on the quoting mode. Looking up dialects by
//! name, `str()` of values and the iteration belong to the caller.

use krait_text::unit::Unit;
use krait_text::{StrBuf, StrBuilder, StrRef, each_width};

use crate::failure::{Failure, Result};

/// The reader's and writer's field limit at start.
pub const DEFAULT_FIELD_LIMIT: usize = 128 * 1024;

/// When fields are quoted, and what quotes mean; the discriminants are Python's `QUOTE_*` constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    Minimal = 0,
    All = 1,
    NonNumeric = 2,
    None = 3,
    Strings = 4,
    NotNull = 5,
}

impl Quoting {
    pub fn from_code(code: i64) -> Result<Quoting> {
        Ok(match code {
            0 => Quoting::Minimal,
            1 => Quoting::All,
            2 => Quoting::NonNumeric,
            3 => Quoting::None,
            4 => Quoting::Strings,
            5 => Quoting::NotNull,
            _ => return Err(Failure::type_error("bad \"quoting\" value")),
        })
    }
}

/// How records are written in text.
#[derive(Clone, Debug)]
pub struct Dialect {
    pub delimiter: u32,
    pub quotechar: Option<u32>,
    pub escapechar: Option<u32>,
    pub doublequote: bool,
    pub skipinitialspace: bool,
    pub lineterminator: StrBuf,
    pub quoting: Quoting,
    pub strict: bool,
}

impl Default for Dialect {
    fn default() -> Dialect {
        Dialect {
            delimiter: u32::from(b','),
            quotechar: Some(u32::from(b'"')),
            escapechar: None,
            doublequote: true,
            skipinitialspace: false,
            lineterminator: "\r\n".into(),
            quoting: Quoting::Minimal,
            strict: false,
        }
    }
}

impl Dialect {
    /// What `_csv.Dialect()` checks once all attributes are set. (A `quotechar` of `None` with no `quoting` given
    /// means [`Quoting::None`]; the caller applies that before.)
    pub fn check(&self) -> Result<()> {
        if self.quoting != Quoting::None && self.quotechar.is_none() {
            return Err(Failure::type_error("quotechar must be set if quoting enabled"));
        }
        let characters = [
            ("delimiter", Some(self.delimiter), true),
            ("escapechar", self.escapechar, !self.skipinitialspace),
            ("quotechar", self.quotechar, !self.skipinitialspace),
        ];
        for (name, c, allow_space) in characters {
            if matches!(c, Some(10 | 13)) || (c == Some(32) && !allow_space) {
                return Err(Failure::value(format!("bad {name} value")));
            }
            if c.is_some_and(|c| self.lineterminator.as_ref().contains_char(c)) {
                return Err(Failure::value(format!("bad {name} or lineterminator value")));
            }
        }
        let [delimiter, escapechar, quotechar] = characters;
        for (a, b) in [(delimiter, escapechar), (delimiter, quotechar), (escapechar, quotechar)] {
            if a.1.is_some() && a.1 == b.1 {
                return Err(Failure::value(format!("bad {} or {} value", a.0, b.0)));
            }
        }
        Ok(())
    }
}

/// A field that was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    Text(StrBuf),
    /// To be converted by `float()`, whose error is the reader's.
    Number(StrBuf),
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapedInQuoted,
    QuoteInQuoted,
    EatNewline,
    AfterEscapedNewline,
}

/// Turns lines into records.
#[derive(Debug)]
pub struct Reader {
    state: State,
    field: StrBuilder,
    record: Vec<Field>,
    unquoted: bool,
}

impl Default for Reader {
    fn default() -> Reader {
        Reader { state: State::StartRecord, field: StrBuilder::new(), record: Vec::new(), unquoted: true }
    }
}

const NEW_LINE_SEEN: &str = "new-line character seen in unquoted field - do you need to open the file with newline=''?";

impl Reader {
    pub fn new() -> Reader {
        Reader::default()
    }

    /// The fields of the half-read record.
    pub fn pending(&self) -> &[Field] {
        &self.record
    }

    /// Forget a half-read record; called before the first line of each.
    pub fn reset(&mut self) {
        *self = Reader::default();
    }

    /// Read one line; the record, if that completes it. A field longer than `limit` is an error.
    ///
    /// CPython converts numbers as it meets them, so before raising this error the caller converts those in
    /// [`Reader::pending`]: an error of `float()` comes first.
    pub fn line(&mut self, dialect: &Dialect, line: StrRef<'_>, limit: usize) -> Result<Option<Vec<Field>>> {
        each_width!(line, units => self.units(dialect, units, limit))?;
        self.end_of_line(dialect, limit)?;
        if self.state == State::StartRecord {
            return Ok(Some(std::mem::take(&mut self.record)));
        }
        Ok(None)
    }

    /// There are no more lines: the record that was being read, if any. The end is reached inside quotes or within a
    /// field, which is an error only in strict mode.
    pub fn end_of_input(&mut self, dialect: &Dialect) -> Result<Option<Vec<Field>>> {
        if self.field.is_empty() && self.state != State::InQuoted {
            return Ok(None);
        }
        if dialect.strict {
            return Err(Failure::module("unexpected end of data"));
        }
        self.save(dialect);
        Ok(Some(std::mem::take(&mut self.record)))
    }

    fn units<T: Unit>(&mut self, dialect: &Dialect, units: &[T], limit: usize) -> Result<()> {
        let special = |c: u32| {
            c == dialect.delimiter
                || c == 10
                || c == 13
                || Some(c) == dialect.quotechar
                || Some(c) == dialect.escapechar
        };
        let mut at = 0;
        while at < units.len() {
            if matches!(self.state, State::InField | State::InQuoted) {
                // Runs of ordinary characters only ever lengthen the field.
                let rest = &units[at..];
                let run = rest.iter().position(|&unit| special(unit.into())).unwrap_or(rest.len());
                if run > 0 {
                    self.check_limit(run, limit)?;
                    self.field.extend(rest[..run].iter().map(|&unit| unit.into()));
                    at += run;
                    continue;
                }
            }
            self.character(dialect, units[at].into(), limit)?;
            at += 1;
        }
        Ok(())
    }

    fn check_limit(&self, more: usize, limit: usize) -> Result<()> {
        if self.field.len() + more > limit {
            return Err(Failure::module(format!("field larger than field limit ({limit})")));
        }
        Ok(())
    }

    fn add(&mut self, c: u32, limit: usize) -> Result<()> {
        self.check_limit(1, limit)?;
        self.field.push(c);
        Ok(())
    }

    fn save(&mut self, dialect: &Dialect) {
        let text = std::mem::take(&mut self.field).finish();
        let unquoted = std::mem::replace(&mut self.unquoted, true);
        self.record.push(match dialect.quoting {
            Quoting::NotNull | Quoting::Strings if unquoted && text.is_empty() => Field::None,
            Quoting::NonNumeric | Quoting::Strings if unquoted && !text.is_empty() => Field::Number(text),
            _ => Field::Text(text),
        });
    }

    fn character(&mut self, dialect: &Dialect, c: u32, limit: usize) -> Result<()> {
        let newline = c == 10 || c == 13;
        let quote = Some(c) == dialect.quotechar && dialect.quoting != Quoting::None;
        let escape = Some(c) == dialect.escapechar;
        match self.state {
            State::StartRecord | State::StartField => {
                if newline {
                    if self.state == State::StartField {
                        self.save(dialect);
                    }
                    self.state = State::EatNewline;
                    return Ok(());
                }
                self.state = State::StartField;
                if quote {
                    self.unquoted = false;
                    self.state = State::InQuoted;
                } else if escape {
                    self.state = State::Escaped;
                } else if c == 32 && dialect.skipinitialspace {
                } else if c == dialect.delimiter {
                    self.save(dialect);
                } else {
                    self.add(c, limit)?;
                    self.state = State::InField;
                }
            }
            State::Escaped => {
                self.add(c, limit)?;
                self.state = if newline { State::AfterEscapedNewline } else { State::InField };
            }
            State::InField | State::AfterEscapedNewline => {
                if newline {
                    self.save(dialect);
                    self.state = State::EatNewline;
                } else if escape {
                    self.state = State::Escaped;
                } else if c == dialect.delimiter {
                    self.save(dialect);
                    self.state = State::StartField;
                } else {
                    // Behind an escaped newline the state stays, so that the record goes on in the next line.
                    self.add(c, limit)?;
                }
            }
            State::InQuoted => {
                if escape {
                    self.state = State::EscapedInQuoted;
                } else if quote {
                    self.state = if dialect.doublequote { State::QuoteInQuoted } else { State::InField };
                } else {
                    self.add(c, limit)?;
                }
            }
            State::EscapedInQuoted => {
                self.add(c, limit)?;
                self.state = State::InQuoted;
            }
            State::QuoteInQuoted => {
                if quote {
                    self.add(c, limit)?;
                    self.state = State::InQuoted;
                } else if c == dialect.delimiter {
                    self.save(dialect);
                    self.state = State::StartField;
                } else if newline {
                    self.save(dialect);
                    self.state = State::EatNewline;
                } else if !dialect.strict {
                    self.add(c, limit)?;
                    self.state = State::InField;
                } else {
                    let shown = |c: u32| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
                    return Err(Failure::module(format!(
                        "'{}' expected after '{}'",
                        shown(dialect.delimiter),
                        shown(dialect.quotechar.unwrap_or(0))
                    )));
                }
            }
            State::EatNewline => {
                if !newline {
                    return Err(Failure::module(NEW_LINE_SEEN));
                }
            }
        }
        Ok(())
    }

    fn end_of_line(&mut self, dialect: &Dialect, limit: usize) -> Result<()> {
        match self.state {
            State::StartRecord | State::InQuoted | State::AfterEscapedNewline => {}
            State::EatNewline => self.state = State::StartRecord,
            State::StartField | State::InField | State::QuoteInQuoted => {
                self.save(dialect);
                self.state = State::StartRecord;
            }
            State::Escaped => {
                self.add(10, limit)?;
                self.state = State::InField;
            }
            State::EscapedInQuoted => {
                self.add(10, limit)?;
                self.state = State::InQuoted;
            }
        }
        Ok(())
    }
}

/// What a value to write was, before it became text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Str,
    None,
    /// Something that `float()` or `int()` would take (`PyNumber_Check`).
    Number,
    Other,
}

/// Joins the fields of one record.
#[derive(Default, Debug)]
pub struct Writer {
    line: StrBuilder,
    fields: usize,
    last_was_none: bool,
}

impl Writer {
    pub fn new() -> Writer {
        Writer::default()
    }

    /// Append a field; the text of `None` is ignored.
    pub fn field(&mut self, dialect: &Dialect, text: StrRef<'_>, kind: Kind) -> Result<()> {
        let quoted = match dialect.quoting {
            Quoting::NonNumeric => kind != Kind::Number,
            Quoting::All => true,
            Quoting::Strings => kind == Kind::Str,
            Quoting::NotNull => kind != Kind::None,
            Quoting::Minimal | Quoting::None => false,
        };
        self.last_was_none = kind == Kind::None;
        let text = if kind == Kind::None { StrRef::EMPTY } else { text };
        self.append(dialect, text, kind == Kind::None, quoted)
    }

    /// Close the record; the line to write, with its terminator.
    pub fn finish(mut self, dialect: &Dialect) -> Result<StrBuf> {
        if self.fields > 0 && self.line.is_empty() {
            if forbids_quotes(dialect, self.last_was_none) {
                return Err(Failure::module("single empty field record must be quoted"));
            }
            self.fields = 0;
            self.append(dialect, StrRef::EMPTY, true, true)?;
        }
        self.line.push_ref(dialect.lineterminator.as_ref());
        Ok(self.line.finish())
    }

    fn append(&mut self, dialect: &Dialect, text: StrRef<'_>, is_none: bool, quoted: bool) -> Result<()> {
        let mut quoted = quoted;
        if text.is_empty() && dialect.delimiter == 32 && dialect.skipinitialspace {
            if forbids_quotes(dialect, is_none) {
                return Err(Failure::module(
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true",
                ));
            }
            quoted = true;
        }
        if self.fields > 0 {
            self.line.push(dialect.delimiter);
        }
        let body = escape(dialect, text, &mut quoted)?;
        let quote = dialect.quotechar.filter(|_| quoted);
        self.line.extend(quote);
        match &body {
            Some(body) => self.line.push_ref(body.as_ref()),
            None => self.line.push_ref(text),
        }
        self.line.extend(quote);
        self.fields += 1;
        Ok(())
    }
}

fn forbids_quotes(dialect: &Dialect, is_none: bool) -> bool {
    match dialect.quoting {
        Quoting::None => true,
        Quoting::Strings | Quoting::NotNull => is_none,
        _ => false,
    }
}

/// The text with its escapes, or `None` if it needs none; sets `quoted` when the text cannot stand bare.
fn escape(dialect: &Dialect, text: StrRef<'_>, quoted: &mut bool) -> Result<Option<StrBuf>> {
    let terminator = dialect.lineterminator.as_ref();
    let special = |c: u32| {
        c == dialect.delimiter
            || Some(c) == dialect.escapechar
            || Some(c) == dialect.quotechar
            || c == 10
            || c == 13
            || terminator.contains_char(c)
    };
    let mut out: Option<StrBuilder> = None;
    let mut copied = 0;
    for (at, c) in text.iter().enumerate().filter(|&(_, c)| special(c)) {
        let prefix = if dialect.quoting == Quoting::None {
            dialect.escapechar
        } else if Some(c) == dialect.quotechar {
            if dialect.doublequote {
                *quoted = true;
                Some(c)
            } else {
                dialect.escapechar
            }
        } else if Some(c) == dialect.escapechar {
            dialect.escapechar
        } else {
            *quoted = true;
            continue;
        };
        let Some(prefix) = prefix else { return Err(Failure::module("need to escape, but no escapechar set")) };
        let out = out.get_or_insert_with(|| StrBuilder::with_capacity(text.len() + 2));
        out.push_ref(text.slice(copied..at));
        out.push(prefix);
        copied = at;
    }
    Ok(out.map(|mut out| {
        out.push_ref(text.slice(copied..text.len()));
        out.finish()
    }))
}
