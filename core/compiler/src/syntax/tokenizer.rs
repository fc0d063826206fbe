//! A tokenizer that fails the way CPython's does.
//!
//! It runs only when the parser has rejected a program (and for interactive input): tokens are
//! made lazily, because which error a user sees depends on how far parsing has looked. It keeps
//! the bracket and indentation state that messages speak of. Lines count from 1, columns are
//! bytes from 0.

use super::explain::Explained;
use crate::error::ErrorKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Name,
    Number,
    String,
    /// Start, middle and end of f-strings; the flag says t-string.
    FStart(bool),
    FMiddle(bool),
    FEnd(bool),
    Op,
    Newline,
    /// Only for listings: comments, and newlines that end no statement.
    Comment,
    Nl,
    Indent,
    Dedent,
    End,
}

#[derive(Clone, Copy, Debug)]
pub struct Token<'s> {
    pub kind: Kind,
    pub text: &'s str,
    pub line: i32,
    pub col: i32,
    pub end_line: i32,
    pub end_col: i32,
    /// Depth of brackets after the token.
    pub level: usize,
}

/// Where the tokenizer is in the life of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    Ok,
    /// The end of input has been read.
    Eof,
    /// The end of input came inside a string literal.
    EofInString,
    Error,
}

#[derive(Clone, Copy)]
struct Bracket {
    open: u8,
    line: i32,
    col: i32,
}

/// One f-string being read.
struct Interpolated {
    quote: u8,
    triple: bool,
    raw: bool,
    template: bool,
    start: usize,
    first_line: i32,
    line_start: usize,
    /// Open `{` fields.
    fields: usize,
    /// Inside the format spec of the innermost field.
    in_spec: bool,
    /// A field inside the spec has ended, behind which it is read like plain text.
    spec_had_field: bool,
    /// Nothing of the spec has been read yet.
    spec_is_fresh: bool,
    /// Each open field's bracket depth.
    field_levels: Vec<usize>,
    /// Reading literal text (as opposed to a field's expression).
    literal: bool,
}

pub struct Tokenizer<'s> {
    source: &'s str,
    bytes: &'s [u8],
    pub at: usize,
    pub line: i32,
    pub line_start: usize,
    /// The start of the line that the current one continues, or of itself.
    read_from: usize,
    at_line_start: bool,
    indents: Vec<(usize, usize)>,
    pending: i32,
    brackets: Vec<Bracket>,
    interpolated: Vec<Interpolated>,
    pub done: Done,
    newline_given: bool,
    any_token_on_line: bool,
    /// `single` input: the end becomes a newline once, with or without implied dedents.
    interactive: Option<bool>,
    /// A file's last line may lack its newline.
    imply_newline: bool,
    started: bool,
    /// For `tokenize`: comments and blank lines are tokens, and what only a parser can reject passes.
    listing: bool,
}

type Result<T> = std::result::Result<T, Box<Explained>>;

/// What a listing says of input that ends within a statement.
pub const MULTI_LINE: &str = "unexpected EOF in multi-line statement";
const MAX_INDENT: usize = 100;
const MAX_LEVEL: usize = 200;
pub const MAX_NESTED_STRINGS: usize = 150;
const MAX_NESTED_FIELDS: usize = 3;

impl<'s> Tokenizer<'s> {
    /// `interactive` is given for `single` input: whether the end implies dedents.
    pub fn new(source: &'s str, interactive: Option<bool>, imply_newline: bool) -> Self {
        Tokenizer {
            source,
            bytes: source.as_bytes(),
            at: 0,
            line: 1,
            line_start: 0,
            read_from: 0,
            at_line_start: true,
            indents: vec![(0, 0)],
            pending: 0,
            brackets: Vec::new(),
            interpolated: Vec::new(),
            done: Done::Ok,
            newline_given: false,
            any_token_on_line: false,
            interactive,
            imply_newline,
            started: false,
            listing: false,
        }
    }

    /// A tokenizer of everything there is, for text whose last line has its newline. Lines may end in CR LF.
    pub fn listing(source: &'s str) -> Self {
        Tokenizer { listing: true, ..Tokenizer::new(source, None, true) }
    }

    /// The innermost open bracket: its character and place.
    pub fn unclosed(&self) -> Option<(char, i32, i32)> {
        self.brackets.last().map(|bracket| (bracket.open as char, bracket.line, bracket.col))
    }

