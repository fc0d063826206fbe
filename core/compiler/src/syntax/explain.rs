//! Why a program is not Python: CPython's explanation of a syntax error.
//!
//! CPython parses a faulty program twice with a backtracking parser. The first pass finds how far
//! parsing gets; the second tries, at each rule, patterns of known mistakes and raises for the
//! first that fits. What a user sees therefore depends on the order of alternatives and on which
//! tokens were looked at, so this module repeats that process: `Peg` is the engine, `statements`,
//! `expressions` and `patterns` hold the rules with their mistakes. It is used only on programs
//! that the real parser has rejected, and for interactive input.

use super::tokenizer::{Done, Kind, Token, Tokenizer};
use crate::error::{CompileError, ErrorKind};
use std::collections::HashMap;
use std::rc::Rc;

/// An error in the making, with a `SyntaxError`'s offsets.
#[derive(Clone, Debug)]
pub struct Explained {
    pub kind: ErrorKind,
    pub message: String,
    pub line: i32,
    pub offset: i32,
    pub end_line: i32,
    pub end_offset: i32,
    pub from_tokenizer: bool,
}

/// Why an alternative did not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fail {
    No,
    /// No, and no other alternative of the rule may be tried.
    Cut,
    /// An error has been raised; everything unwinds.
    Raised,
}

pub type R<'s> = Result<Node<'s>, Fail>;

/// What an expression is, as far as messages care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum K {
    Name,
    Attribute,
    Subscript,
    Starred,
    Call,
    Tuple,
    List,
    Set,
    Dict,
    ListComp,
    SetComp,
    DictComp,
    GenExp,
    Lambda,
    BoolOp,
    BinOp,
    UnaryOp,
    Compare,
    IfExp,
    Named,
    Yield,
    Await,
    FString,
    TString,
    Literal,
    True,
    False,
    None,
    Ellipsis,
    /// A keyword argument; `text` is its name, or `**`.
    Keyword,
    /// A token or anything that is not an expression.
    Other,
}

impl K {
    /// The name CPython's messages give to this kind of expression.
    pub fn description(self) -> &'static str {
        match self {
            K::Name => "name",
            K::Attribute => "attribute",
            K::Subscript => "subscript",
            K::Starred => "starred",
            K::Call => "function call",
            K::Tuple => "tuple",
            K::List => "list",
            K::Set => "set display",
            K::Dict => "dict literal",
            K::ListComp => "list comprehension",
            K::SetComp => "set comprehension",
            K::DictComp => "dict comprehension",
            K::GenExp => "generator expression",
            K::Lambda => "lambda",
            K::BoolOp | K::BinOp | K::UnaryOp => "expression",
            K::Compare => "comparison",
            K::IfExp => "conditional expression",
            K::Named => "named expression",
            K::Yield => "yield expression",
            K::Await => "await expression",
            K::FString => "f-string expression",
            K::TString => "t-string expression",
            K::Literal => "literal",
            K::True => "True",
            K::False => "False",
            K::None => "None",
            K::Ellipsis => "ellipsis",
            K::Keyword | K::Other => "expression",
        }
    }
}

#[derive(Debug)]
pub struct NodeData<'s> {
    pub k: K,
    pub line: i32,
    pub col: i32,
    pub end_line: i32,
    pub end_col: i32,
    pub kids: Vec<Node<'s>>,
    pub text: &'s str,
}

pub type Node<'s> = Rc<NodeData<'s>>;

/// What an assignment-like construct wants of its targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Targets {
    Star,
    Del,
    For,
}

pub struct Peg<'s> {
    source: &'s str,
    lines: Vec<&'s str>,
    pub tokenizer: Tokenizer<'s>,
    pub tokens: Vec<Token<'s>>,
    pub mark: usize,
    /// Whether patterns of mistakes are tried (the second pass).
    pub invalid: bool,
    pub error: Option<Box<Explained>>,
    memo: HashMap<(u16, usize), Option<(Node<'s>, usize)>>,
    /// Where the statement being parsed began, for keyword suggestions.
    pub last_statement: (i32, i32),
    /// The place of the tokenizer's `at` when the last token was made.
    depth: usize,
}

/// Try alternatives in order; the first that matches is returned from the function.
#[macro_export]
macro_rules! alts {
    ($p:expr; $($alternative:expr),+ $(,)?) => {{
        $(
            let mark = $p.mark;
            match $crate::syntax::explain::attempt($p, $alternative) {
                Ok(node) => return Ok(node),
                Err($crate::syntax::explain::Fail::No) => $p.mark = mark,
                Err($crate::syntax::explain::Fail::Cut) => {
                    $p.mark = mark;
                    return Err($crate::syntax::explain::Fail::No);
                }
                Err(raised) => return Err(raised),
            }
        )+
        Err($crate::syntax::explain::Fail::No)
    }};
}

