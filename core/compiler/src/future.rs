//! `from __future__ import …`: which features, and only at the top of a module.

use crate::ast::*;
use crate::error::{CompileError, Result};
use crate::symtable;
use krait_bytecode::CodeFlags;

/// The `co_flags` of the features a module asks for.
pub fn features(tree: &Mod<'_>) -> Result<u32> {
    let body = match tree.kind {
        ModKind::Module(module) => module.body,
        ModKind::Interactive(module) => module.body,
        _ => return Ok(0),
    };
    let mut flags = 0;
    let mut at_top = true;
    let start = if symtable::docstring(body).is_some() { 1 } else { 0 };
    for stmt in &body[start..] {
        match stmt.kind {
            StmtKind::ImportFrom(node) if node.module == Some("__future__") && node.level.0 == 0 => {
                if !at_top {
                    return Err(late(stmt.span));
                }
                for alias in node.names {
                    flags |= feature(alias.name, alias.span)?;
                }
            }
            _ => at_top = false,
        }
    }
    // Nested ones are always too late.
    let mut error = None;
    crate::codegen::walk::each_with_depth(body, 0, &mut |stmt, depth| {
        if let StmtKind::ImportFrom(node) = stmt.kind
            && depth > 0
            && node.module == Some("__future__")
            && node.level.0 == 0
        {
            error.get_or_insert(late(stmt.span));
        }
    });
    match error {
        Some(error) => Err(error),
        None => Ok(flags),
    }
}

fn late(span: Span) -> CompileError {
    CompileError::at(span, "from __future__ imports must occur at the beginning of the file")
}

fn feature(name: &str, span: Span) -> Result<u32> {
    match name {
        // Mandatory by now.
        "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement" | "print_function"
        | "unicode_literals" | "generator_stop" => Ok(0),
        "annotations" => Ok(CodeFlags::FUTURE_ANNOTATIONS),
        "barry_as_FLUFL" => Ok(CodeFlags::FUTURE_BARRY_AS_BDFL),
        "braces" => Err(CompileError::at(span, "not a chance")),
        _ => Err(CompileError::at(span, format!("future feature {name} is not defined"))),
    }
}
