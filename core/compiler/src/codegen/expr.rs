//! Expressions.
//!
//! `expr_to` leaves a value in a given register; `expr` leaves it wherever is cheapest, a local
//! variable's own register included; `jump_if` branches on a truth value without making it.
//! Two rules: a destination that is a variable is written by the last instruction only (the
//! expression may read it, and may fail), and a temporary destination is dead until then.

use super::unit::{Label, Operand, Reg};
use super::{Generator, Place, walk};
use crate::ast::*;
use crate::error::Result;
use crate::fold;
use crate::symtable::{BlockKind, Comprehension as CompKind};
use krait_bytecode::{Const, Op};
use krait_bytecode::ops::{DELEGATE, Intrinsic1, KILL_A, KILL_B, KILL_C, NEGATE};

/// Displays longer than this are built piece by piece rather than in one window.
const MAX_WINDOW: usize = 30;
/// Where a larger display starts: the rest is added piece by piece.
const FIRST_PIECE: usize = 2;

impl<'a> Generator<'_, 'a> {
    /// Evaluate to wherever the value already is or to a new temporary.
    pub(super) fn expr(&mut self, expr: &'a Expr<'a>) -> Result<Operand> {
        self.operand(expr, None, &[])
    }

    /// Evaluate an operand that must survive the evaluation of `later`; `scratch` is a dead
    /// temporary that may be used instead of a new one.
    pub(super) fn operand(
        &mut self,
        expr: &'a Expr<'a>,
        scratch: Option<Reg>,
        later: &[&'a Expr<'a>],
    ) -> Result<Operand> {
        if let ExprKind::Name(name) = expr.kind {
            let before = self.unit.span();
            self.unit.set_span(expr.span);
            let rebound = self.scope().has_walrus && later.iter().any(|later| walk::rebinds(later, name.id));
            if !rebound && let Some(reg) = self.local(name.id) {
                self.unit.set_span(before);
                return Ok(Operand::kept(reg));
            }
        }
        let dst = match scratch {
            Some(reg) => reg,
            None => self.unit.alloc(),
        };
        self.expr_to(expr, dst)?;
        Ok(Operand::temp(dst))
    }

    /// Evaluate to a new temporary, always.
    pub(super) fn temp(&mut self, expr: &'a Expr<'a>) -> Result<Reg> {
        let reg = self.unit.alloc();
        self.expr_to(expr, reg)?;
        Ok(reg)
    }

    /// Evaluate for the effects only.
    pub(super) fn discard(&mut self, expr: &'a Expr<'a>) -> Result<()> {
        let mark = self.unit.next_temp;
        match expr.kind {
            ExprKind::Constant(_) => {}
            _ => {
                let value = self.expr(expr)?;
                if value.temp {
                    self.unit.discard_result(value.reg);
                    self.clear(value.reg);
                }
            }
        }
        self.unit.next_temp = mark;
        Ok(())
    }

    pub(super) fn fold(&self, expr: &Expr<'a>) -> Option<Constant<'a>> {
        match expr.kind {
            ExprKind::Constant(node) => Some(node.value),
            ExprKind::Name(_)
            | ExprKind::UnaryOp(_)
            | ExprKind::BinOp(_)
            | ExprKind::Tuple(_)
            | ExprKind::Subscript(_) => fold::fold(self.arena, expr, self.settings.optimize),
            _ => None,
        }
    }

    pub(super) fn expr_to(&mut self, expr: &'a Expr<'a>, dst: Reg) -> Result<()> {
        crate::stack::deep(|| self.expr_to_inner(expr, dst))
    }

    fn expr_to_inner(&mut self, expr: &'a Expr<'a>, dst: Reg) -> Result<()> {
        let mark = self.unit.next_temp;
        let before = self.unit.span();
        self.unit.set_span(expr.span);
        match expr.kind {
            ExprKind::Constant(node) => self.load_constant(node.value, dst),
            ExprKind::Name(name) => match (name.id, name.ctx) {
                ("__debug__", Context::Load) => {
                    let value = if self.settings.optimize == 0 { Constant::True } else { Constant::False };
                    self.load_constant(value, dst);
                }
                _ => self.load_name(name.id, dst)?,
            },
            ExprKind::BinOp(_) => self.binary_chain(expr, dst)?,
            ExprKind::UnaryOp(node) => self.unary(expr, node, dst)?,
            ExprKind::BoolOp(node) => self.bool_op(node, dst)?,
            ExprKind::Compare(node) => self.compare(node, dst)?,
            ExprKind::IfExp(node) => {
                let (orelse, end) = (self.unit.label(), self.unit.label());
                self.jump_if(node.test, orelse, false)?;
                self.expr_to(node.body, dst)?;
                self.unit.goto(end);
                self.unit.bind(orelse);
                self.expr_to(node.orelse, dst)?;
                self.unit.bind(end);
            }
            ExprKind::NamedExpr(node) => {
                match self.local_target(node.target) {
                    Some(reg) => {
                        self.expr_to(node.value, reg)?;
                        self.unit.assigned.insert(reg);
                        if reg != dst {
                            self.unit.emit(Op::Move, 0, dst, reg, 0);
                        }
                    }
                    None => {
                        let scratch = self.scratch(dst);
                        self.expr_to(node.value, scratch)?;
                        self.store(node.target, Operand::kept(scratch))?;
                        self.move_to(dst, Operand::temp(scratch));
                    }
                }
            }
            ExprKind::Lambda(node) => self.lambda(node, expr.span, dst)?,
            ExprKind::Call(node) => self.call(expr, node, dst)?,
            ExprKind::Attribute(node) => self.attribute(expr, node, dst)?,
            ExprKind::Subscript(node) => {
                if let Some(value) = self.fold(expr) {
                    self.load_constant(value, dst);
                } else {
                    self.subscript(node, dst)?;
                }
            }
            ExprKind::Slice(node) => self.slice(node, dst)?,
            ExprKind::Tuple(node) => self.tuple(expr, node, dst)?,
            ExprKind::List(node) => self.list(node, dst)?,
            ExprKind::Set(node) => self.set(node, dst)?,
            ExprKind::Dict(node) => self.dict(node, dst)?,
            ExprKind::ListComp(node) => {
                self.comprehension(expr, CompKind::List, node.generators, node.elt, None, dst)?
            }
            ExprKind::SetComp(node) => {
                self.comprehension(expr, CompKind::Set, node.generators, node.elt, None, dst)?
            }
            ExprKind::DictComp(node) => {
                self.comprehension(expr, CompKind::Dict, node.generators, node.key, Some(node.value), dst)?
            }
            ExprKind::GeneratorExp(node) => {
                self.comprehension(expr, CompKind::Generator, node.generators, node.elt, None, dst)?
            }
            ExprKind::Await(node) => {
                self.check_await(expr.span)?;
                self.await_expr(node.value, 0, dst)?;
            }
            ExprKind::Yield(node) => self.yield_expr(node, expr.span, dst)?,
            ExprKind::YieldFrom(node) => {
                if !self.in_function() || self.scope().kind != BlockKind::Function {
                    return self.error(expr.span, "'yield from' outside function");
                }
                if self.scope().coroutine {
                    return self.error(expr.span, "'yield from' inside async function");
                }
                let result = self.scratch(dst);
                let receiver = self.temp(node.value)?;
                self.unit.emit(Op::GetYieldFromIter, 0, receiver, receiver, 0);
                self.load_none(result);
                self.delegate(receiver, result);
                self.move_to(dst, Operand::temp(result));
            }
            ExprKind::JoinedStr(node) => self.joined_str(node, dst)?,
            ExprKind::FormattedValue(node) => self.formatted_value(node, dst)?,
            ExprKind::TemplateStr(node) => self.template(node, dst)?,
            ExprKind::Interpolation(node) => self.interpolation(node, dst)?,
            ExprKind::Starred(node) => {
                return match node.ctx {
                    Context::Store => self.error(expr.span, "starred assignment target must be in a list or tuple"),
                    _ => self.error(expr.span, "can't use starred expression here"),
                };
            }
            ExprKind::Phantom(never, _) => match never {},
        }
        self.unit.next_temp = mark;
        self.unit.set_span(before);
        Ok(())
    }

    pub(super) fn move_to(&mut self, dst: Reg, value: Operand) {
        if value.reg != dst {
            self.unit.emit(Op::Move, value.kill(KILL_B, dst), dst, value.reg, 0);
        }
    }

    // Operators.

    /// `a + b + c + …`, however long, without recursion on the left.
    fn binary_chain(&mut self, expr: &'a Expr<'a>, dst: Reg) -> Result<()> {
        let mut links: Vec<(&'a BinOp<'a>, Span)> = Vec::new();
        let mut leaf = expr;
        while let ExprKind::BinOp(node) = leaf.kind {
            links.push((node, leaf.span));
            leaf = node.left;
        }
        let mut constant = self.fold(leaf);
        let mut accumulator = None;
        let scratch = self.scratch(dst);
        let mark = self.unit.next_temp;
        for (index, (node, span)) in links.iter().enumerate().rev() {
            let folded = self.fold(node.right);
            if let (Some(left), Some(right)) = (constant, folded)
                && let Some(value) = fold::binary(self.arena, node.op, left, right)
            {
                constant = Some(value);
                continue;
            }
            let left = match (constant.take(), accumulator.take()) {
                (Some(value), _) => {
                    self.load_constant(value, scratch);
                    Operand::temp(scratch)
                }
                (None, Some(operand)) => operand,
                (None, None) => {
                    let later: Vec<_> = if self.scope().has_walrus {
                        links[..=index].iter().map(|(node, _)| node.right).collect()
                    } else {
                        Vec::new()
                    };
                    self.operand(leaf, Some(scratch), &later)?
                }
            };
            let target = if index == 0 { dst } else { scratch };
            self.unit.set_span(*span);
            match (node.op, folded) {
                (Operator::Add, Some(Constant::Int(value))) if i16::try_from(value).is_ok() => {
                    self.unit.emit(Op::AddImm, left.kill(KILL_B, target), target, left.reg, value as u16);
                }
                (Operator::Sub, Some(Constant::Int(value))) if i16::try_from(value).is_ok() => {
                    self.unit.emit(Op::SubImm, left.kill(KILL_B, target), target, left.reg, value as u16);
                }
                _ => {
                    let right = self.operand(node.right, None, &[])?;
                    self.unit.set_span(*span);
                    let kills = left.kill(KILL_B, target) | right.kill(KILL_C, target);
                    self.unit.emit(binary_op(node.op), kills, target, left.reg, right.reg);
                }
            }
            self.unit.next_temp = mark;
            accumulator = Some(Operand::temp(target));
        }
        if let Some(value) = constant {
            self.load_constant(value, dst);
        }
        Ok(())
    }

    fn unary(&mut self, expr: &'a Expr<'a>, node: &'a UnaryOpExpr<'a>, dst: Reg) -> Result<()> {
        if let Some(value) = self.fold(expr) {
            self.load_constant(value, dst);
            return Ok(());
        }
        let scratch = self.unit.is_temp(dst).then_some(dst);
        let operand = self.operand(node.operand, scratch, &[])?;
        let op = match node.op {
            UnaryOp::USub => Op::UnaryNeg,
            UnaryOp::UAdd => Op::UnaryPos,
            UnaryOp::Invert => Op::UnaryInvert,
            UnaryOp::Not => Op::UnaryNot,
        };
        self.unit.set_span(expr.span);
        self.unit.emit(op, operand.kill(KILL_B, dst), dst, operand.reg, 0);
        Ok(())
    }

    fn bool_op(&mut self, node: &'a BoolOpExpr<'a>, dst: Reg) -> Result<()> {
        let Some((last, rest)) = node.values.split_last() else { return Ok(()) };
        let result = self.scratch(dst);
        let end = self.unit.label();
        let mut fresh = true;
        for value in rest {
            self.decide(value, node.op, result, end, &mut fresh)?;
        }
        self.drop_undecided(last, result, fresh);
        self.expr_to(last, result)?;
        self.unit.bind(end);
        self.move_to(dst, Operand::temp(result));
        Ok(())
    }

    /// Evaluate an operand into `result` and go to `end` when it decides the operation. Operations in operations are
    /// taken apart, so that no value is tested twice.
    fn decide(&mut self, value: &'a Expr<'a>, op: BoolOp, result: Reg, end: Label, fresh: &mut bool) -> Result<()> {
        match (value.kind, self.fold(value)) {
            // A constant that decides nothing is not evaluated at all.
            (_, Some(constant)) if fold::truth(constant) == (op == BoolOp::And) => Ok(()),
            (_, Some(constant)) => {
                self.drop_undecided(value, result, *fresh);
                self.load_constant(constant, result);
                self.unit.goto(end);
                Ok(())
            }
            (ExprKind::BoolOp(inner), None) if inner.op == op => {
                inner.values.iter().try_for_each(|value| self.decide(value, op, result, end, fresh))
            }
            (ExprKind::BoolOp(inner), None) => {
                let Some((last, rest)) = inner.values.split_last() else { return Ok(()) };
                let next = self.unit.label();
                for value in rest {
                    self.decide(value, inner.op, result, next, fresh)?;
                }
                self.decide(last, op, result, end, fresh)?;
                self.unit.bind(next);
                // Some way here has a value in `result`, whatever the last operand did.
                *fresh = false;
                Ok(())
            }
            (_, None) => {
                self.drop_undecided(value, result, *fresh);
                *fresh = false;
                self.expr_to(value, result)?;
                let jump = if op == BoolOp::And { Op::JumpIfFalse } else { Op::JumpIfTrue };
                self.unit.jump(jump, 0, result, end);
                Ok(())
            }
        }
    }

    /// The value just tested is dropped before the next one is computed.
    fn drop_undecided(&mut self, next: &Expr<'a>, result: Reg, fresh: bool) {
        if !fresh && !is_simple(next) {
            self.clear(result);
        }
    }

    /// The operands of a comparison, with displays of constants as CPython sees them.
    fn comparator(&mut self, op: CmpOp, expr: &'a Expr<'a>, scratch: Option<Reg>) -> Result<Operand> {
        if matches!(op, CmpOp::In | CmpOp::NotIn) {
            let constant = match expr.kind {
                ExprKind::List(node) => fold::tuple(self.arena, node.elts, self.settings.optimize, 100),
                ExprKind::Set(node) => {
                    match fold::tuple(self.arena, node.elts, self.settings.optimize, 100) {
                        Some(Constant::Tuple(items)) => Some(Constant::FrozenSet(items)),
                        _ => None,
                    }
                }
                _ => None,
            };
            if let Some(constant) = constant {
                let reg = match scratch {
                    Some(reg) => reg,
                    None => self.unit.alloc(),
                };
                self.load_constant(constant, reg);
                return Ok(Operand::temp(reg));
            }
        }
        self.operand(expr, scratch, &[])
    }

    fn compare(&mut self, node: &'a Compare<'a>, dst: Reg) -> Result<()> {
        self.check_compare(node);
        let span = self.unit.span();
        if let ([op], [right]) = (node.ops, node.comparators) {
            let scratch = self.unit.is_temp(dst).then_some(dst);
            let left = self.operand(node.left, scratch, &[right])?;
            let right = self.comparator(*op, right, None)?;
            self.unit.set_span(span);
            let kills = left.kill(KILL_B, dst) | right.kill(KILL_C, dst);
            self.unit.emit(compare_op(*op), kills, dst, left.reg, right.reg);
            return Ok(());
        }
        // A chain: each middle operand is kept for the next comparison.
        let result = self.scratch(dst);
        let slots = [self.unit.alloc(), self.unit.alloc()];
        let (early, end) = (self.unit.label(), self.unit.label());
        let later: Vec<_> = node.comparators.iter().collect();
        let mut left = self.operand(node.left, Some(slots[0]), &later)?;
        let last = node.comparators.len() - 1;
        for (index, (&op, right)) in node.ops.iter().zip(node.comparators).enumerate() {
            let slot = slots[(index + 1) % 2];
            let right = if index == last {
                self.comparator(op, right, Some(slot))?
            } else {
                self.operand(right, Some(slot), &later[index + 1..])?
            };
            self.unit.set_span(span);
            let kill_right = if index == last { right.kill(KILL_C, result) } else { 0 };
            self.unit.emit(compare_op(op), left.kill(KILL_B, result) | kill_right, result, left.reg, right.reg);
            if index != last {
                self.unit.jump(Op::JumpIfFalse, 0, result, early);
            }
            left = right;
        }
        self.unit.goto(end);
        self.unit.bind(early);
        slots.iter().for_each(|&slot| self.clear(slot));
        self.unit.bind(end);
        self.move_to(dst, Operand::temp(result));
        Ok(())
    }

    // Branches.

    /// Go to `target` if the truth of `expr` is `when`.
    pub(super) fn jump_if(&mut self, expr: &'a Expr<'a>, target: Label, when: bool) -> Result<()> {
        crate::stack::deep(|| self.jump_if_inner(expr, target, when))
    }

    fn jump_if_inner(&mut self, expr: &'a Expr<'a>, target: Label, when: bool) -> Result<()> {
        if let Some(constant) = self.fold(expr) {
            if fold::truth(constant) == when {
                self.unit.goto(target);
            }
            return Ok(());
        }
        let mark = self.unit.next_temp;
        let before = self.unit.span();
        self.unit.set_span(expr.span);
        match expr.kind {
            ExprKind::UnaryOp(UnaryOpExpr { op: UnaryOp::Not, operand, .. }) => {
                self.jump_if(operand, target, !when)?;
            }
            ExprKind::BoolOp(node) => {
                let decides = node.op == BoolOp::Or;
                let Some((last, rest)) = node.values.split_last() else { return Ok(()) };
                if decides == when {
                    for value in rest {
                        self.jump_if(value, target, when)?;
                    }
                    self.jump_if(last, target, when)?;
                } else {
                    let end = self.unit.label();
                    for value in rest {
                        self.jump_if(value, end, decides)?;
                    }
                    self.jump_if(last, target, when)?;
                    self.unit.bind(end);
                }
            }
            ExprKind::IfExp(node) => {
                let (orelse, end) = (self.unit.label(), self.unit.label());
                self.jump_if(node.test, orelse, false)?;
                self.jump_if(node.body, target, when)?;
                self.unit.goto(end);
                self.unit.bind(orelse);
                self.jump_if(node.orelse, target, when)?;
                self.unit.bind(end);
            }
            ExprKind::Compare(node) => self.compare_jump(node, target, when)?,
            _ => {
                let value = self.expr(expr)?;
                let op = if when { Op::JumpIfTrue } else { Op::JumpIfFalse };
                self.unit.jump(op, value.kill_always(KILL_A), value.reg, target);
            }
        }
        self.unit.next_temp = mark;
        self.unit.set_span(before);
        Ok(())
    }

    fn compare_jump(&mut self, node: &'a Compare<'a>, target: Label, when: bool) -> Result<()> {
        self.check_compare(node);
        let span = self.unit.span();
        if let ([op], [right]) = (node.ops, node.comparators) {
            let left = self.operand(node.left, None, &[right])?;
            return self.branch(left, *op, right, target, when, span);
        }
        let slots = [self.unit.alloc(), self.unit.alloc()];
        let (early, end) = (self.unit.label(), self.unit.label());
        let later: Vec<_> = node.comparators.iter().collect();
        let mut left = self.operand(node.left, Some(slots[0]), &later)?;
        let last = node.comparators.len() - 1;
        for (index, (&op, right)) in node.ops.iter().zip(node.comparators).enumerate() {
            if index == last {
                self.branch(left, op, right, target, when, span)?;
                break;
            }
            let slot = slots[(index + 1) % 2];
            let right = self.operand(right, Some(slot), &later[index + 1..])?;
            self.unit.set_span(span);
            let (op, negate) = branch_op(op, false);
            self.unit.jump_ext(op, left.kill_always(KILL_A) | negate, left.reg, right.reg, 0, early);
            left = right;
        }
        self.unit.goto(end);
        self.unit.bind(early);
        slots.iter().for_each(|&slot| self.clear(slot));
        if !when {
            self.unit.goto(target);
        }
        self.unit.bind(end);
        Ok(())
    }

    /// Compare-and-branch, with the short forms for None and small integers.
    fn branch(
        &mut self,
        left: Operand,
        op: CmpOp,
        right: &'a Expr<'a>,
        target: Label,
        when: bool,
        span: Span,
    ) -> Result<()> {
        let folded = self.fold(right);
        match (op, folded) {
            (CmpOp::Is | CmpOp::IsNot, Some(Constant::None)) => {
                self.unit.set_span(span);
                let jump = if (op == CmpOp::Is) == when { Op::JumpIfNone } else { Op::JumpIfNotNone };
                self.unit.jump(jump, left.kill_always(KILL_A), left.reg, target);
                return Ok(());
            }
            (_, Some(Constant::Int(value))) if i16::try_from(value).is_ok() => {
                if let Some(op) = branch_imm_op(op) {
                    self.unit.set_span(span);
                    let negate = if when { 0 } else { NEGATE };
                    self.unit.jump_ext(op, left.kill_always(KILL_A) | negate, left.reg, 0, value as u16, target);
                    return Ok(());
                }
            }
            _ => {}
        }
        let right = self.comparator(op, right, None)?;
        self.unit.set_span(span);
        let (op, negate) = branch_op(op, when);
        let kills = left.kill_always(KILL_A) | right.kill_always(KILL_B);
        self.unit.jump_ext(op, kills | negate, left.reg, right.reg, 0, target);
        Ok(())
    }

    fn check_compare(&mut self, node: &'a Compare<'a>) {
        let mut left = node.left;
        for (op, right) in node.ops.iter().zip(node.comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) {
                let literal = literal_type(left).or_else(|| literal_type(right));
                if let Some(name) = literal {
                    let (is, equals) = if *op == CmpOp::Is { ("is", "==") } else { ("is not", "!=") };
                    let span = self.unit.span();
                    self.warn(span, format!("\"{is}\" with '{name}' literal. Did you mean \"{equals}\"?"));
                }
            }
            left = right;
        }
    }

    // Attributes and items.

    fn attribute(&mut self, expr: &'a Expr<'a>, node: &'a Attribute<'a>, dst: Reg) -> Result<()> {
        if self.super_attribute(node, dst, 0)? {
            return Ok(());
        }
        let scratch = self.unit.is_temp(dst).then_some(dst);
        let value = self.operand(node.value, scratch, &[])?;
        self.unit.set_span(super::call::attribute_span(expr.span, node.attr));
        self.load_attr(dst, value, node.attr)
    }

    pub(super) fn load_attr(&mut self, dst: Reg, value: Operand, attr: &'a str) -> Result<()> {
        let attr = self.mangle(attr);
        if self.unit.site_count() <= Reg::MAX as usize {
            let site = self.unit.site(attr) as Reg;
            self.unit.emit(Op::LoadAttr, value.kill(KILL_B, dst), dst, value.reg, site);
        } else {
            let name = self.unit.alloc();
            self.load_constant(Constant::Str(attr.as_bytes()), name);
            self.unit.emit(Op::LoadAttrDyn, value.kill(KILL_B, dst) | KILL_C, dst, value.reg, name);
            self.unit.next_temp = name;
        }
        Ok(())
    }

    pub(super) fn store_attr(&mut self, object: Operand, attr: &'a str, value: Operand) -> Result<()> {
        let attr = self.mangle(attr);
        let kills = value.kill_always(KILL_A) | object.kill_always(KILL_B);
        if self.unit.site_count() <= Reg::MAX as usize {
            let site = self.unit.site(attr) as Reg;
            self.unit.emit(Op::StoreAttr, kills, value.reg, object.reg, site);
        } else {
            let name = self.unit.alloc();
            self.load_constant(Constant::Str(attr.as_bytes()), name);
            self.unit.emit(Op::StoreAttrDyn, kills | KILL_C, value.reg, object.reg, name);
            self.unit.next_temp = name;
        }
        Ok(())
    }

    /// Whether a subscript is a plain `[a:b]`, which needs no slice object.
    pub(super) fn plain_slice(expr: &'a Expr<'a>) -> Option<&'a Slice<'a>> {
        match expr.kind {
            ExprKind::Slice(slice) if slice.step.is_none() => Some(slice),
            _ => None,
        }
    }

    /// The two bounds of a plain slice in two new adjacent temporaries.
    pub(super) fn slice_bounds(&mut self, slice: &'a Slice<'a>) -> Result<Reg> {
        let first = self.unit.alloc();
        self.opt_expr_to(slice.lower, first)?;
        let second = self.unit.alloc();
        self.opt_expr_to(slice.upper, second)?;
        Ok(first)
    }

    /// Bounds and step of a slice that is made anew each time, in three new adjacent temporaries.
    fn slice_parts(&mut self, slice: &'a Slice<'a>) -> Result<Reg> {
        let first = self.slice_bounds(slice)?;
        let step = self.unit.alloc();
        self.opt_expr_to(slice.step, step)?;
        Ok(first)
    }

    fn opt_expr_to(&mut self, expr: Option<&'a Expr<'a>>, dst: Reg) -> Result<()> {
        match expr {
            Some(expr) => self.expr_to(expr, dst),
            None => {
                self.load_none(dst);
                Ok(())
            }
        }
    }

    fn subscript(&mut self, node: &'a Subscript<'a>, dst: Reg) -> Result<()> {
        self.check_subscript(node);
        let span = self.unit.span();
        let scratch = self.unit.is_temp(dst).then_some(dst);
        let value = self.operand(node.value, scratch, &[node.slice])?;
        if let Some(slice) = Self::plain_slice(node.slice) {
            let bounds = self.slice_bounds(slice)?;
            self.unit.set_span(span);
            self.unit.emit(Op::GetSlice, value.kill(KILL_B, dst), dst, value.reg, bounds);
        } else if let ExprKind::Slice(slice) = node.slice.kind
            && self.constant_slice(slice).is_none()
        {
            let parts = self.slice_parts(slice)?;
            self.unit.set_span(span);
            self.unit.emit(Op::GetStep, value.kill(KILL_B, dst), dst, value.reg, parts);
        } else {
            let index = self.operand(node.slice, None, &[])?;
            self.unit.set_span(span);
            let kills = value.kill(KILL_B, dst) | index.kill(KILL_C, dst);
            self.unit.emit(Op::GetItem, kills, dst, value.reg, index.reg);
        }
        Ok(())
    }

    /// A slice of constants, as a constant.
    fn constant_slice(&self, node: &Slice<'a>) -> Option<Const> {
        let part = |expr: Option<&'a Expr<'a>>| match expr {
            None => Some(Const::None),
            Some(Expr { kind: ExprKind::Constant(constant), .. }) => Some(fold::to_const(constant.value)),
            Some(expr @ Expr { kind: ExprKind::UnaryOp(_), .. }) => fold::fold(self.arena, expr, self.settings.optimize).map(fold::to_const),
            Some(_) => None,
        };
        Some(Const::Slice(Box::new([part(node.lower)?, part(node.upper)?, part(node.step)?])))
    }

    fn slice(&mut self, node: &'a Slice<'a>, dst: Reg) -> Result<()> {
        if let Some(constant) = self.constant_slice(node) {
            let index = self.unit.add_const(constant);
            self.unit.emit_bc(Op::LoadConst, 0, dst, index);
            return Ok(());
        }
        let base = self.window(dst);
        self.opt_expr_to(node.lower, base)?;
        let upper = self.unit.alloc();
        self.opt_expr_to(node.upper, upper)?;
        let mut count = 2;
        if let Some(step) = node.step {
            let reg = self.unit.alloc();
            self.expr_to(step, reg)?;
            count = 3;
        }
        self.unit.emit(Op::BuildSlice, 0, dst, base, count);
        Ok(())
    }

    fn check_subscript(&mut self, node: &'a Subscript<'a>) {
        let span = self.unit.span();
        let container = match node.value.kind {
            ExprKind::Constant(constant) => match constant.value {
                Constant::None => Some("NoneType"),
                Constant::Ellipsis => Some("ellipsis"),
                Constant::True | Constant::False => Some("bool"),
                Constant::Int(_) | Constant::BigInt { .. } => Some("int"),
                Constant::Float(_) => Some("float"),
                Constant::Complex { .. } => Some("complex"),
                Constant::FrozenSet(_) => Some("frozenset"),
                _ => None,
            },
            ExprKind::Set(_) | ExprKind::SetComp(_) => Some("set"),
            ExprKind::GeneratorExp(_) => Some("generator"),
            ExprKind::TemplateStr(_) | ExprKind::Interpolation(_) => Some("string.templatelib.Template"),
            ExprKind::Lambda(_) => Some("function"),
            _ => None,
        };
        if let Some(name) = container {
            self.warn(span, format!("'{name}' object is not subscriptable; perhaps you missed a comma?"));
            return;
        }
        // A literal index of a type that sequences do not take.
        let index = match (node.slice.kind, value_type(node.slice)) {
            (ExprKind::Constant(constant), _)
                if matches!(
                    constant.value,
                    Constant::Int(_) | Constant::BigInt { .. } | Constant::True | Constant::False
                ) =>
            {
                None
            }
            (ExprKind::Slice(_), _) => None,
            (_, index) => index,
        };
        let sequence = match node.value.kind {
            ExprKind::Constant(constant) => match constant.value {
                Constant::Str(_) => Some("str"),
                Constant::Bytes(_) => Some("bytes"),
                Constant::Tuple(_) => Some("tuple"),
                _ => None,
            },
            ExprKind::Tuple(_) => Some("tuple"),
            ExprKind::List(_) | ExprKind::ListComp(_) => Some("list"),
            ExprKind::JoinedStr(_) | ExprKind::FormattedValue(_) => Some("str"),
            _ => None,
        };
        if let (Some(sequence), Some(index)) = (sequence, index) {
            self.warn(
                span,
                format!("{sequence} indices must be integers or slices, not {index}; perhaps you missed a comma?"),
            );
        }
    }

    // Displays.

    /// Evaluate items into adjacent registers from `base` on, which is allocated already.
    fn window_items(&mut self, items: Exprs<'a>, base: Reg) -> Result<()> {
        for (index, item) in items.iter().enumerate() {
            let reg = if index == 0 { base } else { self.unit.alloc() };
            self.expr_to(item, reg)?;
        }
        Ok(())
    }

    fn has_star(items: Exprs<'a>) -> bool {
        items.iter().any(|item| matches!(item.kind, ExprKind::Starred(_)))
    }

    fn tuple(&mut self, expr: &'a Expr<'a>, node: &'a Sequence<'a>, dst: Reg) -> Result<()> {
        if let Some(value) = self.fold(expr) {
            self.load_constant(value, dst);
            return Ok(());
        }
        if Self::has_star(node.elts) || node.elts.len() > MAX_WINDOW {
            let list = self.scratch(dst);
            self.build_list(node.elts, list, 0)?;
            self.unit.emit(Op::ListToTuple, Operand::temp(list).kill(KILL_B, dst), dst, list, 0);
        } else {
            let base = self.window(dst);
            self.window_items(node.elts, base)?;
            self.unit.emit(Op::BuildTuple, 0, dst, base, node.elts.len() as u16);
        }
        Ok(())
    }

    fn list(&mut self, node: &'a Sequence<'a>, dst: Reg) -> Result<()> {
        if Self::has_star(node.elts) || node.elts.len() > MAX_WINDOW || self.constant_items(node.elts).is_some() {
            let list = self.scratch(dst);
            self.build_list(node.elts, list, 0)?;
            self.move_to(dst, Operand::temp(list));
        } else {
            let base = self.window(dst);
            self.window_items(node.elts, base)?;
            self.unit.emit(Op::BuildList, 0, dst, base, node.elts.len() as u16);
        }
        Ok(())
    }

    /// Three or more constants, which are copied from a constant tuple.
    fn constant_items(&self, items: Exprs<'a>) -> Option<Constant<'a>> {
        if items.len() < 3 { None } else { fold::tuple(self.arena, items, self.settings.optimize, 100) }
    }

    /// Build a list in `list` piece by piece; `wording` is that of `list_extend`.
    pub(super) fn build_list(&mut self, items: Exprs<'a>, list: Reg, wording: u16) -> Result<()> {
        let span = self.unit.span();
        let mark = self.unit.next_temp;
        if let Some(constant) = self.constant_items(items) {
            self.unit.emit(Op::BuildList, 0, list, list, 0);
            let tuple = self.unit.alloc();
            self.load_constant(constant, tuple);
            self.unit.emit(Op::ListExtend, KILL_B, list, tuple, 0);
            self.unit.ext(0, 0);
            self.unit.next_temp = mark;
            return Ok(());
        }
        // A first piece without stars is one window.
        let plain = items.iter().take_while(|item| !matches!(item.kind, ExprKind::Starred(_))).count();
        let plain = if plain > MAX_WINDOW { FIRST_PIECE } else { plain };
        let base = self.window(list);
        self.window_items(&items[..plain], base)?;
        self.unit.set_span(span);
        self.unit.emit(Op::BuildList, 0, list, base, plain as u16);
        self.unit.next_temp = mark;
        for item in &items[plain..] {
            match item.kind {
                ExprKind::Starred(star) => {
                    let value = self.expr(star.value)?;
                    self.unit.set_span(if wording == 0 { star.value.span } else { span });
                    self.unit.emit(Op::ListExtend, value.kill_always(KILL_B), list, value.reg, 0);
                    self.unit.ext(0, (wording as u32) << 16);
                }
                _ => {
                    let value = self.expr(item)?;
                    self.unit.emit(Op::ListAppend, value.kill_always(KILL_B), list, value.reg, 0);
                }
            }
            self.unit.next_temp = mark;
        }
        self.unit.set_span(span);
        Ok(())
    }

    fn set(&mut self, node: &'a Set<'a>, dst: Reg) -> Result<()> {
        let items = node.elts;
        if let Some(Constant::Tuple(values)) = self.constant_items(items) {
            let set = self.scratch(dst);
            self.unit.emit(Op::BuildSet, 0, set, set, 0);
            let constant = self.unit.alloc();
            self.load_constant(Constant::FrozenSet(values), constant);
            self.unit.emit(Op::SetUpdate, KILL_B, set, constant, 0);
            self.move_to(dst, Operand::temp(set));
            return Ok(());
        }
        if !Self::has_star(items) && items.len() <= MAX_WINDOW {
            let base = self.window(dst);
            self.window_items(items, base)?;
            self.unit.emit(Op::BuildSet, 0, dst, base, items.len() as u16);
            return Ok(());
        }
        let set = self.scratch(dst);
        let mark = self.unit.next_temp;
        let plain = items.iter().take_while(|item| !matches!(item.kind, ExprKind::Starred(_))).count();
        let plain = if plain > MAX_WINDOW { FIRST_PIECE } else { plain };
        let base = self.window(set);
        self.window_items(&items[..plain], base)?;
        self.unit.emit(Op::BuildSet, 0, set, base, plain as u16);
        self.unit.next_temp = mark;
        for item in &items[plain..] {
            let (op, value) = match item.kind {
                ExprKind::Starred(star) => (Op::SetUpdate, self.expr(star.value)?),
                _ => (Op::SetAdd, self.expr(item)?),
            };
            self.unit.emit(op, value.kill_always(KILL_B), set, value.reg, 0);
            self.unit.next_temp = mark;
        }
        self.move_to(dst, Operand::temp(set));
        Ok(())
    }

    fn dict(&mut self, node: &'a Dict<'a>, dst: Reg) -> Result<()> {
        let pairs: Vec<_> = node.keys.iter().copied().zip(node.values).collect();
        let span = self.unit.span();
        let plain = pairs.iter().take_while(|(key, _)| key.is_some()).count();
        let plain = if 2 * plain > MAX_WINDOW { FIRST_PIECE } else { plain };
        let incremental = plain < pairs.len();
        let dict = if incremental { self.scratch(dst) } else { dst };
        let mark = self.unit.next_temp;
        let base = self.window(dict);
        for (index, (key, value)) in pairs[..plain].iter().enumerate() {
            let key_reg = if index == 0 { base } else { self.unit.alloc() };
            if let Some(key) = key {
                self.expr_to(key, key_reg)?;
            }
            let value_reg = self.unit.alloc();
            self.expr_to(value, value_reg)?;
        }
        self.unit.emit(Op::BuildMap, 0, dict, base, plain as u16);
        self.unit.next_temp = mark;
        for (key, value) in &pairs[plain..] {
            match key {
                None => {
                    let value_operand = self.expr(value)?;
                    self.unit.set_span(span);
                    self.unit.emit(Op::DictUpdate, value_operand.kill_always(KILL_B), dict, value_operand.reg, 0);
                }
                Some(key) => {
                    let key = self.operand(key, None, &[value])?;
                    let value = self.operand(value, None, &[])?;
                    let kills = key.kill_always(KILL_B) | value.kill_always(KILL_C);
                    self.unit.emit(Op::MapAdd, kills, dict, key.reg, value.reg);
                }
            }
            self.unit.next_temp = mark;
        }
        self.move_to(dst, Operand::temp(dict));
        Ok(())
    }

    // f-strings and t-strings.

    fn joined_str(&mut self, node: &'a JoinedStr<'a>, dst: Reg) -> Result<()> {
        match node.values {
            [] => self.load_constant(Constant::Str(b""), dst),
            [one] if !matches!(one.kind, ExprKind::Name(_)) => self.expr_to(one, dst)?,
            values if values.len() <= MAX_WINDOW => {
                let base = self.window(dst);
                self.string_parts(values, base)?;
                self.unit.emit(Op::BuildString, 0, dst, base, values.len() as u16);
            }
            values => {
                // `"".join` over pieces: windows of windows.
                let base = self.window(dst);
                let pieces = values.len().div_ceil(MAX_WINDOW);
                for (index, piece) in values.chunks(MAX_WINDOW).enumerate() {
                    let reg = if index == 0 { base } else { self.unit.alloc() };
                    let mark = self.unit.next_temp;
                    let inner = self.window(reg);
                    self.string_parts(piece, inner)?;
                    self.unit.emit(Op::BuildString, 0, reg, inner, piece.len() as u16);
                    self.unit.next_temp = mark;
                }
                self.unit.emit(Op::BuildString, 0, dst, base, pieces as u16);
            }
        }
        Ok(())
    }

    /// The parts of an f-string as a window; numbers need not become strings of their own.
    fn string_parts(&mut self, items: Exprs<'a>, base: Reg) -> Result<()> {
        for (index, item) in items.iter().enumerate() {
            let reg = if index == 0 { base } else { self.unit.alloc() };
            self.expr_to(item, reg)?;
            if matches!(item.kind, ExprKind::FormattedValue(_)) {
                self.unit.mark_part(reg);
            }
        }
        Ok(())
    }

    fn formatted_value(&mut self, node: &'a FormattedValue<'a>, dst: Reg) -> Result<()> {
        let scratch = self.scratch(dst);
        let later: Vec<_> = node.format_spec.into_iter().collect();
        let mut value = self.operand(node.value, Some(scratch), &later)?;
        if let Some(which) = conversion(node.conversion) {
            self.unit.emit(Op::ConvertValue, value.kill(KILL_B, scratch), scratch, value.reg, which);
            value = Operand::temp(scratch);
        }
        match node.format_spec {
            None => self.unit.emit(Op::FormatSimple, value.kill(KILL_B, dst), dst, value.reg, 0),
            Some(spec) => {
                let spec = self.operand(spec, None, &[])?;
                let kills = value.kill(KILL_B, dst) | spec.kill(KILL_C, dst);
                self.unit.emit(Op::FormatWithSpec, kills, dst, value.reg, spec.reg);
            }
        }
        Ok(())
    }

    fn template(&mut self, node: &'a JoinedStr<'a>, dst: Reg) -> Result<()> {
        // Strings and interpolations alternate, beginning and ending with a string.
        let mut strings = Vec::new();
        let mut last_was_text = false;
        let mut interpolations = Vec::new();
        for value in node.values {
            match value.kind {
                ExprKind::Constant(constant) => {
                    strings.push(constant.value);
                    last_was_text = true;
                }
                _ => {
                    if !last_was_text {
                        strings.push(Constant::Str(b""));
                    }
                    last_was_text = false;
                    interpolations.push(value);
                }
            }
        }
        if !last_was_text {
            strings.push(Constant::Str(b""));
        }
        let base = self.window(dst);
        self.load_constant(Constant::Tuple(&strings), base);
        let tuple = self.unit.alloc();
        for (index, value) in interpolations.iter().enumerate() {
            let reg = if index == 0 { tuple } else { self.unit.alloc() };
            self.expr_to(value, reg)?;
        }
        self.unit.emit(Op::BuildTuple, 0, tuple, tuple, interpolations.len() as u16);
        self.unit.emit(Op::BuildTemplate, 0, dst, base, 2);
        Ok(())
    }

    fn interpolation(&mut self, node: &'a Interpolation<'a>, dst: Reg) -> Result<()> {
        let base = self.window(dst);
        self.expr_to(node.value, base)?;
        let text = self.unit.alloc();
        self.load_constant(node.str, text);
        let conversion = self.unit.alloc();
        match node.conversion {
            115 => self.load_constant(Constant::Str(b"s"), conversion),
            114 => self.load_constant(Constant::Str(b"r"), conversion),
            97 => self.load_constant(Constant::Str(b"a"), conversion),
            _ => self.load_none(conversion),
        }
        let spec = self.unit.alloc();
        match node.format_spec {
            Some(expr) => self.expr_to(expr, spec)?,
            None => self.load_constant(Constant::Str(b""), spec),
        }
        self.unit.emit(Op::BuildInterpolation, 0, dst, base, 4);
        Ok(())
    }

    // Suspension.

    pub(super) fn check_await(&self, span: Span) -> Result<()> {
        let scope = self.scope();
        if !scope.is_function_like() {
            if self.settings.top_level_await {
                return Ok(());
            }
            return self.error(span, "'await' outside function");
        }
        let allowed = scope.kind == BlockKind::Function && scope.coroutine;
        if !allowed || (scope.comprehension == CompKind::No && scope.name == "<lambda>") {
            return self.error(span, "'await' outside async function");
        }
        Ok(())
    }

    /// Await a value; `which` names where the awaitable came from, for error messages.
    fn await_expr(&mut self, value: &'a Expr<'a>, which: u16, dst: Reg) -> Result<()> {
        let result = self.scratch(dst);
        let receiver = self.unit.alloc();
        let span = self.unit.span();
        let operand = self.operand(value, Some(receiver), &[])?;
        self.unit.set_span(span);
        self.unit.emit(Op::GetAwaitable, operand.kill(KILL_B, receiver), receiver, operand.reg, which);
        self.load_none(result);
        self.delegate(receiver, result);
        self.move_to(dst, Operand::temp(result));
        Ok(())
    }

    /// Await what is in the temporary `value`, leaving the result in place.
    pub(super) fn await_in_place(&mut self, value: Reg, which: u16) {
        let receiver = self.unit.alloc();
        self.unit.emit(Op::GetAwaitable, KILL_B, receiver, value, which);
        self.load_none(value);
        self.delegate(receiver, value);
        self.unit.next_temp = receiver;
    }

    /// The delegation loop: the receiver dies in it, `value` goes in and the result comes out.
    pub(super) fn delegate(&mut self, receiver: Reg, value: Reg) {
        let (again, done) = (self.unit.label(), self.unit.label());
        self.unit.bind_head(again);
        self.unit.jump_ext(Op::Send, 0, value, receiver, value, done);
        self.unit.emit(Op::YieldValue, DELEGATE, value, value, receiver);
        self.unit.jump(Op::Jump, 0, 0, again);
        self.unit.terminate();
        self.unit.bind(done);
    }

    fn yield_expr(&mut self, node: &'a Yield<'a>, span: Span, dst: Reg) -> Result<()> {
        if self.scope().kind != BlockKind::Function {
            return self.error(span, "'yield' outside function");
        }
        let scratch = self.scratch(dst);
        let mut value = match node.value {
            Some(value) => self.operand(value, Some(scratch), &[])?,
            None => {
                self.load_none(scratch);
                Operand::temp(scratch)
            }
        };
        self.unit.set_span(span);
        if self.scope().coroutine {
            let kill = value.kill(KILL_B, scratch);
            self.unit.emit(Op::Intrinsic1, kill, scratch, value.reg, Intrinsic1::AsyncGenWrap as u16);
            value = Operand::temp(scratch);
        }
        self.unit.emit(Op::YieldValue, value.kill(KILL_B, dst), dst, value.reg, 0);
        Ok(())
    }

    /// Store an operand in an assignment target.
    pub(super) fn store(&mut self, target: &'a Expr<'a>, value: Operand) -> Result<()> {
        let before = self.unit.span();
        self.unit.set_span(target.span);
        let mark = self.unit.next_temp;
        match target.kind {
            ExprKind::Name(name) => self.store_name(name.id, value),
            ExprKind::Attribute(node) => {
                if walk::is_self(node.value) {
                    self.unit.static_attributes.push(node.attr);
                }
                let object = self.expr(node.value)?;
                self.unit.set_span(target.span);
                self.store_attr(object, node.attr, value)?;
            }
            ExprKind::Subscript(node) => {
                let object = self.operand(node.value, None, &[node.slice])?;
                if let Some(slice) = Self::plain_slice(node.slice) {
                    let bounds = self.slice_bounds(slice)?;
                    self.unit.set_span(target.span);
                    let kills = value.kill_always(KILL_A) | object.kill_always(KILL_B);
                    self.unit.emit(Op::SetSlice, kills, value.reg, object.reg, bounds);
                } else {
                    let index = self.operand(node.slice, None, &[])?;
                    self.unit.set_span(target.span);
                    let kills =
                        value.kill_always(KILL_A) | object.kill_always(KILL_B) | index.kill_always(KILL_C);
                    self.unit.emit(Op::SetItem, kills, value.reg, object.reg, index.reg);
                }
            }
            ExprKind::Tuple(node) | ExprKind::List(node) => self.unpack(node.elts, value, target.span)?,
            ExprKind::Starred(_) => {
                return self.error(target.span, "starred assignment target must be in a list or tuple");
            }
            _ => return self.error(target.span, "cannot assign to this expression"),
        }
        self.unit.next_temp = mark;
        self.unit.set_span(before);
        Ok(())
    }

    fn unpack(&mut self, targets: Exprs<'a>, value: Operand, span: Span) -> Result<()> {
        let mut star = None;
        for (index, target) in targets.iter().enumerate() {
            if matches!(target.kind, ExprKind::Starred(_)) {
                if star.is_some() {
                    return self.error(span, "multiple starred expressions in assignment");
                }
                star = Some(index);
            }
        }
        let count = targets.len();
        if let Some(before) = star
            && (before >= 256 || count - before - 1 >= 1 << 24)
        {
            return self.error(span, "too many expressions in star-unpacking assignment");
        }
        // Straight into the variables when they are neighbours in the right order.
        let regs: Option<Vec<Reg>> = if star.is_none() { targets.iter().map(|t| self.local_target(t)).collect() } else { None };
        if let Some(regs) = regs
            && !regs.is_empty()
            && regs.windows(2).all(|pair| pair[1] == pair[0] + 1)
            && !regs.contains(&value.reg)
        {
            self.unit.emit(Op::UnpackSequence, value.kill_always(KILL_B), regs[0], value.reg, count as u16);
            regs.iter().for_each(|&reg| self.unit.assigned.insert(reg));
            return Ok(());
        }
        let base = self.unit.next_temp;
        for _ in 0..count {
            self.unit.alloc();
        }
        match star {
            None => self.unit.emit(Op::UnpackSequence, value.kill_always(KILL_B), base, value.reg, count as u16),
            Some(before) => {
                self.unit.emit(Op::UnpackEx, value.kill_always(KILL_B), base, value.reg, before as u16);
                self.unit.ext((count - before - 1) as u16, 0);
            }
        }
        for (index, target) in targets.iter().enumerate() {
            let target = match target.kind {
                ExprKind::Starred(star) => star.value,
                _ => target,
            };
            self.store(target, Operand::temp(base + index as Reg))?;
        }
        Ok(())
    }

    /// Whether reading a name here needs no code that could run Python.
    pub(super) fn is_global(&self, name: &'a str) -> bool {
        matches!(self.place(self.mangle(name)), Place::Global)
    }
}

