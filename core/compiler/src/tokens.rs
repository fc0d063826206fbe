//! All tokens of a text, comments and blank lines included: what the `tokenize` module lists.
//!
//! The tokenizer is the one that words errors; here it lets pass what only a parser objects to. Columns are turned
//! into characters, and every token knows the lines it stands in.

use crate::error::{CompileError, ErrorKind};
use crate::syntax::tokenizer::{Kind, MULTI_LINE, Token, Tokenizer};

/// One token as programs see it.
#[derive(Clone, Debug)]
pub struct TokenInfo {
    pub kind: u32,
    pub text: String,
    pub start: (i32, i32),
    pub end: (i32, i32),
    /// Byte range of the physical lines the token is in.
    pub line: (usize, usize),
}

/// Token numbers: those of the library's `token` module.
pub mod number {
    pub const END: u32 = 0;
    pub const NAME: u32 = 1;
    pub const NUMBER: u32 = 2;
    pub const STRING: u32 = 3;
    pub const NEWLINE: u32 = 4;
    pub const INDENT: u32 = 5;
    pub const DEDENT: u32 = 6;
    pub const OP: u32 = 55;
    pub const FSTRING_START: u32 = 59;
    pub const FSTRING_MIDDLE: u32 = 60;
    pub const FSTRING_END: u32 = 61;
    pub const TSTRING_START: u32 = 62;
    pub const TSTRING_MIDDLE: u32 = 63;
    pub const TSTRING_END: u32 = 64;
    pub const COMMENT: u32 = 65;
    pub const NL: u32 = 66;
}

/// Operators, each in the place of its number, from 7.
const OPERATORS: [&str; 48] = [
    "(", ")", "[", "]", ":", ",", ";", "+", "-", "*", "/", "|", "&", "<", ">", "=", ".", "%", "{", "}", "==", "!=", "<=", ">=",
    "~", "^", "<<", ">>", "**", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "**=", "//", "//=", "@", "@=", "->",
    "...", ":=", "!",
];

/// The number of an operator of its own.
pub fn exact(operator: &str) -> u32 {
    OPERATORS.iter().position(|o| *o == operator).map_or(number::OP, |at| at as u32 + 7)
}

/// The tokens of a text up to its end or to an error.
pub fn tokenize(text: &str) -> (Vec<TokenInfo>, Option<CompileError>) {
    let implied = !text.is_empty() && !text.ends_with('\n');
    let source = if implied { format!("{text}\n") } else { text.to_owned() };
    let lines = Lines::new(&source);
    let mut tokenizer = Tokenizer::listing(&source);
    let mut found: Vec<TokenInfo> = Vec::new();
    // INDENT and DEDENT stand where the token after them begins.
    let mut waiting: Vec<Kind> = Vec::new();
    loop {
        let token = match tokenizer.next() {
            Ok(token) => token,
            Err(problem) => {
                let error = explain(&problem, &lines, text);
                return (found, Some(error));
            }
        };
        if matches!(token.kind, Kind::Indent | Kind::Dedent) {
            waiting.push(token.kind);
            continue;
        }
        let end = matches!(token.kind, Kind::End);
        let start = if end { (lines.count() + 1, 0) } else { (token.line, lines.column(token.line, token.col)) };
        for kind in waiting.drain(..) {
            found.push(placed(kind, start, &lines, text));
        }
        if end {
            found.push(TokenInfo { kind: number::END, text: String::new(), start, end: start, line: (text.len(), text.len()) });
            return (found, None);
        }
        found.push(described(&token, start, &lines, text));
    }
}

fn described(token: &Token<'_>, start: (i32, i32), lines: &Lines<'_>, text: &str) -> TokenInfo {
    let mut end = (token.end_line, lines.column(token.end_line, token.end_col));
    let mut shown = token.text.to_owned();
    if matches!(token.kind, Kind::Newline | Kind::Nl) {
        end = (start.0, start.1 + token.text.len() as i32);
        if lines.offset(token.line, token.col) >= text.len() {
            shown.clear();
        }
    }
    let line = (lines.start(token.line), lines.start(end.0 + 1).min(text.len()));
    TokenInfo { kind: number_of(token.kind), text: shown, start, end, line }
}

fn placed(kind: Kind, at: (i32, i32), lines: &Lines<'_>, text: &str) -> TokenInfo {
    let line = (lines.start(at.0).min(text.len()), lines.start(at.0 + 1).min(text.len()));
    if kind == Kind::Dedent {
        return TokenInfo { kind: number::DEDENT, text: String::new(), start: at, end: at, line };
    }
    let shown = text[line.0..line.1].chars().take(at.1 as usize).collect();
    TokenInfo { kind: number::INDENT, text: shown, start: (at.0, 0), end: at, line }
}

fn number_of(kind: Kind) -> u32 {
    match kind {
        Kind::Name => number::NAME,
        Kind::Number => number::NUMBER,
        Kind::String => number::STRING,
        Kind::FStart(template) => if template { number::TSTRING_START } else { number::FSTRING_START },
        Kind::FMiddle(template) => if template { number::TSTRING_MIDDLE } else { number::FSTRING_MIDDLE },
        Kind::FEnd(template) => if template { number::TSTRING_END } else { number::FSTRING_END },
        Kind::Op => number::OP,
        Kind::Newline => number::NEWLINE,
        Kind::Comment => number::COMMENT,
        Kind::Nl => number::NL,
        Kind::Indent => number::INDENT,
        Kind::Dedent => number::DEDENT,
        Kind::End => number::END,
    }
}

fn explain(problem: &crate::syntax::explain::Explained, lines: &Lines<'_>, text: &str) -> CompileError {
    let mut error = CompileError::plain(problem.kind, problem.message.clone());
    let line = problem.line.min(lines.count());
    let content = text.get(lines.start(line)..lines.start(line + 1).min(text.len())).unwrap_or("").trim_end_matches(['\n', '\r']);
    let whole = content.chars().count() as i32;
    (error.line, error.offset) = (line, problem.offset);
    (error.end_line, error.end_offset) = (problem.end_line, problem.end_offset);
    if problem.message == MULTI_LINE {
        // Only the line is known, and the text is not.
        error.offset = if content.ends_with('\\') { whole + 1 } else { 0 };
        return error;
    }
    if problem.kind != ErrorKind::SyntaxError || problem.message.starts_with("unexpected character after line cont") {
        (error.offset, error.end_line, error.end_offset) = (whole + 1, -1, -1);
    }
    error.text = Some(content.to_owned());
    error
}

/// Where lines begin, to turn places into columns.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }
    /// The number of lines with text.
    fn count(&self) -> i32 {
        self.starts.len() as i32 - 1
    }
    fn start(&self, line: i32) -> usize {
        self.starts.get(line.max(1) as usize - 1).copied().unwrap_or(self.text.len())
    }
    fn offset(&self, line: i32, col: i32) -> usize {
        self.start(line) + col.max(0) as usize
    }
    fn column(&self, line: i32, col: i32) -> i32 {
        self.text.get(self.start(line)..self.offset(line, col)).map_or(0, |before| before.chars().count() as i32)
    }
}
