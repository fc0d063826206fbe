//! Simple statements, and the bodies of modules.

use super::control::Block;
use super::expr::inplace_op;
use super::unit::{Operand, Reg};
use super::{Generator, Place, walk};
use crate::ast::*;
use crate::error::Result;
use crate::symtable;
use krait_bytecode::ops::{Common, Intrinsic1, KILL_A, KILL_B, KILL_C};
use krait_bytecode::Op;

/// `add_imm` and `sub_imm`: the in-place form.
const IN_PLACE: u8 = 0x80;

impl<'a> Generator<'_, 'a> {
    pub(super) fn module(&mut self, body: Stmts<'a>) -> Result<()> {
        self.number_annotations(body, true);
        self.module_annotations(body)?;
        if let Some((text, span)) = symtable::docstring(body)
            && self.settings.optimize < 2
            && !self.settings.interactive
        {
            self.unit.set_span(span);
            let value = self.unit.alloc();
            let text = clean_docstring(text);
            self.load_constant(Constant::Str(&text), value);
            self.store_name("__doc__", Operand::temp(value));
            self.unit.next_temp = value;
        }
        if self.settings.last_value
            && let Some((last, first)) = body.split_last()
            && let StmtKind::Expr(node) = last.kind
        {
            self.stmts(skip_docstring(first, self.settings.interactive))?;
            self.unit.set_span(last.span);
            let value = self.expr(node.value)?;
            self.emit_return(value);
            return Ok(());
        }
        self.stmts(skip_docstring(body, self.settings.interactive))?;
        self.unit.set_span(Span::NONE);
        if self.unit.reachable {
            // CPython gives the final `return None` the position of the last statement.
            if let Some(last) = body.last() {
                self.unit.set_span(last.span);
            }
        }
        self.return_none();
        Ok(())
    }

    pub(super) fn stmts(&mut self, body: Stmts<'a>) -> Result<()> {
        let tail = std::mem::take(&mut self.tail);
        let Some((last, first)) = body.split_last() else { return Ok(()) };
        first.iter().try_for_each(|stmt| self.stmt(stmt))?;
        self.tail = tail;
        self.stmt(last)
    }

    pub(super) fn stmt(&mut self, stmt: &'a Stmt<'a>) -> Result<()> {
        crate::stack::deep(|| self.stmt_inner(stmt))
    }

    fn stmt_inner(&mut self, stmt: &'a Stmt<'a>) -> Result<()> {
        let mark = self.unit.next_temp;
        let tail = std::mem::take(&mut self.tail);
        self.unit.set_span(stmt.span);
        if matches!(
            stmt.kind,
            StmtKind::For(_) | StmtKind::AsyncFor(_) | StmtKind::While(_) | StmtKind::Try(_) | StmtKind::TryStar(_)
        ) {
            self.check_nesting(stmt.span)?;
        }
        match stmt.kind {
            StmtKind::FunctionDef(node) => self.function_def(node, stmt.span, false)?,
            StmtKind::AsyncFunctionDef(node) => self.function_def(node, stmt.span, true)?,
            StmtKind::ClassDef(node) => self.class_def(node, stmt.span)?,
            StmtKind::TypeAlias(node) => self.type_alias(node, stmt.span)?,
            StmtKind::Return(node) => self.return_stmt(node, stmt.span)?,
            StmtKind::Delete(node) => node.targets.iter().try_for_each(|target| self.delete(target))?,
            StmtKind::Assign(node) => self.assign(node)?,
            StmtKind::AugAssign(node) => self.aug_assign(node, stmt.span)?,
            StmtKind::AnnAssign(node) => self.ann_assign(node, stmt.span)?,
            StmtKind::For(node) => self.for_loop(node)?,
            StmtKind::AsyncFor(node) => self.async_for_loop(node, stmt.span)?,
            StmtKind::While(node) => self.while_loop(node)?,
            StmtKind::If(node) => self.if_stmt(node, tail)?,
            StmtKind::With(node) => self.with(node.items, node.body, false, stmt.span)?,
            StmtKind::AsyncWith(node) => self.with(node.items, node.body, true, stmt.span)?,
            StmtKind::Match(node) => self.match_stmt(node, tail)?,
            StmtKind::Raise(node) => self.raise(node)?,
            StmtKind::Try(node) => self.try_stmt(node, tail)?,
            StmtKind::TryStar(node) => self.try_star(node)?,
            StmtKind::Assert(node) => self.assert(node, stmt.span)?,
            StmtKind::Import(node) => self.import(node)?,
            StmtKind::ImportFrom(node) => self.import_from(node, stmt.span)?,
            StmtKind::Global(_) | StmtKind::Nonlocal(_) => {}
            StmtKind::Expr(node) => self.expr_stmt(node)?,
            StmtKind::Pass => self.unit.emit(Op::Nop, 0, 0, 0, 0),
            StmtKind::Break => self.break_stmt(stmt.span)?,
            StmtKind::Continue => self.continue_stmt(stmt.span)?,
            StmtKind::Phantom(never, _) => match never {},
        }
        self.unit.next_temp = mark;
        Ok(())
    }

    fn expr_stmt(&mut self, node: &'a ExprStmt<'a>) -> Result<()> {
        if self.settings.interactive && self.outer.is_empty() {
            let value = self.expr(node.value)?;
            let result = self.unit.alloc();
            let print = Intrinsic1::Print as u16;
            self.unit.emit(Op::Intrinsic1, value.kill(KILL_B, result), result, value.reg, print);
            self.clear(result);
            return Ok(());
        }
        if matches!(node.value.kind, ExprKind::Constant(_)) {
            // Nothing to compute, but the line exists for tracing.
            self.unit.emit(Op::Nop, 0, 0, 0, 0);
            return Ok(());
        }
        let before = self.unit.pc();
        self.discard(node.value)?;
        if self.unit.pc() == before {
            // A variable that is known to be bound.
            self.unit.emit(Op::Nop, 0, 0, 0, 0);
        }
        Ok(())
    }

    fn return_stmt(&mut self, node: &'a Return<'a>, span: Span) -> Result<()> {
        let scope = self.scope();
        if scope.kind != symtable::BlockKind::Function {
            return self.error(span, "'return' outside function");
        }
        if node.value.is_some() && scope.coroutine && scope.generator {
            return self.error(span, "'return' with value in async generator");
        }
        self.check_return(node.value.map_or(span, |value| value.span))?;
        self.check_finally_exit("return", span);
        let has_work = self.blocks.iter().any(Block::needs_code);
        if has_work && node.value.is_none_or(|expr| self.fold(expr).is_some()) {
            // The line exists before what leaving the blocks runs.
            self.unit.emit(Op::Nop, 0, 0, 0, 0);
        }
        let value = match node.value {
            None => {
                let reg = self.unit.alloc();
                if !has_work {
                    self.load_none(reg);
                }
                Operand::temp(reg)
            }
            Some(expr) => {
                let folded = self.fold(expr);
                if has_work && folded.is_none() {
                    // Leaving runs code, which could rebind a local that is returned.
                    Operand::temp(self.temp(expr)?)
                } else if has_work {
                    Operand::temp(self.unit.alloc())
                } else {
                    self.expr(expr)?
                }
            }
        };
        let handler = self.unit.handler();
        if has_work {
            // The line that this leaves is where the function ends.
            self.unwind(0)?;
            match node.value {
                None => self.load_none(value.reg),
                Some(expr) => {
                    if let Some(constant) = self.fold(expr) {
                        self.load_constant(constant, value.reg);
                    }
                }
            }
        }
        if !has_work {
            self.unit.set_span(span);
        }
        self.emit_return(value);
        self.unit.switch_handler(handler);
        Ok(())
    }

    fn delete(&mut self, target: &'a Expr<'a>) -> Result<()> {
        self.unit.set_span(target.span);
        let mark = self.unit.next_temp;
        match target.kind {
            ExprKind::Name(name) => self.delete_name(name.id)?,
            ExprKind::Attribute(node) => {
                let object = self.expr(node.value)?;
                let attr = self.mangle(node.attr);
                let name = self.name16(attr)?;
                self.unit.set_span(target.span);
                self.unit.emit(Op::DeleteAttr, object.kill_always(KILL_B), 0, object.reg, name);
            }
            ExprKind::Subscript(node) => {
                let object = self.operand(node.value, None, &[node.slice])?;
                let index = self.operand(node.slice, None, &[])?;
                self.unit.set_span(target.span);
                let kills = object.kill_always(KILL_B) | index.kill_always(KILL_C);
                self.unit.emit(Op::DeleteItem, kills, 0, object.reg, index.reg);
            }
            ExprKind::Tuple(node) | ExprKind::List(node) => {
                node.elts.iter().try_for_each(|elt| self.delete(elt))?;
            }
            _ => return self.error(target.span, "cannot delete this expression"),
        }
        self.unit.next_temp = mark;
        Ok(())
    }

    fn assign(&mut self, node: &'a Assign<'a>) -> Result<()> {
        if let [target] = node.targets {
            if let Some(reg) = self.local_target(target) {
                self.expr_to(node.value, reg)?;
                self.unit.assigned.insert(reg);
                return Ok(());
            }
            if self.pairwise(target, node.value)? {
                return Ok(());
            }
            let value = match target.kind {
                // Targets with parts are evaluated after the value and could rebind it.
                ExprKind::Attribute(_) | ExprKind::Subscript(_) if self.scope().has_walrus => {
                    Operand::temp(self.temp(node.value)?)
                }
                _ => self.expr(node.value)?,
            };
            return self.store(target, value);
        }
        let value = Operand::temp(self.temp(node.value)?);
        let Some((last, first)) = node.targets.split_last() else { return Ok(()) };
        for target in first {
            self.store(target, Operand::kept(value.reg))?;
        }
        self.store(last, value)
    }

    /// The pairs of `a, (b, c) = x, (y, z)`, at any depth: tuples that are taken apart at once are not made. `None` when it
    /// is no such assignment, or a long one.
    fn pairs(target: &'a Expr<'a>, value: &'a Expr<'a>) -> Option<Vec<(&'a Expr<'a>, &'a Expr<'a>)>> {
        let (ExprKind::Tuple(targets) | ExprKind::List(targets), ExprKind::Tuple(values)) = (target.kind, value.kind)
        else {
            return None;
        };
        let (targets, values) = (targets.elts, values.elts);
        let starred = |items: Exprs<'a>| items.iter().any(|item| matches!(item.kind, ExprKind::Starred(_)));
        if targets.len() != values.len() || starred(targets) || starred(values) {
            return None;
        }
        let mut pairs = Vec::new();
        for (target, value) in targets.iter().zip(values) {
            match Self::pairs(target, value) {
                Some(inner) => pairs.extend(inner),
                None => pairs.push((target, value)),
            }
        }
        (pairs.len() <= 16).then_some(pairs)
    }

    /// `a, b = x, y` without a tuple: values are computed first, then stored in order.
    fn pairwise(&mut self, target: &'a Expr<'a>, value: &'a Expr<'a>) -> Result<bool> {
        let Some(pairs) = Self::pairs(target, value) else { return Ok(false) };
        let (targets, values): (Vec<&'a Expr<'a>>, Vec<&'a Expr<'a>>) = pairs.into_iter().unzip();
        let target_regs: Vec<Option<Reg>> = targets.iter().map(|target| self.local_target(target)).collect();
        let simple = target_regs.iter().all(Option::is_some);
        let mut operands = Vec::new();
        for (index, value) in values.iter().enumerate() {
            // A local may stay where it is unless an earlier store overwrites it.
            let in_place = match value.kind {
                ExprKind::Name(name) if simple => match self.place(self.mangle(name.id)) {
                    Place::Local(reg) => !target_regs[..index].contains(&Some(reg)),
                    _ => false,
                },
                _ => false,
            };
            operands.push(if in_place {
                self.operand(value, None, &values[index + 1..])?
            } else {
                Operand::temp(self.temp(value)?)
            });
        }
        for (target, operand) in targets.iter().zip(operands) {
            self.store(target, operand)?;
        }
        Ok(true)
    }

    fn aug_assign(&mut self, node: &'a AugAssign<'a>, span: Span) -> Result<()> {
        let target = node.target;
        match target.kind {
            ExprKind::Name(name) => {
                let mangled = self.mangle(name.id);
                if let Place::Local(reg) = self.place(mangled) {
                    self.unit.set_span(target.span);
                    if self.scope().has_walrus && walk::rebinds(node.value, name.id) {
                        let old = self.unit.alloc();
                        self.load_name(name.id, old)?;
                        self.augment(node, Operand::temp(old), reg, span)?;
                    } else {
                        self.check_bound(reg, mangled);
                        self.augment(node, Operand::kept(reg), reg, span)?;
                    }
                    self.unit.assigned.insert(reg);
                    return Ok(());
                }
                let value = self.unit.alloc();
                self.unit.set_span(target.span);
                self.load_name(name.id, value)?;
                self.augment(node, Operand::temp(value), value, span)?;
                self.unit.set_span(target.span);
                self.store_name(name.id, Operand::temp(value));
            }
            ExprKind::Attribute(attribute) => {
                if walk::is_self(attribute.value) {
                    self.unit.static_attributes.push(attribute.attr);
                }
                let object = self.operand(attribute.value, None, &[node.value])?;
                let value = self.unit.alloc();
                let place = super::call::attribute_span(target.span, attribute.attr);
                self.unit.set_span(place);
                self.load_attr(value, Operand::kept(object.reg), attribute.attr)?;
                self.augment(node, Operand::temp(value), value, span)?;
                self.unit.set_span(place);
                self.store_attr(object, attribute.attr, Operand::temp(value))?;
            }
            ExprKind::Subscript(subscript) => {
                let object = self.operand(subscript.value, None, &[subscript.slice, node.value])?;
                let index = self.operand(subscript.slice, None, &[node.value])?;
                let value = self.unit.alloc();
                self.unit.set_span(target.span);
                self.unit.emit(Op::GetItem, 0, value, object.reg, index.reg);
                self.augment(node, Operand::temp(value), value, span)?;
                self.unit.set_span(target.span);
                let kills = KILL_A | object.kill_always(KILL_B) | index.kill_always(KILL_C);
                self.unit.emit(Op::SetItem, kills, value, object.reg, index.reg);
            }
            _ => return self.error(target.span, "illegal target for augmented assignment"),
        }
        Ok(())
    }

    fn augment(&mut self, node: &'a AugAssign<'a>, old: Operand, dst: Reg, span: Span) -> Result<()> {
        let folded = self.fold(node.value);
        match (node.op, folded) {
            (Operator::Add | Operator::Sub, Some(Constant::Int(value))) if i16::try_from(value).is_ok() => {
                let op = if node.op == Operator::Add { Op::AddImm } else { Op::SubImm };
                self.unit.set_span(span);
                self.unit.emit(op, IN_PLACE | old.kill(KILL_B, dst), dst, old.reg, value as u16);
            }
            _ => {
                let value = self.operand(node.value, None, &[])?;
                self.unit.set_span(span);
                let kills = old.kill(KILL_B, dst) | value.kill(KILL_C, dst);
                self.unit.emit(inplace_op(node.op), kills, dst, old.reg, value.reg);
            }
        }
        Ok(())
    }

    fn ann_assign(&mut self, node: &'a AnnAssign<'a>, span: Span) -> Result<()> {
        if let Some(value) = node.value {
            match self.local_target(node.target) {
                Some(reg) => {
                    self.expr_to(value, reg)?;
                    self.unit.assigned.insert(reg);
                }
                None => {
                    let value = self.expr(value)?;
                    self.store(node.target, value)?;
                }
            }
        }
        self.unit.set_span(span);
        match node.target.kind {
            ExprKind::Name(_) if node.simple != 0 => self.note_annotation(node)?,
            ExprKind::Name(_) => {}
            ExprKind::Attribute(attribute) if node.value.is_none() => self.discard(attribute.value)?,
            ExprKind::Subscript(subscript) if node.value.is_none() => {
                self.discard(subscript.value)?;
                self.discard_index(subscript.slice)?;
            }
            ExprKind::Attribute(_) | ExprKind::Subscript(_) => {}
            _ => return self.error(node.target.span, "invalid annotated assignment target"),
        }
        Ok(())
    }

    fn discard_index(&mut self, index: &'a Expr<'a>) -> Result<()> {
        match index.kind {
            ExprKind::Slice(slice) => {
                for part in [slice.lower, slice.upper, slice.step].into_iter().flatten() {
                    self.discard(part)?;
                }
                Ok(())
            }
            ExprKind::Tuple(node) => node.elts.iter().try_for_each(|elt| self.discard_index(elt)),
            _ => self.discard(index),
        }
    }

    fn raise(&mut self, node: &'a Raise<'a>) -> Result<()> {
        match (node.exc, node.cause) {
            (None, _) => self.unit.emit(Op::Raise, 0, 0, 0, 0),
            (Some(exc), None) => {
                let span = self.unit.span();
                let exc = self.expr(exc)?;
                self.unit.set_span(span);
                self.unit.emit(Op::RaiseExc, exc.kill_always(KILL_A), exc.reg, 0, 0);
            }
            (Some(exc), Some(cause)) => {
                let span = self.unit.span();
                let exc = self.operand(exc, None, &[cause])?;
                let cause = self.expr(cause)?;
                self.unit.set_span(span);
                let kills = exc.kill_always(KILL_A) | cause.kill_always(KILL_B);
                self.unit.emit(Op::RaiseFrom, kills, exc.reg, cause.reg, 0);
            }
        }
        self.unit.terminate();
        Ok(())
    }

    fn assert(&mut self, node: &'a Assert<'a>, span: Span) -> Result<()> {
        if let ExprKind::Tuple(tuple) = node.test.kind
            && !tuple.elts.is_empty()
        {
            self.warn(span, "assertion is always true, perhaps remove parentheses?".into());
        }
        if self.settings.optimize > 0 {
            return Ok(());
        }
        let end = self.unit.label();
        self.jump_if(node.test, end, true)?;
        self.unit.set_span(node.test.span);
        let base = self.unit.alloc();
        self.load_common(Common::AssertionError, base);
        if let Some(msg) = node.msg {
            let null = self.unit.alloc();
            self.unit.emit(Op::PushNull, 0, null, 0, 0);
            self.temp(msg)?;
            self.unit.set_span(node.test.span);
            self.unit.emit(Op::Call, 0, base, base, 1);
        }
        self.unit.set_span(node.test.span);
        self.unit.emit(Op::RaiseExc, KILL_A, base, 0, 0);
        self.unit.terminate();
        self.unit.bind(end);
        Ok(())
    }

    // Imports.

    fn emit_import(&mut self, dst: Reg, module: &'a str, level: i64, fromlist: Constant<'_>) {
        let mark = self.unit.next_temp;
        let level_reg = self.unit.alloc();
        self.load_constant(Constant::Int(level), level_reg);
        let from_reg = self.unit.alloc();
        self.load_constant(fromlist, from_reg);
        let name = self.unit.name(module);
        self.unit.emit(Op::ImportName, KILL_B | KILL_C, dst, level_reg, from_reg);
        self.unit.ext(0, name);
        self.unit.next_temp = mark;
    }

    fn import(&mut self, node: &'a Import<'a>) -> Result<()> {
        for alias in node.names {
            let module = self.unit.alloc();
            self.emit_import(module, alias.name, 0, Constant::None);
            match alias.asname {
                None => {
                    let first = alias.name.split('.').next().unwrap_or(alias.name);
                    self.store_name(first, Operand::temp(module));
                }
                Some(asname) => {
                    // `import a.b.c as m` binds the innermost module.
                    let mut current = module;
                    for part in alias.name.split('.').skip(1) {
                        let next = self.unit.alloc();
                        let name = self.name16(part)?;
                        self.unit.emit(Op::ImportFrom, 0, next, current, name);
                        self.clear(current);
                        current = next;
                    }
                    self.store_name(asname, Operand::temp(current));
                }
            }
            self.unit.next_temp = module;
        }
        Ok(())
    }

    fn import_from(&mut self, node: &'a ImportFrom<'a>, span: Span) -> Result<()> {
        let names: Vec<_> = node.names.iter().map(|alias| Constant::Str(alias.name.as_bytes())).collect();
        let module = self.unit.alloc();
        self.emit_import(module, node.module.unwrap_or(""), node.level.0, Constant::Tuple(&names));
        for alias in node.names {
            if alias.name == "*" {
                self.unit.emit(Op::ImportStar, KILL_B, 0, module, 0);
                return Ok(());
            }
            let target = alias.asname.unwrap_or(alias.name);
            let name = self.name16(alias.name)?;
            let dst = match self.place(self.mangle(target)) {
                Place::Local(reg) => reg,
                _ => self.unit.alloc(),
            };
            self.unit.emit(Op::ImportFrom, 0, dst, module, name);
            self.store_name(target, Operand { reg: dst, temp: self.unit.is_temp(dst) });
            self.unit.next_temp = module + 1;
        }
        self.unit.set_span(span);
        self.clear(module);
        Ok(())
    }
}