/// A value whose computation runs no Python code, so that nobody can see when others die.
fn is_simple(expr: &Expr<'_>) -> bool {
    matches!(expr.kind, ExprKind::Constant(_) | ExprKind::Name(_))
}

fn conversion(code: i64) -> Option<u16> {
    match code {
        115 => Some(1),
        114 => Some(2),
        97 => Some(3),
        _ => None,
    }
}

pub fn binary_op(op: Operator) -> Op {
    match op {
        Operator::Add => Op::BinaryAdd,
        Operator::Sub => Op::BinarySub,
        Operator::Mult => Op::BinaryMul,
        Operator::MatMult => Op::BinaryMatmul,
        Operator::Div => Op::BinaryTruediv,
        Operator::Mod => Op::BinaryMod,
        Operator::Pow => Op::BinaryPow,
        Operator::LShift => Op::BinaryLshift,
        Operator::RShift => Op::BinaryRshift,
        Operator::BitOr => Op::BinaryOr,
        Operator::BitXor => Op::BinaryXor,
        Operator::BitAnd => Op::BinaryAnd,
        Operator::FloorDiv => Op::BinaryFloordiv,
    }
}

pub fn inplace_op(op: Operator) -> Op {
    match op {
        Operator::Add => Op::InplaceAdd,
        Operator::Sub => Op::InplaceSub,
        Operator::Mult => Op::InplaceMul,
        Operator::MatMult => Op::InplaceMatmul,
        Operator::Div => Op::InplaceTruediv,
        Operator::Mod => Op::InplaceMod,
        Operator::Pow => Op::InplacePow,
        Operator::LShift => Op::InplaceLshift,
        Operator::RShift => Op::InplaceRshift,
        Operator::BitOr => Op::InplaceOr,
        Operator::BitXor => Op::InplaceXor,
        Operator::BitAnd => Op::InplaceAnd,
        Operator::FloorDiv => Op::InplaceFloordiv,
    }
}

