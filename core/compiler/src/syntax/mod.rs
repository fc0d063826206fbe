//! Running the parser, and what guards it.
//!
//! The text is scanned for nesting that would be too deep before the (recursive) parser sees it.
//! What the parser rejects is explained by `explain`, in CPython's words.

pub mod explain;
mod expressions;
mod limits;
mod patterns;
mod statements;
pub mod tokenizer;

use crate::ast::*;
use crate::convert::{Converter, Locator, TARGET};
use crate::error::{CompileError, ErrorKind, Result, Warning};
use crate::{Mode, Options};
use bumpalo::Bump;
use explain::{nothing_there, Outcome, Start, explain};
use ruff_python_ast as ruff;
use ruff_python_parser as parser;
use ruff_text_size::Ranged;

pub fn parse<'a>(arena: &'a Bump, text: &str, mode: Mode, options: &Options) -> Result<(Mod<'a>, Vec<Warning>)> {
    if mode == Mode::FuncType {
        return function_type(arena, text, options);
    }
    let parser_mode = match mode {
        Mode::Eval => parser::Mode::Expression,
        _ => parser::Mode::Module,
    };
    if text.len() > i32::MAX as usize {
        return Err(CompileError::plain(ErrorKind::MemoryError, "source code is too large"));
    }
    let start = match mode {
        Mode::Single => Start::Single,
        Mode::Eval => Start::Eval,
        _ => Start::File,
    };
    match limits::measure(text) {
        limits::Depth::Fine => {}
        limits::Depth::Unreadable => {
            if let Outcome::Error(error) = run_explain(text, start, options) {
                return Err(error);
            }
        }
        limits::Depth::TooDeep => {
            let message = "Parser stack overflowed - Python source too complex to compile";
            return Err(CompileError::plain(ErrorKind::MemoryError, message));
        }
    }
    let flufl;
    let mut text = text;
    if let Some(from) = barry_rules_from(text, options) {
        flufl = with_barry(text, from)?;
        text = &flufl;
    }
    let mut explained = None;
    if mode == Mode::Single || text.starts_with('\u{feff}') {
        // What is a complete statement here depends on how the input ends.
        if let Outcome::Error(error) = run_explain(text, start, options) {
            explained = Some(error);
        }
    }
    let locator = Locator::new(text);
    let parser_options = parser::ParseOptions::from(parser_mode).with_target_version(TARGET);
    let parsed = parser::parse_unchecked(text, parser_options);
    let mut converter = Converter::new(arena, &locator);
    converter.feature_version = options.feature_version;
    converter.max_int_digits = options.max_int_digits;
    if options.type_comments {
        for token in parsed.tokens().iter().filter(|token| token.kind() == ruff_python_ast::token::TokenKind::Comment) {
            converter.type_comments.add(token.start().to_usize(), &text[token.range()]);
        }
    }
    let error = parsed.errors().first().map(|error| (error.error.to_string(), error.range()));
    let error = error.or_else(|| {
        parsed.unsupported_syntax_errors().first().map(|error| ("invalid syntax".to_owned(), error.range()))
    });
    let kind = match parsed.into_syntax() {
        ruff::Mod::Module(module) => {
            let body = converter.module(module.body);
            match mode {
                Mode::Single => ModKind::Interactive(arena.alloc(Interactive { body, marker: M })),
                _ => {
                    let ignores: Vec<TypeIgnore<'_>> = converter
                        .type_comments
                        .ignores
                        .iter()
                        .map(|(at, tag)| {
                            let lineno = locator.position(ruff_text_size::TextSize::new(*at as u32)).0.into();
                            let tag = &*arena.alloc_slice_copy(tag.as_bytes());
                            let tag = arena.alloc(TypeIgnoreTag { lineno, tag, marker: M });
                            TypeIgnore { kind: TypeIgnoreKind::TypeIgnore(tag), span: Span::NONE }
                        })
                        .collect();
                    let type_ignores = arena.alloc_slice_copy(&ignores);
                    ModKind::Module(arena.alloc(Module { body, type_ignores, marker: M }))
                }
            }
        }
        ruff::Mod::Expression(expression) => {
            let body = converter.root(*expression.body);
            ModKind::Expression(arena.alloc(Expression { body, marker: M }))
        }
    };
    let early = converter.warnings.clone();
    let size = |at: usize| ruff_text_size::TextSize::new(at as u32);
    let misplaced = converter
        .type_comments
        .misplaced(text, |start, end| locator.span(ruff_text_size::TextRange::new(size(start), size(end))));
    let converted = converter.finish();
    if let Some((message, range)) = &error
        && explained.is_none()
    {
        explained = match run_explain(text, start, options) {
            Outcome::Error(error) => Some(error),
            // The two parsers disagree: better the parser's own words than none.
            Outcome::Fine => {
                let mut error = CompileError::at(locator.span(*range), message.clone());
                crate::attach_text(&mut error, text);
                return Err(error);
            }
        };
    }
    if let Some(mut error) = explained {
        // Strings are decoded as they are read: what is odd in those before the error has been told.
        error.warnings = early.into_iter().filter(|w| (w.span.line, w.span.col + 1) < (error.line, error.offset)).collect();
        return Err(error);
    }
    let warnings = match converted {
        Ok(warnings) => warnings,
        Err(mut error) => {
            // The words are ours already, the place is better explained.
            if let Outcome::Error(explained) = run_explain(text, start, options) {
                return Err(explained);
            }
            crate::attach_text(&mut error, text);
            return Err(error);
        }
    };
    if let Some(mut error) = misplaced {
        crate::attach_text(&mut error, text);
        return Err(error);
    }
    if mode == Mode::Single
        && let ModKind::Interactive(module) = kind
        && module.body.is_empty()
    {
        return Err(match run_explain(text, start, options) {
            Outcome::Error(error) => error,
            Outcome::Fine => nothing_there(text),
        });
    }
    if mode == Mode::Single
        && let ModKind::Interactive(module) = kind
        && module.body.len() > 1
        && module.body[1].span.line != module.body[0].span.line
    {
        let message = "multiple statements found while compiling a single statement";
        // At the newline behind the first line.
        let line = module.body[0].span.end_line;
        let length = locator.line(line).trim_end_matches('\n').len() as i32;
        let mut error = CompileError::at(Span { line, col: length, end_line: line, end_col: length + 1 }, message);
        crate::attach_text(&mut error, text);
        return Err(error);
    }
    Ok((Mod { kind, span: Span::NONE }, warnings))
}

