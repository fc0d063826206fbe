//! Calls: plain, with keywords, with `*` and `**`, of methods, and through `super()`.
//!
//! Arguments are evaluated straight into the call window. A window begins at the destination
//! when that is the topmost temporary, so nested calls stack without moves.

use super::expr::value_type;
use super::unit::{Operand, Reg};
use super::{Generator, Place};
use crate::ast::*;
use crate::error::Result;
use crate::symtable::BlockKind;
use krait_bytecode::Op;
use krait_bytecode::ops::{Common, FunctionAttr, KILL_B, METHOD};
use std::collections::HashSet;

/// Calls with more positional arguments than this pass them in a list.
const MAX_ARGS: usize = 30;

impl<'a> Generator<'_, 'a> {
    pub(super) fn call(&mut self, expr: &'a Expr<'a>, node: &'a Call<'a>, dst: Reg) -> Result<()> {
        self.check_callee(node.func, expr.span);
        check_keywords(node.keywords)?;
        let has_star = node.args.iter().any(|arg| matches!(arg.kind, ExprKind::Starred(_)))
            || node.keywords.iter().any(|keyword| keyword.arg.is_none());
        let many = node.args.len() + 2 * node.keywords.len() > MAX_ARGS;
        let base = self.window(dst);
        if has_star || many {
            self.expr_to(node.func, base)?;
            let null = self.unit.alloc();
            self.unit.set_span(expr.span);
            self.unit.emit(Op::PushNull, 0, null, 0, 0);
            return self.finish_spread_call(dst, base, node.args, node.keywords, None, expr.span);
        }
        let mut span = expr.span;
        match node.func.kind {
            ExprKind::Attribute(attribute) if attribute.ctx == Context::Load => {
                // Errors of a method call point at the attribute's own line in a fluent chain.
                if node.func.span.end_line != node.func.span.line {
                    span = method_span(node.func.span, attribute.attr, expr.span);
                }
                let null = self.unit.alloc();
                if !self.super_attribute(attribute, base, METHOD)? {
                    let later: Vec<_> = Vec::new();
                    let value = self.operand(attribute.value, Some(base), &later)?;
                    self.unit.set_span(attribute_span(node.func.span, attribute.attr));
                    self.load_method(base, null, value, attribute.attr)?;
                }
            }
            _ => {
                self.expr_to(node.func, base)?;
                let null = self.unit.alloc();
                self.unit.set_span(expr.span);
                // Other expressions may end in a jump to here, past the last instruction.
                let is_name = matches!(node.func.kind, ExprKind::Name(_));
                if !(is_name && self.unit.fill_window(base)) {
                    self.unit.emit(Op::PushNull, 0, null, 0, 0);
                }
            }
        }
        self.finish_call(dst, base, node.args, node.keywords, span)
    }

    fn load_method(&mut self, base: Reg, null: Reg, value: Operand, attr: &'a str) -> Result<()> {
        if self.unit.site_count() <= Reg::MAX as usize {
            let attr = self.mangle(attr);
            let site = self.unit.site(attr) as Reg;
            self.unit.emit(Op::LoadMethod, value.kill(KILL_B, base), base, value.reg, site);
        } else {
            self.load_attr(base, value, attr)?;
            self.unit.emit(Op::PushNull, 0, null, 0, 0);
        }
        Ok(())
    }

    /// Evaluate arguments behind a filled callee and emit the call.
    pub(super) fn finish_call(
        &mut self,
        dst: Reg,
        base: Reg,
        args: Exprs<'a>,
        keywords: &'a [Keyword<'a>],
        span: Span,
    ) -> Result<()> {
        for arg in args {
            self.temp(arg)?;
        }
        for keyword in keywords {
            self.temp(keyword.value)?;
        }
        self.unit.set_span(span);
        self.emit_call(dst, base, args.len(), keywords)
    }

    pub(super) fn emit_call(
        &mut self,
        dst: Reg,
        base: Reg,
        positional: usize,
        keywords: &'a [Keyword<'a>],
    ) -> Result<()> {
        let count = (positional + keywords.len()) as u16;
        if keywords.is_empty() {
            self.unit.emit(Op::Call, 0, dst, base, count);
        } else {
            let names: Vec<_> = keywords.iter().filter_map(|k| k.arg).map(|name| Constant::Str(self.mangle(name).as_bytes())).collect();
            let names = self.unit.constant(Constant::Tuple(&names));
            self.unit.emit(Op::CallKw, 0, dst, base, count);
            self.unit.ext(0, names);
        }
        Ok(())
    }

    /// A call with `*` or `**`. Two registers are filled already (callee and no self); registers
    /// before `args` that hold further positional arguments may be given as `leading`, and are
    /// collected first. `extra` is one more positional argument after `args`.
    pub(super) fn finish_spread_call(
        &mut self,
        dst: Reg,
        base: Reg,
        args: Exprs<'a>,
        keywords: &'a [Keyword<'a>],
        leading: Option<(Reg, usize, Option<Reg>)>,
        span: Span,
    ) -> Result<()> {
        let positional = match leading {
            Some((reg, count, _)) => {
                // The leading arguments stand where the list is to be.
                self.unit.emit(Op::BuildList, 0, reg, reg, count as u16);
                self.unit.next_temp = reg + 1;
                self.extend_list(reg, args, span)?;
                reg
            }
            None => {
                let reg = self.unit.alloc();
                self.unit.set_span(span);
                match args {
                    [Expr { kind: ExprKind::Starred(star), .. }] => self.expr_to(star.value, reg)?,
                    args => {
                        self.build_list(args, reg, 1)?;
                    }
                }
                reg
            }
        };
        if let Some((_, _, Some(extra))) = leading {
            self.unit.emit(Op::ListAppend, 0, positional, extra, 0);
        }
        let mut has_keywords = 0;
        if !keywords.is_empty() {
            has_keywords = 1;
            let dict = self.unit.alloc();
            if let [only] = keywords
                && only.arg.is_none()
            {
                // The call takes the mapping as it is.
                self.expr_to(only.value, dict)?;
                self.unit.set_span(span);
                self.unit.emit(Op::CallEx, 0, dst, base, 1);
                return Ok(());
            }
            let mark = self.unit.next_temp;
            let mut started = false;
            let mut pending = keywords;
            let large = 2 * keywords.len() > MAX_ARGS;
            while let Some((first, rest)) = pending.split_first() {
                match first.arg {
                    Some(_) => {
                        // A run of named arguments is one dict, built whole at the start and
                        // merged afterwards, so that duplicates are found.
                        let run = pending.iter().take_while(|keyword| keyword.arg.is_some()).count();
                        let run = if large { run.min(2) } else { run };
                        let target = if started { self.unit.alloc() } else { dict };
                        let pairs = self.window(target);
                        for (index, keyword) in pending[..run].iter().enumerate() {
                            let key = if index == 0 { pairs } else { self.unit.alloc() };
                            if let Some(name) = keyword.arg {
                                let name = self.mangle(name);
                                self.load_constant(Constant::Str(name.as_bytes()), key);
                            }
                            self.temp(keyword.value)?;
                        }
                        self.unit.set_span(span);
                        self.unit.emit(Op::BuildMap, 0, target, pairs, run as u16);
                        if started {
                            self.unit.emit(Op::DictMerge, KILL_B, dict, target, base);
                        }
                        pending = &pending[run..];
                    }
                    None => {
                        if !started {
                            self.unit.emit(Op::BuildMap, 0, dict, dict, 0);
                        }
                        let value = self.expr(first.value)?;
                        self.unit.set_span(span);
                        self.unit.emit(Op::DictMerge, value.kill_always(KILL_B), dict, value.reg, base);
                        pending = rest;
                    }
                }
                started = true;
                self.unit.next_temp = mark;
            }
        }
        self.unit.set_span(span);
        self.unit.emit(Op::CallEx, 0, dst, base, has_keywords);
        Ok(())
    }

    fn extend_list(&mut self, list: Reg, items: Exprs<'a>, span: Span) -> Result<()> {
        let mark = self.unit.next_temp;
        for item in items {
            match item.kind {
                ExprKind::Starred(star) => {
                    let value = self.expr(star.value)?;
                    self.unit.set_span(span);
                    self.unit.emit(Op::ListExtend, value.kill_always(KILL_B), list, value.reg, 0);
                    self.unit.ext(0, 1 << 16);
                }
                _ => {
                    let value = self.expr(item)?;
                    self.unit.emit(Op::ListAppend, value.kill_always(KILL_B), list, value.reg, 0);
                }
            }
            self.unit.next_temp = mark;
        }
        Ok(())
    }

    /// `super().name` without making the super object, when `super` is the builtin for all the
    /// compiler knows. With METHOD in `flags`, fills the call window at `dst`.
    pub(super) fn super_attribute(&mut self, node: &'a Attribute<'a>, dst: Reg, flags: u8) -> Result<bool> {
        let ExprKind::Call(call) = node.value.kind else { return Ok(false) };
        let ExprKind::Name(name) = call.func.kind else { return Ok(false) };
        if name.id != "super"
            || node.ctx != Context::Load
            || !call.keywords.is_empty()
            || !call.args.is_empty()
            || !self.is_global(name.id)
            || self.unit.site_count() > Reg::MAX as usize
        {
            return Ok(false);
        }
        let scope = self.scope();
        let Some(&first) = scope.params.first() else { return Ok(false) };
        if scope.kind != BlockKind::Function
            || self.unit.argcount == 0
            || !self.unit.comprehensions.is_empty()
            || scope.resolution("__class__") != crate::symtable::Resolution::Free
        {
            return Ok(false);
        }
        let span = self.unit.span();
        let mark = self.unit.next_temp;
        // With METHOD the second register of the window is allocated already; the three operands
        // go above it.
        let base = self.unit.alloc();
        self.unit.set_span(call.func.span);
        self.load_name(name.id, base)?;
        self.unit.set_span(node.value.span);
        let class = self.unit.alloc();
        let Place::Deref(cell) = self.place("__class__") else {
            self.unit.next_temp = mark;
            return Ok(false);
        };
        let class_name = self.name16("__class__")?;
        self.unit.emit(Op::LoadDeref, 0, class, cell, class_name);
        let this = self.unit.alloc();
        match self.place(first) {
            Place::Deref(cell) => {
                let name = self.name16(first)?;
                self.unit.emit(Op::LoadDeref, 0, this, cell, name);
            }
            _ => self.unit.emit(Op::Move, 0, this, 0, 0),
        }
        self.unit.set_span(span);
        let attr = self.mangle(node.attr);
        let site = self.unit.site(attr) as Reg;
        self.unit.emit(Op::LoadSuperAttr, flags, dst, base, site);
        self.unit.next_temp = mark;
        Ok(true)
    }

    fn check_callee(&mut self, func: &'a Expr<'a>, span: Span) {
        let suspicious = match func.kind {
            ExprKind::Constant(_)
            | ExprKind::Tuple(_)
            | ExprKind::List(_)
            | ExprKind::ListComp(_)
            | ExprKind::Dict(_)
            | ExprKind::DictComp(_)
            | ExprKind::Set(_)
            | ExprKind::SetComp(_)
            | ExprKind::GeneratorExp(_)
            | ExprKind::JoinedStr(_)
            | ExprKind::TemplateStr(_)
            | ExprKind::FormattedValue(_)
            | ExprKind::Interpolation(_) => value_type(func),
            _ => None,
        };
        if let Some(name) = suspicious {
            self.warn(span, format!("'{name}' object is not callable; perhaps you missed a comma?"));
        }
    }

    pub(super) fn load_common(&mut self, which: Common, dst: Reg) {
        self.unit.emit(Op::LoadCommon, 0, dst, which as u16, 0);
    }

    pub(super) fn set_function_attr(&mut self, function: Reg, value: Operand, part: FunctionAttr) {
        self.unit.emit(Op::SetFunctionAttr, value.kill_always(KILL_B), function, value.reg, part as u16);
    }
}

pub(super) fn check_keywords(keywords: &[Keyword<'_>]) -> Result<()> {
    let mut seen = HashSet::new();
    for keyword in keywords {
        if let Some(name) = keyword.arg
            && !seen.insert(name)
        {
            let message = format!("keyword argument repeated: {name}");
            return Err(crate::error::CompileError::at(keyword.span, message));
        }
    }
    Ok(())
}

/// Where a method call spread over lines is reported: from the method's name on.
fn method_span(func: Span, attr: &str, call: Span) -> Span {
    let name = attribute_span(func, attr);
    Span { line: name.line, col: name.col, ..call }
}

/// The attribute's name when the chain is spread over lines, else the whole expression.
pub(super) fn attribute_span(func: Span, attr: &str) -> Span {
    let length = attr.len() as i32;
    if func.line != func.end_line && func.end_col >= length {
        Span { line: func.end_line, col: func.end_col - length, ..func }
    } else {
        func
    }
}