fn compare_op(op: CmpOp) -> Op {
    match op {
        CmpOp::Eq => Op::CompareEq,
        CmpOp::NotEq => Op::CompareNe,
        CmpOp::Lt => Op::CompareLt,
        CmpOp::LtE => Op::CompareLe,
        CmpOp::Gt => Op::CompareGt,
        CmpOp::GtE => Op::CompareGe,
        CmpOp::Is => Op::Is,
        CmpOp::IsNot => Op::IsNot,
        CmpOp::In => Op::Contains,
        CmpOp::NotIn => Op::NotContains,
    }
}

/// The branch that jumps when the comparison's truth is `when`.
fn branch_op(op: CmpOp, when: bool) -> (Op, u8) {
    let (branch, inverted) = match op {
        CmpOp::Eq => (Op::JumpIfEq, false),
        CmpOp::NotEq => (Op::JumpIfNe, false),
        CmpOp::Lt => (Op::JumpIfLt, false),
        CmpOp::LtE => (Op::JumpIfLe, false),
        CmpOp::Gt => (Op::JumpIfGt, false),
        CmpOp::GtE => (Op::JumpIfGe, false),
        CmpOp::Is => (Op::JumpIfIs, false),
        CmpOp::IsNot => (Op::JumpIfIs, true),
        CmpOp::In => (Op::JumpIfIn, false),
        CmpOp::NotIn => (Op::JumpIfIn, true),
    };
    (branch, if when == inverted { NEGATE } else { 0 })
}

