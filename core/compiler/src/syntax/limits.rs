//! How deep a program nests, measured before the recursive parser sees it.
//!
//! Brackets, prefix operators, `**`, `lambda`, `else` and the like nest to the right and cost
//! stack in the parser and behind it. Chains that lean to the left (`a + b + …`, `a.b.c…`) do
//! not: they are handled in loops. CPython refuses what is too deep as well, with these errors.

use super::tokenizer::MAX_NESTED_STRINGS;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer};

/// More open brackets than this are an error of the tokenizer.
const MAX_BRACKETS: usize = 200;

/// So are as many levels of indentation.
const MAX_INDENTS: usize = 100;

/// What deeper nesting would cost more stack than there is: native stacks grow on demand, those
/// of WebAssembly do not.
const MAX_DEPTH: usize = if cfg!(target_arch = "wasm32") { 400 } else { 3000 };

/// How long `a.b[c](d)…` may get. Chains are compiled link by link, each on top of the one before.
const MAX_CHAIN: usize = if cfg!(target_arch = "wasm32") { 400 } else { usize::MAX };

pub enum Depth {
    Fine,
    /// More brackets, indentation or nested f-strings than the tokenizer takes.
    Unreadable,
    TooDeep,
}

#[derive(Clone, Copy, Default)]
struct Level {
    /// Prefix operators and powers since the last binary operator.
    prefixes: usize,
    /// Constructs that reach to the end of the expression.
    tails: usize,
    /// Attributes, calls and subscripts of the operand so far.
    chain: usize,
}

pub fn measure(text: &str) -> Depth {
    // Most programs cannot be deep: nothing in them repeats often enough on few lines.
    if !suspicious(text.as_bytes()) {
        return Depth::Fine;
    }
    let mut lexer = lexer::lex(text, Mode::Module);
    let mut levels = vec![Level::default()];
    let mut outer = 0;
    let mut after_operand = false;
    let (mut indents, mut strings) = (0usize, 0usize);
    loop {
        let kind = lexer.next_token();
        let Some(level) = levels.last_mut() else { return Depth::Fine };
        let mut operand = false;
        match kind {
            TokenKind::EndOfFile => return Depth::Fine,
            TokenKind::Indent => {
                indents += 1;
                if indents >= MAX_INDENTS {
                    return Depth::Unreadable;
                }
            }
            TokenKind::FStringStart | TokenKind::TStringStart => {
                strings += 1;
                if strings >= MAX_NESTED_STRINGS {
                    return Depth::Unreadable;
                }
            }
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                level.chain += usize::from(after_operand);
                outer += 1 + level.prefixes + level.tails;
                levels.push(Level::default());
                if levels.len() > MAX_BRACKETS + 1 {
                    return Depth::Unreadable;
                }
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                if levels.len() > 1 {
                    levels.pop();
                    let level = levels.last().copied().unwrap_or_default();
                    outer = outer.saturating_sub(1 + level.prefixes + level.tails);
                }
                operand = true;
            }
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                strings = strings.saturating_sub(1);
                operand = true;
            }
            TokenKind::Newline | TokenKind::Semi | TokenKind::Comma => *level = Level::default(),
            TokenKind::Minus | TokenKind::Plus | TokenKind::Tilde | TokenKind::Star if !after_operand => {
                level.prefixes += 1;
            }
            TokenKind::Dot => level.chain += 1,
            TokenKind::Not | TokenKind::Await | TokenKind::DoubleStar => level.prefixes += 1,
            TokenKind::Lambda | TokenKind::Else | TokenKind::Yield | TokenKind::ColonEqual => level.tails += 1,
            TokenKind::Equal if level.tails > 0 => {}
            TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::True
            | TokenKind::False
            | TokenKind::None
            | TokenKind::Ellipsis => operand = true,
            TokenKind::Comment | TokenKind::NonLogicalNewline => continue,
            kind if kind.is_operator() => (level.prefixes, level.chain) = (0, 0),
            _ => {}
        }
        let level = levels.last().copied().unwrap_or_default();
        if outer + level.prefixes + level.tails + indents > MAX_DEPTH || level.chain > MAX_CHAIN {
            return Depth::TooDeep;
        }
        after_operand = operand;
    }
}

/// A cheap test on bytes: brackets that nest, or many right-nesting constructs.
fn suspicious(bytes: &[u8]) -> bool {
    let mut depth = 0i64;
    let mut deepest = 0i64;
    let (mut nesting, mut chain) = (0usize, 0usize);
    let mut margin = 0usize;
    let mut at_margin = true;
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
                chain += 1;
            }
            b'.' => chain += 1,
            b')' | b']' | b'}' => depth = (depth - 1).max(0),
            b'-' | b'~' | b'+' | b'*' => nesting += 1,
            b'n' if bytes[at..].starts_with(b"not") => nesting += 1,
            b'l' if bytes[at..].starts_with(b"lambda") => nesting += 1,
            b'e' if bytes[at..].starts_with(b"else") => nesting += 1,
            b'a' if bytes[at..].starts_with(b"await") => nesting += 1,
            _ => {}
        }
        if at_margin {
            margin += 1;
            at_margin = matches!(byte, b' ' | b'\t');
        }
        if byte == b'\n' {
            (margin, at_margin) = (0, true);
        }
        // Statements that end at the margin begin anew.
        if byte == b'\n' && depth == 0 {
            (nesting, chain) = (0, 0);
        }
        if nesting > 100 || chain > MAX_CHAIN || deepest > 50 || margin > MAX_INDENTS {
            return true;
        }
    }
    false
}