pub fn attempt<'s>(peg: &mut Peg<'s>, rule: impl FnOnce(&mut Peg<'s>) -> R<'s>) -> R<'s> {
    rule(peg)
}

pub const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

impl<'s> Peg<'s> {
    pub fn new(source: &'s str, interactive: Option<bool>, imply_newline: bool) -> Self {
        Peg {
            source,
            lines: source.split('\n').collect(),
            tokenizer: Tokenizer::new(source, interactive, imply_newline),
            tokens: Vec::new(),
            mark: 0,
            invalid: false,
            error: None,
            memo: HashMap::new(),
            last_statement: (0, 0),
            depth: 0,
        }
    }

    fn parse(&mut self, start: Start) -> R<'s> {
        match start {
            Start::File => self.file(),
            Start::Eval => self.eval_input(),
            Start::Single => self.interactive(),
        }
    }

    pub fn start_second_pass(&mut self) {
        self.mark = 0;
        self.invalid = true;
        self.memo.clear();
    }

    // Tokens.

    fn fill(&mut self) -> Result<(), Fail> {
        match self.tokenizer.next() {
            Ok(token) => {
                self.tokens.push(token);
                Ok(())
            }
            Err(error) => {
                self.error.get_or_insert(error);
                Err(Fail::Raised)
            }
        }
    }

    pub fn peek(&mut self) -> Result<Token<'s>, Fail> {
        if self.error.is_some() {
            return Err(Fail::Raised);
        }
        if self.mark == self.tokens.len() {
            self.fill()?;
        }
        Ok(self.tokens[self.mark])
    }

    fn take(&mut self, token: Token<'s>) -> R<'s> {
        self.mark += 1;
        Ok(Rc::new(NodeData {
            k: K::Other,
            line: token.line,
            col: token.col,
            end_line: token.end_line,
            end_col: token.end_col,
            kids: Vec::new(),
            text: token.text,
        }))
    }

    pub fn op(&mut self, text: &str) -> R<'s> {
        let token = self.peek()?;
        if token.kind == Kind::Op && token.text == text { self.take(token) } else { Err(Fail::No) }
    }

    /// A keyword, hard or soft.
    pub fn kw(&mut self, text: &str) -> R<'s> {
        let token = self.peek()?;
        if token.kind == Kind::Name && token.text == text { self.take(token) } else { Err(Fail::No) }
    }

    pub fn kind(&mut self, kind: Kind) -> R<'s> {
        let token = self.peek()?;
        if token.kind == kind { self.take(token) } else { Err(Fail::No) }
    }

    pub fn newline(&mut self) -> R<'s> {
        self.kind(Kind::Newline)
    }

    pub fn name(&mut self) -> R<'s> {
        let token = self.peek()?;
        if token.kind == Kind::Name && !KEYWORDS.contains(&token.text) {
            let start = self.mark;
            self.mark += 1;
            Ok(self.node_text(K::Name, start, Vec::new(), token.text))
        } else {
            Err(Fail::No)
        }
    }

    // Nodes.

    pub fn node(&self, k: K, start: usize, kids: Vec<Node<'s>>) -> Node<'s> {
        self.node_text(k, start, kids, "")
    }

    pub fn node_text(&self, k: K, start: usize, kids: Vec<Node<'s>>, text: &'s str) -> Node<'s> {
        let first = self.tokens.get(start);
        let last = self.mark.checked_sub(1).and_then(|at| self.tokens.get(at));
        let (line, col) = first.map_or((0, 0), |token| (token.line, token.col));
        let (end_line, end_col) = last.map_or((line, col), |token| (token.end_line, token.end_col));
        Rc::new(NodeData { k, line, col, end_line, end_col, kids, text })
    }

    pub fn other(&self, start: usize) -> Node<'s> {
        self.node(K::Other, start, Vec::new())
    }

    // Combinators.

    pub fn opt(&mut self, rule: impl FnOnce(&mut Self) -> R<'s>) -> Result<Option<Node<'s>>, Fail> {
        let mark = self.mark;
        match rule(self) {
            Ok(node) => Ok(Some(node)),
            Err(Fail::Raised) => Err(Fail::Raised),
            Err(_) => {
                self.mark = mark;
                Ok(None)
            }
        }
    }

    pub fn many(&mut self, mut rule: impl FnMut(&mut Self) -> R<'s>) -> Result<Vec<Node<'s>>, Fail> {
        let mut items = Vec::new();
        loop {
            let mark = self.mark;
            match self.opt(&mut rule)? {
                // Rules that match nothing would repeat for ever.
                Some(node) if self.mark > mark => items.push(node),
                _ => return Ok(items),
            }
        }
    }

    pub fn many1(&mut self, rule: impl FnMut(&mut Self) -> R<'s>) -> Result<Vec<Node<'s>>, Fail> {
        let items = self.many(rule)?;
        if items.is_empty() { Err(Fail::No) } else { Ok(items) }
    }

    /// One or more, separated.
    pub fn gather(
        &mut self,
        separator: &str,
        mut rule: impl FnMut(&mut Self) -> R<'s>,
    ) -> Result<Vec<Node<'s>>, Fail> {
        let mut items = vec![rule(self)?];
        loop {
            let mark = self.mark;
            let next = self.opt(|p| {
                p.op(separator)?;
                rule(p)
            })?;
            match next {
                Some(node) => items.push(node),
                None => {
                    self.mark = mark;
                    return Ok(items);
                }
            }
        }
    }

    pub fn ahead(&mut self, rule: impl FnOnce(&mut Self) -> R<'s>) -> Result<(), Fail> {
        let mark = self.mark;
        let found = self.opt(rule)?;
        self.mark = mark;
        if found.is_some() { Ok(()) } else { Err(Fail::No) }
    }

    pub fn not(&mut self, rule: impl FnOnce(&mut Self) -> R<'s>) -> Result<(), Fail> {
        match self.ahead(rule) {
            Ok(()) => Err(Fail::No),
            Err(Fail::No) => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// A token that must come here whatever happens: its absence is the error.
    pub fn force(&mut self, text: &str) -> R<'s> {
        let token = self.peek()?;
        if token.kind == Kind::Op && token.text == text {
            return self.take(token);
        }
        if !self.invalid {
            return Err(Fail::No);
        }
        let start = self.mark;
        self.mark += 1;
        let node = self.node(K::Other, start, Vec::new());
        self.mark = start;
        self.raise_at(&node, format!("expected '{text}'"))
    }

    pub fn memo(&mut self, id: u16, rule: impl FnOnce(&mut Self) -> R<'s>) -> R<'s> {
        let start = self.mark;
        if let Some(known) = self.memo.get(&(id, start)) {
            return match known {
                Some((node, end)) => {
                    let (node, end) = (node.clone(), *end);
                    self.mark = end;
                    Ok(node)
                }
                None => Err(Fail::No),
            };
        }
        self.depth += 1;
        let result = if self.depth > 20 {
            crate::stack::deep(|| rule(self))
        } else {
            rule(self)
        };
        self.depth -= 1;
        match &result {
            Ok(node) => {
                self.memo.insert((id, start), Some((node.clone(), self.mark)));
            }
            Err(Fail::Raised) => {}
            Err(_) => {
                self.memo.insert((id, start), None);
            }
        }
        match result {
            Err(Fail::Cut) => Err(Fail::No),
            other => other,
        }
    }

    /// A pattern of a mistake: tried in the second pass only.
    pub fn mistake(&mut self, rule: impl FnOnce(&mut Self) -> R<'s>) -> R<'s> {
        if self.invalid { rule(self) } else { Err(Fail::No) }
    }

    // Raising.

    fn line_text(&self, line: i32) -> &'s str {
        self.lines.get(line.max(1) as usize - 1).copied().unwrap_or("")
    }

    /// The offset (from 1, in characters) of a byte column. Columns past the end count one more
    /// character at most, and on lines the tokenizer has left behind the newline is no character.
    pub fn offset(&self, line: i32, col: i32) -> i32 {
        if col < 0 {
            // Tokens without a place: INDENT, DEDENT and the end.
            return 0;
        }
        let text = self.line_text(line);
        let length = text.len() + (line >= self.tokenizer.line - self.tokenizer.is_behind_newline() as i32) as usize;
        let col = col as usize;
        if col >= length {
            return text.chars().count() as i32 + (length > text.len()) as i32 + 1;
        }
        let mut end = col.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text[..end].chars().count() as i32 + 1
    }

    /// Where the tokenizer stands, as line and number of characters before it. Behind a newline
    /// that is the end of its line: the next one has not been read.
    pub fn cursor(&self) -> (i32, i32) {
        let tokenizer = &self.tokenizer;
        let (mut line, mut start) = (tokenizer.line, tokenizer.line_start);
        if tokenizer.is_behind_newline() {
            line -= 1;
            start = self.source[..start - 1].rfind('\n').map_or(0, |at| at + 1);
        }
        let text = self.source.get(start..tokenizer.at).unwrap_or("");
        (line, text.chars().count() as i32)
    }

    pub fn raise<T>(&mut self, kind: ErrorKind, message: String, from: (i32, i32), to: (i32, i32)) -> Result<T, Fail> {
        if self.error.is_none() {
            self.error = Some(Box::new(Explained {
                kind,
                message,
                line: from.0,
                offset: self.offset(from.0, from.1),
                end_line: to.0,
                // The end is counted on the text of the first line, whatever its own line.
                end_offset: self.offset(from.0, to.1),
                from_tokenizer: false,
            }));
        }
        Err(Fail::Raised)
    }

    pub fn raise_range<T>(&mut self, a: &Node<'s>, b: &Node<'s>, message: impl Into<String>) -> Result<T, Fail> {
        self.raise(ErrorKind::SyntaxError, message.into(), (a.line, a.col), (b.end_line, b.end_col))
    }

    pub fn raise_at<T>(&mut self, a: &Node<'s>, message: impl Into<String>) -> Result<T, Fail> {
        self.raise_range(a, a, message)
    }

    /// From a node to where the tokenizer stands.
    pub fn raise_from<T>(&mut self, a: &Node<'s>, message: impl Into<String>) -> Result<T, Fail> {
        let (line, end_offset) = self.cursor();
        let result = self.raise(ErrorKind::SyntaxError, message.into(), (a.line, a.col), (line, 0));
        if let Some(error) = &mut self.error
            && !error.from_tokenizer
            && error.end_offset == 1
        {
            error.end_offset = end_offset;
        }
        result
    }

    /// At the last token that was looked at.
    pub fn raise_last<T>(&mut self, kind: ErrorKind, message: impl Into<String>) -> Result<T, Fail> {
        let Some(token) = self.tokens.last().copied() else {
            return self.raise(kind, message.into(), (1, 0), (1, 0));
        };
        if token.col < 0 {
            // A token without a place: where the tokenizer stands.
            let (line, offset) = self.cursor();
            if self.error.is_none() {
                self.error = Some(Box::new(Explained {
                    kind,
                    message: message.into(),
                    line,
                    offset,
                    end_line: line,
                    end_offset: -1,
                    from_tokenizer: false,
                }));
            }
            return Err(Fail::Raised);
        }
        self.raise(kind, message.into(), (token.line, token.col), (token.end_line, token.end_col))
    }

    /// At the next token.
    pub fn raise_next<T>(&mut self, message: impl Into<String>) -> Result<T, Fail> {
        let token = self.peek()?;
        self.raise(
            ErrorKind::SyntaxError,
            message.into(),
            (token.line, token.col),
            (token.end_line, token.end_col),
        )
    }

    /// Raise for the part of `node` that is no target, if there is one.
    pub fn raise_invalid_target(&mut self, targets: Targets, node: &Node<'s>) -> R<'s> {
        let Some(bad) = invalid_target(node, targets) else { return Err(Fail::No) };
        let verb = if targets == Targets::Del { "delete" } else { "assign to" };
        let message = format!("cannot {verb} {}", bad.k.description());
        self.raise_at(&bad, message)
    }
}

/// The first part of an expression that cannot be a target.
fn invalid_target<'s>(node: &Node<'s>, targets: Targets) -> Option<Node<'s>> {
    match node.k {
        K::List | K::Tuple => node.kids.iter().find_map(|kid| invalid_target(kid, targets)),
        K::Starred if targets == Targets::Del => Some(node.clone()),
        K::Starred => node.kids.first().and_then(|kid| invalid_target(kid, targets)),
        K::Compare if targets == Targets::For => {
            // `for x in y` was read as a comparison.
            if node.text == "in" { node.kids.first().and_then(|kid| invalid_target(kid, targets)) } else { None }
        }
        K::Name | K::Subscript | K::Attribute => None,
        _ => Some(node.clone()),
    }
}

/// Errors at the tokenizer that the parser words: it has the whole line.
const READ_BY_PARSER: [&str; 5] = [
    "unexpected EOF while parsing",
    "unexpected character after line continuation",
    "unindent does not match",
    "inconsistent use of tabs",
    "too many levels of indentation",
];

/// How the text is to be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    File,
    Eval,
    Single,
}

/// What came of explaining a text.
pub enum Outcome {
    /// It parses after all.
    Fine,
    Error(CompileError),
}

/// The number of lines of a text: zero for an empty one.
fn last_line(text: &str) -> i32 {
    text.split_inclusive('\n').count() as i32
}

/// A text without a statement where one is asked for.
pub fn nothing_there(text: &str) -> CompileError {
    let line = last_line(text);
    let mut error = CompileError::plain(ErrorKind::SyntaxError, "invalid syntax");
    (error.line, error.offset, error.end_line, error.end_offset) = (line, 0, line, 0);
    error.text = Some(text.split_inclusive('\n').next_back().unwrap_or_default().to_owned());
    error
}

/// Explain what is wrong with a text.
pub fn explain(source: &str, start: Start, allow_incomplete: bool, imply_dedent: bool) -> Outcome {
    // A file's last line always has its newline.
    let complete;
    let source = if start == Start::File && !source.is_empty() && !source.ends_with('\n') {
        complete = format!("{source}\n");
        &complete
    } else {
        source
    };
    let mut peg = Peg::new(source, (start == Start::Single).then_some(imply_dedent), start == Start::File);
    if peg.parse(start).is_ok() {
        return Outcome::Fine;
    }
    let at_end = peg.tokenizer.done == Done::Eof || peg.tokenizer.done == Done::EofInString;
    if allow_incomplete && at_end {
        let mut error = CompileError::plain(ErrorKind::IncompleteInput, "incomplete input");
        match (&peg.error, peg.tokens.last()) {
            (Some(found), _) if peg.tokenizer.done == Done::EofInString => {
                (error.line, error.offset) = (found.line, found.offset);
                (error.end_line, error.end_offset) = (found.line, -1);
            }
            (None, Some(token)) if token.col >= 0 => {
                (error.line, error.offset) = (token.line, peg.offset(token.line, token.col));
                (error.end_line, error.end_offset) = (token.end_line, peg.offset(token.line, token.end_col));
            }
            _ => {
                let (line, offset) = peg.cursor();
                error.line = if source.is_empty() { 0 } else { line };
                (error.offset, error.end_line, error.end_offset) = (offset, error.line, -1);
            }
        }
        return Outcome::Error(error);
    }
    let last = peg.tokens.last().copied();
    if peg.error.is_none() {
        peg.start_second_pass();
        let _ = peg.parse(start);
        if peg.error.is_none() {
            let failed: Result<(), Fail> = match last {
                None => peg.raise(ErrorKind::SyntaxError, "invalid syntax".into(), (1, 0), (1, 0)),
                Some(Token { kind: Kind::Indent, .. }) => {
                    peg.raise_last(ErrorKind::IndentationError, "unexpected indent")
                }
                Some(Token { kind: Kind::Dedent, .. }) => {
                    peg.raise_last(ErrorKind::IndentationError, "unexpected unindent")
                }
                Some(token) if token.kind == Kind::End => {
                    // The end of the text is told as that of its last line.
                    let place = (last_line(source), -1);
                    peg.raise(ErrorKind::SyntaxError, "invalid syntax".into(), place, place)
                }
                Some(token) => peg.raise(
                    ErrorKind::SyntaxError,
                    "invalid syntax".into(),
                    (token.line, token.col),
                    (token.end_line, token.end_col),
                ),
            };
            let _ = failed;
        }
    }
    let Some(mut error) = peg.error.take() else {
        return Outcome::Error(CompileError::plain(ErrorKind::SyntaxError, "invalid syntax"));
    };
    let fine = peg.tokenizer.done == Done::Ok;
    if !error.from_tokenizer && fine {
        // The rest of the text may hold an error of the tokenizer, which explains more.
        let here = peg.tokens.last().map_or(1, |token| token.line);
        loop {
            match peg.tokenizer.next() {
                Ok(token) if token.kind == Kind::End => break,
                Ok(_) => {}
                Err(other) => {
                    // What is wrong with an f-string explains nothing about what is before it.
                    let relevant = !other.message.ends_with("was never closed") || here > other.line;
                    if relevant && !peg.tokenizer.in_interpolated() {
                        error = other;
                    }
                    break;
                }
            }
        }
    }
    let error_text = error.message.clone();
    let mut result = CompileError {
        kind: error.kind,
        message: error.message,
        line: error.line,
        offset: error.offset,
        end_line: error.end_line,
        end_offset: error.end_offset,
        text: source.is_empty().then(String::new),
        metadata: None,
        place: crate::error::Place::Known,
        bare_text: error.from_tokenizer && !READ_BY_PARSER.iter().any(|m| error_text.starts_with(m)),
        warnings: Vec::new(),
    };
    if result.message.starts_with("invalid syntax") {
        let (line, col) = peg.last_statement;
        result.metadata = Some((line, col, peg.source.to_owned()));
    }
    Outcome::Error(result)
}