    /// Right behind a newline, with nothing of the next line read (or nothing there).
    pub fn is_behind_newline(&self) -> bool {
        self.at > 0 && self.at == self.line_start && (self.at_line_start || self.at_end())
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The length of the line end here; zero when there is none.
    fn newline(&self) -> usize {
        match self.peek(0) {
            b'\n' => 1,
            b'\r' if self.listing && self.peek(1) == b'\n' => 2,
            _ => 0,
        }
    }

    fn new_line(&mut self) {
        self.continue_line();
        self.read_from = self.at;
    }

    /// A new line inside a token, or behind a backslash.
    fn continue_line(&mut self) {
        self.line += 1;
        self.line_start = self.at;
    }

    /// Whether an f-string or t-string has begun and not ended.
    pub fn in_interpolated(&self) -> bool {
        !self.interpolated.is_empty()
    }

    // Errors.

    fn chars_before(&self, at: usize) -> i32 {
        self.source.get(self.line_start..at).map_or(0, |text| text.chars().count() as i32)
    }

    /// An error at the current position, as the tokenizer reports them: the offset counts the
    /// characters read on this line, and there is no end.
    fn fail<T>(&mut self, message: impl Into<String>) -> Result<T> {
        self.done = Done::Error;
        let offset = self.chars_before(self.at);
        Err(self.explained(ErrorKind::SyntaxError, message.into(), self.line, offset, self.line, offset))
    }

    fn fail_range<T>(&mut self, message: impl Into<String>, offset: i32, end: i32) -> Result<T> {
        self.done = Done::Error;
        Err(self.explained(ErrorKind::SyntaxError, message.into(), self.line, offset, self.line, end))
    }

    fn explained(
        &self,
        kind: ErrorKind,
        message: String,
        line: i32,
        offset: i32,
        end_line: i32,
        end_offset: i32,
    ) -> Box<Explained> {
        Box::new(Explained { kind, message, line, offset, end_line, end_offset, from_tokenizer: true })
    }

    fn fail_kind<T>(&mut self, kind: ErrorKind, message: &str) -> Result<T> {
        self.done = Done::Error;
        // Reported without a column.
        let end = self.bytes[self.at.min(self.bytes.len())..].iter().position(|&b| b == b'\n').unwrap_or(0);
        let _ = end;
        Err(self.explained(kind, message.into(), self.line, 1, self.line, 0))
    }

    // Tokens.

    fn token(&self, kind: Kind, start: usize, start_line: i32, start_line_start: usize) -> Token<'s> {
        Token {
            kind,
            text: self.source.get(start..self.at).unwrap_or(""),
            line: start_line,
            col: start as i32 - start_line_start as i32,
            end_line: self.line,
            end_col: self.at as i32 - self.line_start as i32,
            level: self.brackets.len(),
        }
    }

