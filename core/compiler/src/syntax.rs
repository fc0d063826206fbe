//! Running the parser, and what guards it.
//!
//! The text is scanned for nesting that would be too deep before the (recursive) parser sees it.
//! What the parser rejects is explained by `diagnose`.

use crate::ast::*;
use crate::convert::{Converter, Locator, TARGET};
use crate::error::{CompileError, ErrorKind, Result, Warning};
use crate::{Mode, Options};
use bumpalo::Bump;
use ruff_python_ast as ruff;
use ruff_python_parser as parser;
use ruff_text_size::Ranged;

pub fn parse<'a>(arena: &'a Bump, text: &str, mode: Mode, _options: &Options) -> Result<(Mod<'a>, Vec<Warning>)> {
    let parser_mode = match mode {
        Mode::Eval => parser::Mode::Expression,
        _ => parser::Mode::Module,
    };
    if text.len() > i32::MAX as usize {
        return Err(CompileError::plain(ErrorKind::MemoryError, "source code is too large"));
    }
    let locator = Locator::new(text);
    let options = parser::ParseOptions::from(parser_mode).with_target_version(TARGET);
    let parsed = parser::parse_unchecked(text, options);
    let mut converter = Converter::new(arena, &locator);
    let error = parsed.errors().first().map(|error| (error.error.to_string(), error.range()));
    let unsupported = parsed.unsupported_syntax_errors().first().map(|error| error.range());
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
        let mut error = CompileError::at(locator.span(range), message);
        crate::attach_text(&mut error, text);
        return Err(error);
    }
    if let Some(range) = unsupported {
        return Err(CompileError::at(locator.span(range), "invalid syntax"));
    }
    let warnings = converted?;
    Ok((Mod { kind, span: Span::NONE }, warnings))
}