/// A body without its docstring statement (which `single` mode keeps as an expression).
pub(super) fn skip_docstring<'a>(body: Stmts<'a>, keep: bool) -> Stmts<'a> {
    match symtable::docstring(body) {
        Some(_) if !keep => &body[1..],
        _ => body,
    }
}

/// A docstring as stored: common indentation of the lines after the first is removed, and
/// leading blanks of the first.
pub(super) fn clean_docstring(text: &[u8]) -> Vec<u8> {
    // Tabs count to multiples of eight columns and only matter when a line has some.
    let expanded = expand_tabs(text);
    let lines: Vec<&[u8]> = expanded.split(|&b| b == b'\n').collect();
    let indent_of = |line: &[u8]| line.iter().position(|&b| b != b' ');
    let margin = lines[1..].iter().filter_map(|line| indent_of(line)).min().unwrap_or(0);
    let mut out = Vec::with_capacity(text.len());
    let first = lines[0];
    out.extend_from_slice(&first[indent_of(first).unwrap_or(first.len())..]);
    for line in &lines[1..] {
        out.push(b'\n');
        out.extend_from_slice(&line[margin.min(indent_of(line).unwrap_or(line.len()).min(line.len()))..]);
    }
    out
}

fn expand_tabs(text: &[u8]) -> Vec<u8> {
    if !text.contains(&b'\t') {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut column = 0;
    for &byte in text {
        match byte {
            b'\t' => {
                let width = 8 - column % 8;
                out.resize(out.len() + width, b' ');
                column += width;
            }
            b'\n' | b'\r' => {
                out.push(byte);
                column = 0;
            }
            _ => {
                out.push(byte);
                column += 1;
            }
        }
    }
    out
}