/// `(int, *str, **Any) -> float`: the arguments are parsed as those of a call, the result as an expression.
fn function_type<'a>(arena: &'a Bump, text: &str, options: &Options) -> Result<(Mod<'a>, Vec<Warning>)> {
    let invalid = || CompileError::at(Span { line: 1, col: 0, end_line: 1, end_col: 1 }, "invalid syntax");
    let (arguments, result) = text.rsplit_once("->").ok_or_else(invalid)?;
    let expression = |source: &str| match parse(arena, source, Mode::Eval, options)?.0.kind {
        ModKind::Expression(root) => Ok(root.body),
        _ => Err(invalid()),
    };
    let call = expression(&format!("_{}", arguments.trim()))?;
    let ExprKind::Call(call) = call.kind else { return Err(invalid()) };
    if !matches!(call.func.kind, ExprKind::Name(_)) {
        return Err(invalid());
    }
    let mut argtypes = Vec::new();
    for (index, arg) in call.args.iter().enumerate() {
        match arg.kind {
            ExprKind::Starred(star) if index + 1 == call.args.len() => argtypes.push(*star.value),
            ExprKind::Starred(_) => return Err(invalid()),
            _ => argtypes.push(*arg),
        }
    }
    match call.keywords {
        [] => {}
        [last] if last.arg.is_none() => argtypes.push(*last.value),
        _ => return Err(invalid()),
    }
    let returns = expression(result.trim())?;
    let argtypes = arena.alloc_slice_copy(&argtypes);
    let kind = ModKind::FunctionType(arena.alloc(FunctionType { argtypes, returns, marker: M }));
    Ok((Mod { kind, span: Span::NONE }, Vec::new()))
}

/// Where PEP 401's spelling of inequality begins to be the only one.
fn barry_rules_from(text: &str, options: &Options) -> Option<usize> {
    if options.future & krait_bytecode::CodeFlags::FUTURE_BARRY_AS_BDFL != 0 {
        return Some(0);
    }
    const IMPORT: &str = "from __future__ import barry_as_FLUFL";
    let at = text.find(IMPORT)?;
    (at == 0 || text[..at].ends_with(['\n', ';', ' '])).then_some(at + IMPORT.len())
}

/// The text with `<>` spelled as the parser knows it.
fn with_barry(text: &str, from: usize) -> Result<String> {
    let mut lines = vec![0];
    lines.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1));
    let mut bytes = text.as_bytes().to_vec();
    let mut tokenizer = tokenizer::Tokenizer::new(text, None, true);
    while let Ok(token) = tokenizer.next() {
        if token.kind == tokenizer::Kind::End {
            break;
        }
        let start = lines.get(token.line.max(1) as usize - 1).map_or(0, |line| line + token.col.max(0) as usize);
        if token.kind != tokenizer::Kind::Op || start < from {
            continue;
        }
        if token.text == "!=" {
            let span = Span { line: token.line, col: token.col, end_line: token.end_line, end_col: token.end_col };
            let mut error = CompileError::at(span, "with Barry as BDFL, use '<>' instead of '!='");
            crate::attach_text(&mut error, text);
            return Err(error);
        }
        if token.text == "<>" {
            bytes[start..start + 2].copy_from_slice(b"!=");
        }
    }
    Ok(String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned()))
}

fn run_explain(text: &str, start: Start, options: &Options) -> Outcome {
    match explain(text, start, options.allow_incomplete, !options.dont_imply_dedent) {
        Outcome::Error(mut error) => {
            crate::attach_text(&mut error, text);
            Outcome::Error(error)
        }
        fine => fine,
    }
}