    fn plain(&self, kind: Kind, start: usize) -> Token<'s> {
        self.token(kind, start, self.line, self.line_start)
    }

    /// A token without a place: INDENT and DEDENT.
    fn placeless(&self, kind: Kind) -> Token<'s> {
        Token { kind, text: "", line: self.line, col: -1, end_line: self.line, end_col: -1, level: self.brackets.len() }
    }

    pub fn next(&mut self) -> Result<Token<'s>> {
        let token = self.next_raw()?;
        // Finding where a token ends takes a look at the character after it.
        let looked_ahead = !matches!(token.kind, Kind::String | Kind::Newline | Kind::FMiddle(_) | Kind::FEnd(_));
        if looked_ahead && self.at_end() && self.done == Done::Ok && !self.imply_newline {
            self.done = Done::Eof;
        }
        if token.kind == Kind::End
            && let Some(imply) = self.interactive
            && self.started
        {
            self.started = false;
            if imply && self.indents.len() > 1 {
                self.pending = -(self.indents.len() as i32 - 1);
                self.indents.truncate(1);
            }
            return Ok(Token { kind: Kind::Newline, ..token });
        }
        self.started = true;
        Ok(token)
    }

    fn next_raw(&mut self) -> Result<Token<'s>> {
        if self.interpolated.last().is_some_and(|string| string.literal) {
            return self.interpolated_text();
        }
        loop {
            if self.at_line_start {
                self.at_line_start = false;
                self.indentation()?;
            }
            if self.pending < 0 {
                self.pending += 1;
                return Ok(self.placeless(Kind::Dedent));
            }
            if self.pending > 0 {
                self.pending -= 1;
                return Ok(self.placeless(Kind::Indent));
            }
            while matches!(self.peek(0), b' ' | b'\t' | b'\x0c') && !self.at_end() {
                self.at += 1;
            }
            if self.peek(0) == b'#' && !self.at_end() {
                if let Some(string) = self.interpolated.last()
                    && !string.triple
                    && !self.bytes[self.at..].contains(&b'\n')
                {
                    // The comment swallows the rest of the string.
                    self.at = self.bytes.len();
                }
                let start = self.at;
                while !self.at_end() && self.newline() == 0 {
                    self.at += 1;
                }
                if self.listing {
                    return Ok(self.plain(Kind::Comment, start));
                }
            }
            if self.at_end() {
                return self.end_of_input();
            }
            let start = self.at;
            let byte = self.bytes[start];
            match byte {
                _ if self.newline() > 0 => {
                    self.at += self.newline();
                    let blank = !self.any_token_on_line;
                    let nested = !self.brackets.is_empty();
                    if blank || nested {
                        if self.listing {
                            let token = self.plain(Kind::Nl, start);
                            self.new_line();
                            self.at_line_start = !nested;
                            return Ok(token);
                        }
                        self.new_line();
                        self.at_line_start = !nested;
                        continue;
                    }
                    let token = self.plain(Kind::Newline, start);
                    self.new_line();
                    self.at_line_start = true;
                    self.any_token_on_line = false;
                    return Ok(token);
                }
                b'\\' => {
                    self.at += 1;
                    if self.at_end() && self.imply_newline {
                        self.done = Done::Eof;
                        return self.unexpected_eof();
                    }
                    let newline = self.newline();
                    if newline == 0 {
                        self.done = Done::Error;
                        let offset = if self.read_from == self.line_start {
                            self.chars_before(self.at) + i32::from(!self.at_end())
                        } else {
                            // Counted in bytes from the start of the line that this one continues, as CPython does.
                            let rest = &self.source[self.line_start..];
                            let end = rest.find('\n').unwrap_or(rest.len());
                            let newline = self.imply_newline || end < rest.len();
                            let counted = self.at + usize::from(!self.at_end()) - self.read_from;
                            let chars = rest.char_indices().take_while(|&(at, _)| at < counted.min(end)).count();
                            (chars + counted.saturating_sub(end).min(1 + usize::from(newline))) as i32
                        };
                        let message = "unexpected character after line continuation character";
                        let (line, end) = (self.line, 0);
                        return Err(self.explained(ErrorKind::SyntaxError, message.into(), line, offset, line, end));
                    }
                    if self.at + newline >= self.bytes.len() {
                        self.done = Done::Eof;
                        return self.unexpected_eof();
                    }
                    self.at += newline;
                    self.continue_line();
                    continue;
                }
                _ => {}
            }
            self.any_token_on_line = true;
            if byte.is_ascii_digit() || (byte == b'.' && self.peek(1).is_ascii_digit()) {
                return self.number();
            }
            if byte == b'_' || byte.is_ascii_alphabetic() || byte >= 0x80 {
                return self.name_or_string();
            }
            if byte == b'"' || byte == b'\'' {
                return self.string(start);
            }
            return self.operator();
        }
    }

    fn unexpected_eof<T>(&mut self) -> Result<T> {
        if self.listing {
            return Err(self.explained(ErrorKind::SyntaxError, MULTI_LINE.into(), self.line, 0, self.line, -1));
        }
        if let Some((open, line, col)) = self.unclosed() {
            return Err(unclosed_error(self.source, open, line, col));
        }
        let offset = self.chars_before(self.at);
        Err(self.explained(
            ErrorKind::SyntaxError,
            "unexpected EOF while parsing".into(),
            self.line,
            offset + 1,
            self.line,
            -1,
        ))
    }

    fn end_of_input(&mut self) -> Result<Token<'s>> {
        self.done = Done::Eof;
        if !self.brackets.is_empty() {
            let Some((open, line, col)) = self.unclosed().filter(|_| !self.listing) else { return self.unexpected_eof() };
            return Err(unclosed_error(self.source, open, line, col));
        }
        if self.any_token_on_line && !self.newline_given && self.imply_newline {
            // The last line lacks its newline.
            self.any_token_on_line = false;
            self.newline_given = true;
            let mut token = self.plain(Kind::Newline, self.at);
            token.end_col += 1;
            self.done = Done::Ok;
            self.line += 1;
            self.line_start = self.at;
            return Ok(token);
        }
        if self.indents.len() > 1 && self.imply_newline {
            self.indents.pop();
            return Ok(self.placeless(Kind::Dedent));
        }
        let mut end = self.placeless(Kind::End);
        if self.bytes.is_empty() {
            (end.line, end.end_line) = (0, 0);
        }
        Ok(end)
    }

    fn indentation(&mut self) -> Result<()> {
        if !self.brackets.is_empty() {
            return Ok(());
        }
        let (mut column, mut tabless) = (0usize, 0usize);
        let mut continued: Option<(usize, usize)> = None;
        loop {
            match self.peek(0) {
                _ if self.at_end() => break,
                b' ' => {
                    column += 1;
                    tabless += 1;
                }
                b'\t' => {
                    column = (column / 8 + 1) * 8;
                    tabless += 1;
                }
                b'\x0c' => (column, tabless) = (0, 0),
                b'\\' if self.at + 2 >= self.bytes.len() => break,
                b'\\' if self.peek(1) == b'\n' => {
                    // The indentation is that of the first of continued lines.
                    continued.get_or_insert((column, tabless));
                    self.at += 2;
                    self.new_line();
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        // Blank lines do not indent. The end of input is one in a file; elsewhere it is a line of
        // its own, at the margin or not.
        if self.at_end() && self.imply_newline {
            return Ok(());
        }
        if !self.at_end() && (self.peek(0) == b'#' || self.newline() > 0) {
            return Ok(());
        }
        (column, tabless) = continued.unwrap_or((column, tabless));
        let (top, top_tabless) = *self.indents.last().unwrap_or(&(0, 0));
        const TABS: &str = "inconsistent use of tabs and spaces in indentation";
        if column == top {
            if tabless != top_tabless {
                return self.fail_kind(ErrorKind::TabError, TABS);
            }
        } else if column > top {
            if self.indents.len() >= MAX_INDENT {
                return self.fail_kind(ErrorKind::IndentationError, "too many levels of indentation");
            }
            if tabless <= top_tabless {
                return self.fail_kind(ErrorKind::TabError, TABS);
            }
            self.indents.push((column, tabless));
            self.pending += 1;
        } else {
            while self.indents.len() > 1 && column < self.indents[self.indents.len() - 1].0 {
                self.indents.pop();
                self.pending -= 1;
            }
            let (top, top_tabless) = *self.indents.last().unwrap_or(&(0, 0));
            if column != top {
                self.done = Done::Error;
                let end = self.source[self.line_start..].find('\n').unwrap_or(self.bytes.len() - self.line_start);
                let text = &self.source[self.line_start..self.line_start + end];
                let newline = self.imply_newline || self.line_start + end < self.bytes.len();
                let offset = text.chars().count() as i32 + newline as i32;
                return Err(self.explained(
                    ErrorKind::IndentationError,
                    "unindent does not match any outer indentation level".into(),
                    self.line,
                    offset,
                    self.line,
                    -1,
                ));
            }
            if tabless != top_tabless {
                return self.fail_kind(ErrorKind::TabError, TABS);
            }
        }
        Ok(())
    }

    // Names and numbers.

    fn name_or_string(&mut self) -> Result<Token<'s>> {
        let start = self.at;
        let (mut b, mut u, mut r, mut f, mut t) = (false, false, false, false, false);
        loop {
            let byte = self.peek(0);
            let seen = match byte {
                _ if self.at_end() => break,
                b'b' | b'B' => &mut b,
                b'u' | b'U' => &mut u,
                b'r' | b'R' => &mut r,
                b'f' | b'F' => &mut f,
                b't' | b'T' => &mut t,
                b'"' | b'\'' => {
                    let clash = if u && b {
                        Some(('u', 'b'))
                    } else if u && r {
                        Some(('u', 'r'))
                    } else if u && f {
                        Some(('u', 'f'))
                    } else if u && t {
                        Some(('u', 't'))
                    } else if b && f {
                        Some(('b', 'f'))
                    } else if b && t {
                        Some(('b', 't'))
                    } else if f && t {
                        Some(('f', 't'))
                    } else {
                        None
                    };
                    if let Some((x, y)) = clash {
                        let first = self.chars_before(start) + 1;
                        let end = self.chars_before(self.at) + 1;
                        let message = format!("'{x}' and '{y}' prefixes are incompatible");
                        return self.fail_range(message, first, end);
                    }
                    return if f || t { self.interpolated_start(start, r, t) } else { self.string(start) };
                }
                _ => break,
            };
            if std::mem::replace(seen, true) {
                break;
            }
            self.at += 1;
        }
        while !self.at_end() {
            let byte = self.peek(0);
            if byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80 {
                self.at += 1;
            } else {
                break;
            }
        }
        let text = &self.source[start..self.at];
        if !text.is_ascii() && !self.listing {
            self.verify_identifier(start)?;
        }
        Ok(self.plain(Kind::Name, start))
    }

    fn verify_identifier(&mut self, start: usize) -> Result<()> {
        let text = &self.source[start..self.at];
        for (index, c) in text.char_indices() {
            let fine = if index == 0 { is_xid_start(c) } else { is_xid_continue(c) };
            if !fine {
                self.at = start + index + c.len_utf8();
                return self.bad_character(c);
            }
        }
        Ok(())
    }

    fn bad_character<T>(&mut self, c: char) -> Result<T> {
        let code = c as u32;
        if is_printable(c) {
            self.fail(format!("invalid character '{c}' (U+{code:04X})"))
        } else {
            self.fail(format!("invalid non-printable character U+{code:04X}"))
        }
    }

    fn digits(&mut self, accept: impl Fn(u8) -> bool) -> std::result::Result<(), ()> {
        loop {
            while !self.at_end() && accept(self.peek(0)) {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !accept(self.peek(0)) {
                return Err(());
            }
        }
    }

    fn number_error<T>(&mut self, kind: &str) -> Result<T> {
        self.done = Done::Error;
        let offset = self.chars_before(self.at);
        let message = format!("invalid {kind} literal");
        Err(self.explained(ErrorKind::SyntaxError, message, self.line, offset, self.line, offset))
    }

    fn number(&mut self) -> Result<Token<'s>> {
        let start = self.at;
        let radix = match (self.peek(0), self.peek(1) | 0x20) {
            (b'0', b'x') => Some((16, "hexadecimal")),
            (b'0', b'o') => Some((8, "octal")),
            (b'0', b'b') => Some((2, "binary")),
            _ => None,
        };
        if let Some((radix, name)) = radix {
            self.at += 2;
            let accept = move |byte: u8| (byte as char).is_digit(radix);
            loop {
                if self.peek(0) == b'_' {
                    self.at += 1;
                }
                if !accept(self.peek(0)) {
                    if self.peek(0).is_ascii_digit() {
                        let digit = self.peek(0) as char;
                        self.at += 1;
                        return self.fail(format!("invalid digit '{digit}' in {name} literal"));
                    }
                    return self.number_error(name);
                }
                while accept(self.peek(0)) {
                    self.at += 1;
                }
                if self.peek(0) != b'_' {
                    break;
                }
            }
            if self.peek(0).is_ascii_digit() {
                let digit = self.peek(0) as char;
                self.at += 1;
                return self.fail(format!("invalid digit '{digit}' in {name} literal"));
            }
            self.end_of_number(name)?;
            return Ok(self.plain(Kind::Number, start));
        }
        let decimal = |byte: u8| byte.is_ascii_digit();
        let mut zeros = false;
        let mut integer = true;
        if self.peek(0) != b'.' {
            let leading_zero = self.peek(0) == b'0';
            if self.digits(decimal).is_err() {
                return self.number_error("decimal");
            }
            if leading_zero {
                zeros = self.source[start..self.at].bytes().any(|b| (b'1'..=b'9').contains(&b));
            }
        }
        let zeros_end = self.at;
        if self.peek(0) == b'.' {
            integer = false;
            self.at += 1;
            if self.peek(0).is_ascii_digit() && self.digits(decimal).is_err() {
                return self.number_error("decimal");
            }
        }
        if matches!(self.peek(0), b'e' | b'E') {
            let sign = matches!(self.peek(1), b'+' | b'-') as usize;
            if self.peek(1 + sign).is_ascii_digit() {
                integer = false;
                self.at += 1 + sign;
                if self.digits(decimal).is_err() {
                    return self.number_error("decimal");
                }
            } else if sign == 1 {
                self.at += 2;
                return self.number_error("decimal");
            }
        }
        if matches!(self.peek(0), b'j' | b'J') {
            self.at += 1;
            self.end_of_number("imaginary")?;
            return Ok(self.plain(Kind::Number, start));
        }
        if zeros && integer && !self.listing {
            let message = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal \
                           integers";
            self.at = zeros_end;
            let first = self.chars_before(start) + 1;
            let after = self.source[start..].bytes().take_while(|b| matches!(b, b'0' | b'_')).count();
            return self.fail_range(message, first, first + after as i32);
        }
        self.end_of_number("decimal")?;
        Ok(self.plain(Kind::Number, start))
    }

    /// What may follow a number: not a letter, except keywords that used to be accepted.
    fn end_of_number(&mut self, kind: &str) -> Result<()> {
        let rest = &self.source[self.at..];
        let keyword = ["and", "else", "for", "if", "in", "is", "not", "or"].iter().any(|word| {
            rest.strip_prefix(word).is_some_and(|_| match *word {
                // CPython looks at one letter more of each.
                "in" | "is" | "if" | "or" => true,
                _ => true,
            })
        });
        if keyword {
            return Ok(());
        }
        let Some(c) = rest.chars().next() else { return Ok(()) };
        if c == '_' || c.is_ascii_alphanumeric() || (!c.is_ascii() && is_xid_continue(c)) {
            self.at += c.len_utf8();
            let offset = self.chars_before(self.at);
            self.done = Done::Error;
            // The place is the last good character.
            let offset = (offset - 1).max(1);
            let message = format!("invalid {kind} literal");
            return Err(self.explained(ErrorKind::SyntaxError, message, self.line, offset, self.line, offset));
        }
        Ok(())
    }

    // Strings.

    fn string(&mut self, start: usize) -> Result<Token<'s>> {
        let quote = self.peek(0);
        let (first_line, first_line_start) = (self.line, self.line_start);
        let mut size = 1;
        let rest_triple = self.peek(1) == quote && self.peek(2) == quote;
        if let Some(string) = self.interpolated.last()
            && string.quote == quote
            && string.triple == rest_triple
            && self.is_unterminated(quote, rest_triple)
        {
            // The quote that ends the f-string, met inside a field.
            let prefix = if string.template { 't' } else { 'f' };
            self.at += if rest_triple { 3 } else { 1 };
            return self.fail(format!("{prefix}-string: expecting '}}'"));
        }
        self.at += 1;
        if self.peek(0) == quote && !self.at_end() {
            if self.peek(1) == quote {
                size = 3;
                self.at += 2;
            } else {
                self.at += 1;
                return Ok(self.plain(Kind::String, start));
            }
        }
        let mut escaped_quote = false;
        loop {
            if self.at_end() || (size == 1 && self.peek(0) == b'\n') {
                let detected = if self.at_end() && self.bytes.last() == Some(&b'\n') { self.line - 1 } else { self.line };
                let at_newline = !self.at_end();
                // A field of an f-string ends where its string does.
                self.at = start;
                let end_of_input = !at_newline;
                self.line = first_line;
                self.line_start = first_line_start;
                let offset = self.chars_before(start) + 1;
                self.done = if end_of_input { Done::EofInString } else { Done::Error };
                let message = if size == 3 {
                    format!("unterminated triple-quoted string literal (detected at line {})", detected.max(first_line))
                } else if escaped_quote {
                    format!("unterminated string literal (detected at line {detected}); perhaps you escaped the end quote?")
                } else {
                    format!("unterminated string literal (detected at line {detected})")
                };
                return Err(self.explained(ErrorKind::SyntaxError, message, first_line, offset, first_line, offset));
            }
            let byte = self.peek(0);
            self.at += 1;
            if byte == quote {
                if size == 1 {
                    break;
                }
                if self.peek(0) == quote && self.peek(1) == quote {
                    self.at += 2;
                    break;
                }
                continue;
            }
            if byte == b'\\' && !self.at_end() {
                if self.peek(0) == quote {
                    escaped_quote = true;
                }
                let length = self.newline();
                let newline = length > 0;
                self.at += length.max(1);
                if newline {
                    self.continue_line();
                }
                continue;
            }
            if byte == b'\n' {
                self.continue_line();
            }
        }
        Ok(self.token(Kind::String, start, first_line, first_line_start))
    }

    /// Whether a string that begins here would have no end.
    fn is_unterminated(&self, quote: u8, triple: bool) -> bool {
        let mut at = self.at + if triple { 3 } else { 1 };
        loop {
            match self.bytes.get(at) {
                None => return true,
                Some(b'\n') if !triple => return true,
                Some(b'\\') => at += 2,
                Some(&byte) if byte == quote => {
                    let next = |ahead: usize| self.bytes.get(at + ahead) == Some(&quote);
                    if !triple || (next(1) && next(2)) {
                        return false;
                    }
                    at += 1;
                }
                Some(_) => at += 1,
            }
        }
    }

    fn interpolated_start(&mut self, start: usize, raw: bool, template: bool) -> Result<Token<'s>> {
        let quote = self.peek(0);
        let triple = self.peek(1) == quote && self.peek(2) == quote;
        self.at += if triple { 3 } else { 1 };
        if self.interpolated.len() + 1 >= MAX_NESTED_STRINGS {
            return self.fail("too many nested f-strings or t-strings");
        }
        self.interpolated.push(Interpolated {
            quote,
            triple,
            raw,
            template,
            start,
            first_line: self.line,
            line_start: self.line_start,
            fields: 0,
            in_spec: false,
            spec_had_field: false,
            spec_is_fresh: false,
            field_levels: Vec::new(),
            literal: true,
        });
        Ok(self.plain(Kind::FStart(template), start))
    }

    fn unterminated_interpolated<T>(&mut self) -> Result<T> {
        let detected = if self.at_end() && self.bytes.last() == Some(&b'\n') { self.line - 1 } else { self.line };
        let Some(string) = self.interpolated.last() else { return self.unexpected_eof() };
        let (template, triple) = (string.template, string.triple);
        let (start, first_line, line_start) = (string.start, string.first_line, string.line_start);
        self.line = first_line;
        self.line_start = line_start;
        let offset = self.chars_before(start) + 1;
        self.done = if triple { Done::EofInString } else { Done::Error };
        let prefix = if template { 't' } else { 'f' };
        let message = if triple {
            format!("unterminated triple-quoted {prefix}-string literal (detected at line {})", detected.max(first_line))
        } else {
            format!("unterminated {prefix}-string literal (detected at line {})", detected.max(first_line))
        };
        Err(self.explained(ErrorKind::SyntaxError, message, first_line, offset, first_line, offset))
    }

    /// Literal text of an f-string, up to a field, the end of a format spec, or the end.
    fn interpolated_text(&mut self) -> Result<Token<'s>> {
        let Some(string) = self.interpolated.last() else { return self.unexpected_eof() };
        let (quote, triple, raw, template) = (string.quote, string.triple, string.raw, string.template);
        let in_spec = string.in_spec;
        let start = self.at;
        let (start_line, start_line_start) = (self.line, self.line_start);
        loop {
            if self.at_end() {
                return self.unterminated_interpolated();
            }
            let byte = self.peek(0);
            let closes = byte == quote && (!triple || (self.peek(1) == quote && self.peek(2) == quote));
            if closes {
                if self.at > start {
                    return Ok(self.token(Kind::FMiddle(template), start, start_line, start_line_start));
                }
                if in_spec || self.interpolated.last().is_some_and(|string| string.fields > 0) {
                    // The string ends inside a field: the grammar complains about what is missing.
                    self.at += if triple { 3 } else { 1 };
                    self.interpolated.pop();
                    return Ok(self.plain(Kind::FEnd(template), start));
                }
                self.at += if triple { 3 } else { 1 };
                self.interpolated.pop();
                return Ok(self.plain(Kind::FEnd(template), start));
            }
            match byte {
                b'\n' if !triple => {
                    if in_spec && !self.interpolated.last().is_some_and(|string| string.spec_had_field) {
                        let prefix = if template { 't' } else { 'f' };
                        self.at += 1;
                        let message = format!(
                            "{prefix}-string: newlines are not allowed in format specifiers for single quoted {prefix}-strings"
                        );
                        return self.fail(message);
                    }
                    return self.unterminated_interpolated();
                }
                b'\n' => {
                    self.at += 1;
                    self.continue_line();
                }
                b'{' => {
                    let double = self.peek(1) == b'{';
                    if double && !in_spec {
                        if self.listing {
                            return Ok(self.half_of_doubled(start, start_line, start_line_start));
                        }
                        self.at += 2;
                        continue;
                    }
                    let empty = self.listing && double && self.interpolated.last_mut().is_some_and(|s| std::mem::take(&mut s.spec_is_fresh));
                    if self.at > start || empty {
                        return Ok(self.token(Kind::FMiddle(template), start, start_line, start_line_start));
                    }
                    let open_fields = self.interpolated.last().map_or(0, |string| string.fields);
                    if open_fields >= MAX_NESTED_FIELDS {
                        self.at += 1;
                        let prefix = if template { 't' } else { 'f' };
                        return self.fail(format!("{prefix}-string: expressions nested too deeply"));
                    }
                    if let Some(string) = self.interpolated.last_mut() {
                        string.literal = false;
                        string.spec_is_fresh = false;
                        string.fields += 1;
                    }
                    self.at += 1;
                    let (line, col) = (self.line, (start - self.line_start) as i32);
                    if self.brackets.len() >= MAX_LEVEL {
                        return self.fail("too many nested parentheses");
                    }
                    self.brackets.push(Bracket { open: b'{', line, col });
                    let level = self.brackets.len();
                    if let Some(string) = self.interpolated.last_mut() {
                        string.field_levels.push(level);
                        string.in_spec = false;
                    }
                    return Ok(self.plain(Kind::Op, start));
                }
                b'}' => {
                    if in_spec {
                        // An empty spec is a token of its own.
                        let fresh = self.interpolated.last_mut().is_some_and(|s| std::mem::take(&mut s.spec_is_fresh));
                        if self.at > start || fresh {
                            return Ok(self.token(Kind::FMiddle(template), start, start_line, start_line_start));
                        }
                        return self.close_field();
                    }
                    if self.peek(1) == b'}' {
                        if self.listing {
                            return Ok(self.half_of_doubled(start, start_line, start_line_start));
                        }
                        self.at += 2;
                        continue;
                    }
                    self.at += 1;
                    let prefix = if template { 't' } else { 'f' };
                    return self.fail(format!("{prefix}-string: single '}}' is not allowed"));
                }
                b'\\' if !raw => {
                    self.at += 1;
                    match self.peek(0) {
                        b'{' | b'}' => {}
                        b'N' if self.peek(1) == b'{' => {
                            self.at += 2;
                            while !self.at_end() && !matches!(self.peek(0), b'}' | b'\n') && self.peek(0) != quote {
                                self.at += 1;
                            }
                            if self.peek(0) == b'}' {
                                self.at += 1;
                            }
                        }
                        b'\n' => {
                            self.at += 1;
                            self.continue_line();
                        }
                        _ if self.at_end() => {}
                        _ => self.at += 1,
                    }
                }
                b'\\' if raw && self.peek(1) == quote => self.at += 2,
                b'\\' if raw && self.peek(1) == b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }

    /// Literal text that ends in a doubled brace, of which the token has only one.
    fn half_of_doubled(&mut self, start: usize, line: i32, line_start: usize) -> Token<'s> {
        self.at += 1;
        let template = self.interpolated.last().is_some_and(|string| string.template);
        let token = self.token(Kind::FMiddle(template), start, line, line_start);
        self.at += 1;
        token
    }

    fn close_field(&mut self) -> Result<Token<'s>> {
        let start = self.at;
        self.at += 1;
        self.brackets.pop();
        if let Some(string) = self.interpolated.last_mut() {
            string.fields = string.fields.saturating_sub(1);
            string.field_levels.pop();
            string.literal = true;
            // A field inside a format spec returns to that spec.
            string.in_spec = string.fields > 0;
            string.spec_had_field = string.in_spec;
            string.spec_is_fresh = self.listing && string.in_spec;
        }
        Ok(self.plain(Kind::Op, start))
    }

    // Operators.

    fn operator(&mut self) -> Result<Token<'s>> {
        let start = self.at;
        let rest = &self.bytes[start..];
        let field_level = self.interpolated.last().and_then(|string| string.field_levels.last().copied());
        let in_field = field_level == Some(self.brackets.len()) && self.interpolated.last().is_some();
        const THREE: [&[u8]; 5] = [b"...", b"**=", b"//=", b"<<=", b">>="];
        const TWO: [&[u8]; 20] = [
            b"!=", b"%=", b"&=", b"**", b"*=", b"+=", b"-=", b"->", b"//", b"/=", b":=", b"<<", b"<=", b"==", b">=",
            b">>", b"@=", b"^=", b"|=", b"<>",
        ];
        if in_field && rest[0] == b':' {
            // A colon in a replacement field begins the format spec, even before `=`.
            self.at += 1;
            if let Some(string) = self.interpolated.last_mut() {
                string.in_spec = true;
                string.spec_had_field = false;
                string.spec_is_fresh = true;
                string.literal = true;
            }
            return Ok(self.plain(Kind::Op, start));
        }
        let length = if THREE.iter().any(|op| rest.starts_with(op)) {
            3
        } else if TWO.iter().any(|op| rest.starts_with(op)) && !(self.listing && rest.starts_with(b"<>")) {
            2
        } else {
            1
        };
        if length > 1 {
            self.at += length;
            return Ok(self.plain(Kind::Op, start));
        }
        let byte = rest[0];
        match byte {
            b'(' | b'[' | b'{' => {
                self.at += 1;
                if self.brackets.len() >= MAX_LEVEL {
                    return self.fail("too many nested parentheses");
                }
                let col = (start - self.line_start) as i32;
                self.brackets.push(Bracket { open: byte, line: self.line, col });
            }
            b')' | b']' | b'}' => {
                if byte == b'}' && in_field {
                    return self.close_field();
                }
                self.at += 1;
                let template = self.interpolated.last().map(|string| string.template);
                if self.listing {
                    self.brackets.pop();
                    return Ok(self.plain(Kind::Op, start));
                }
                let Some(&bracket) = self.brackets.last() else {
                    return self.fail(format!("unmatched '{}'", byte as char));
                };
                if let Some(template) = template
                    && in_field
                {
                    let prefix = if template { 't' } else { 'f' };
                    return self.fail(format!("{prefix}-string: unmatched '{}'", byte as char));
                }
                let matches = matches!((bracket.open, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
                if !matches {
                    let (open, line) = (bracket.open as char, bracket.line);
                    let message = if line != self.line {
                        format!(
                            "closing parenthesis '{}' does not match opening parenthesis '{open}' on line {line}",
                            byte as char
                        )
                    } else {
                        format!("closing parenthesis '{}' does not match opening parenthesis '{open}'", byte as char)
                    };
                    return self.fail(message);
                }
                self.brackets.pop();
            }
            _ if byte < 0x20 || byte == 0x7F => {
                self.at += 1;
                return self.fail(format!("invalid non-printable character U+{byte:04X}"));
            }
            _ => self.at += 1,
        }
        Ok(self.plain(Kind::Op, start))
    }
}

/// The error for a bracket that is still open.
pub fn unclosed_error(source: &str, open: char, line: i32, col: i32) -> Box<Explained> {
    let text = source.split('\n').nth(line.max(1) as usize - 1).unwrap_or("");
    let offset = text.get(..col.max(0) as usize).map_or(0, |before| before.chars().count() as i32) + 1;
    Box::new(Explained {
        kind: ErrorKind::SyntaxError,
        message: format!("'{open}' was never closed"),
        line,
        offset,
        end_line: line,
        end_offset: 0,
        from_tokenizer: true,
    })
}

fn is_xid_start(c: char) -> bool {
    c == '_' || unicode_ident::is_xid_start(c)
}

fn is_xid_continue(c: char) -> bool {
    unicode_ident::is_xid_continue(c)
}

/// `str.isprintable` for one character, near enough for error messages: no controls, formats,
/// separators other than the space, or private and unassigned code points of common ranges.
fn is_printable(c: char) -> bool {
    let code = c as u32;
    !(c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(code, 0xAD | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E
            | 0x2060..=0x206F | 0xFEFF | 0xFFF9..=0xFFFB | 0xE000..=0xF8FF | 0xE0001..=0xE007F | 0xF0000..=0x10FFFF))
}