fn branch_imm_op(op: CmpOp) -> Option<Op> {
    Some(match op {
        CmpOp::Eq => Op::JumpIfEqImm,
        CmpOp::NotEq => Op::JumpIfNeImm,
        CmpOp::Lt => Op::JumpIfLtImm,
        CmpOp::LtE => Op::JumpIfLeImm,
        CmpOp::Gt => Op::JumpIfGtImm,
        CmpOp::GtE => Op::JumpIfGeImm,
        CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn => return None,
    })
}

/// The type of a literal that `is` should not be used with.
fn literal_type(expr: &Expr<'_>) -> Option<&'static str> {
    match expr.kind {
        ExprKind::Constant(node) => match node.value {
            Constant::None | Constant::True | Constant::False | Constant::Ellipsis => None,
            _ => value_type(expr),
        },
        ExprKind::Tuple(_) => Some("tuple"),
        _ => None,
    }
}

/// The type of a literal expression.
pub fn value_type(expr: &Expr<'_>) -> Option<&'static str> {
    Some(match expr.kind {
        ExprKind::Constant(node) => match node.value {
            Constant::None => "NoneType",
            Constant::True | Constant::False => "bool",
            Constant::Ellipsis => "ellipsis",
            Constant::Int(_) | Constant::BigInt { .. } => "int",
            Constant::Float(_) => "float",
            Constant::Complex { .. } => "complex",
            Constant::Str(_) => "str",
            Constant::Bytes(_) => "bytes",
            Constant::Tuple(_) => "tuple",
            Constant::FrozenSet(_) => "frozenset",
        },
        ExprKind::Tuple(_) => "tuple",
        ExprKind::List(_) | ExprKind::ListComp(_) => "list",
        ExprKind::Dict(_) | ExprKind::DictComp(_) => "dict",
        ExprKind::Set(_) | ExprKind::SetComp(_) => "set",
        ExprKind::GeneratorExp(_) => "generator",
        ExprKind::Lambda(_) => "function",
        ExprKind::JoinedStr(_) | ExprKind::FormattedValue(_) => "str",
        ExprKind::TemplateStr(_) => "string.templatelib.Template",
        ExprKind::Interpolation(_) => "string.templatelib.Interpolation",
        _ => return None,
    })
}
