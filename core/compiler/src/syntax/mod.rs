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
use explain::{Outcome, Start, explain};
use ruff_python_ast as ruff;
use ruff_python_parser as parser;
use ruff_text_size::Ranged;

pub fn parse<'a>(arena: &'a Bump, text: &str, mode: Mode, options: &Options) -> Result<(Mod<'a>, Vec<Warning>)> {
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
    if mode == Mode::Single || text.starts_with('\u{feff}') {
        // What is a complete statement here depends on how the input ends.
        if let Outcome::Error(error) = run_explain(text, start, options) {
            return Err(error);
        }
    }
    let locator = Locator::new(text);
    let parser_options = parser::ParseOptions::from(parser_mode).with_target_version(TARGET);
    let parsed = parser::parse_unchecked(text, parser_options);
    let mut converter = Converter::new(arena, &locator);
    let error = parsed.errors().first().map(|error| (error.error.to_string(), error.range()));
    let error = error.or_else(|| {
        parsed.unsupported_syntax_errors().first().map(|error| ("invalid syntax".to_owned(), error.range()))
    });
    let kind = match parsed.into_syntax() {
        ruff::Mod::Module(module) => {
            let body = converter.module(module.body);
            match mode {
                Mode::Single => ModKind::Interactive(arena.alloc(Interactive { body, marker: M })),
                _ => ModKind::Module(arena.alloc(Module { body, type_ignores: &[], marker: M })),
            }
        }
        ruff::Mod::Expression(expression) => {
            let body = converter.root(*expression.body);
            ModKind::Expression(arena.alloc(Expression { body, marker: M }))
        }
    };
    let converted = converter.finish();
    if let Some((message, range)) = error {
        return Err(match run_explain(text, start, options) {
            Outcome::Error(error) => error,
            // The two parsers disagree: better the parser's own words than none.
            Outcome::Fine => {
                let mut error = CompileError::at(locator.span(range), message);
                crate::attach_text(&mut error, text);
                error
            }
        });
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

fn run_explain(text: &str, start: Start, options: &Options) -> Outcome {
    match explain(text, start, options.allow_incomplete, !options.dont_imply_dedent) {
        Outcome::Error(mut error) => {
            crate::attach_text(&mut error, text);
            Outcome::Error(error)
        }
        fine => fine,
    }
}
