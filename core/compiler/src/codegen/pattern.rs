//! `match` statements.
//!
//! The subject stays in one temporary. Everything a pattern takes out of it lives in temporaries
//! that are not reused within the case, captures included: names are bound only when the whole
//! pattern has matched, and a failing pattern jumps to one place that clears them all.

use super::Generator;
use super::unit::{Label, Operand, Reg};
use crate::ast::*;
use crate::error::Result;
use krait_bytecode::Op;
use krait_bytecode::ops::{KILL_A, KILL_B, KILL_C, NEGATE};
use std::collections::HashSet;

/// Names captured so far and the temporaries that hold them.
type Captures<'a> = Vec<(&'a str, Reg)>;

impl<'a> Generator<'_, 'a> {
    pub(super) fn match_stmt(&mut self, node: &'a Match<'a>, tail: bool) -> Result<()> {
        let subject = self.temp(node.subject)?;
        let end = self.unit.label();
        for (index, case) in node.cases.iter().enumerate() {
            let last = index + 1 == node.cases.len();
            if case.guard.is_none() && !last {
                self.check_irrefutable(case.pattern)?;
            }
            let fail = self.unit.label();
            let mark = self.unit.next_temp;
            let mut captures = Captures::new();
            self.unit.set_span(case.pattern.span);
            self.pattern(case.pattern, subject, fail, &mut captures, true)?;
            let used = self.unit.next_temp;
            self.unit.set_span(case.pattern.span);
            let kept: HashSet<Reg> = captures.iter().map(|&(_, reg)| reg).collect();
            for &(name, reg) in &captures {
                self.store_name(name, Operand { reg, temp: reg != subject });
            }
            let mut from = mark;
            for reg in (mark..used).filter(|reg| kept.contains(reg)) {
                self.clear_range(from..reg);
                from = reg + 1;
            }
            self.clear_range(from..used);
            if let Some(guard) = case.guard {
                self.unit.set_span(guard.span);
                self.jump_if(guard, fail, false)?;
            }
            self.unit.set_span(case.pattern.span);
            if last || self.unit.reachable {
                self.clear(subject);
            }
            let outer = self.unit.next_temp;
            self.unit.next_temp = mark;
            self.tail = tail;
            self.stmts(case.body)?;
            if tail {
                self.return_none();
            }
            self.unit.next_temp = outer;
            self.unit.goto(end);
            self.unit.bind(fail);
            // Clearing what is left belongs to no line.
            self.unit.set_span(Span::NONE);
            self.clear_range(mark..used);
            self.unit.next_temp = mark;
        }
        self.clear(subject);
        if let Some(last) = node.cases.last() {
            self.unit.set_span(last.pattern.span);
        }
        self.unit.bind(end);
        Ok(())
    }

    /// A case that always matches makes the cases after it unreachable, which is an error.
    fn check_irrefutable(&self, pattern: &Pattern<'a>) -> Result<()> {
        match pattern.kind {
            PatternKind::MatchAs(MatchAs { pattern: None, name, .. }) => match name {
                Some(name) => {
                    self.error(pattern.span, format!("name capture '{name}' makes remaining patterns unreachable"))
                }
                None => self.error(pattern.span, "wildcard makes remaining patterns unreachable"),
            },
            PatternKind::MatchAs(MatchAs { pattern: Some(inner), .. }) => self.check_irrefutable(inner),
            PatternKind::MatchOr(node) => match node.patterns.last() {
                Some(last) => self.check_irrefutable(last),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn capture(&self, name: &'a str, reg: Reg, captures: &mut Captures<'a>, span: Span) -> Result<()> {
        if captures.iter().any(|&(other, _)| other == name) {
            return self.error(span, format!("multiple assignments to name '{name}' in pattern"));
        }
        captures.push((name, reg));
        Ok(())
    }

    /// A copy of the subject in a temporary of its own.
    fn copy(&mut self, subject: Reg) -> Reg {
        let reg = self.unit.alloc();
        self.unit.emit(Op::Move, 0, reg, subject, 0);
        reg
    }

    /// Test `subject` (kept) against a pattern; go to `fail` if it does not match.
    fn pattern(
        &mut self,
        pattern: &'a Pattern<'a>,
        subject: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
        top: bool,
    ) -> Result<()> {
        self.unit.set_span(pattern.span);
        match pattern.kind {
            PatternKind::MatchValue(node) => {
                let literal = match self.fold(node.value) {
                    Some(value) => !matches!(value, Constant::None | Constant::True | Constant::False | Constant::Ellipsis | Constant::Tuple(_) | Constant::FrozenSet(_)),
                    None => matches!(node.value.kind, ExprKind::Attribute(_)),
                };
                if !literal {
                    return self.error(pattern.span, "patterns may only match literals and attribute lookups");
                }
                let mark = self.unit.next_temp;
                let value = self.expr(node.value)?;
                self.unit.set_span(pattern.span);
                let kill = value.kill_always(KILL_B);
                self.unit.jump_ext(Op::JumpIfEq, kill | NEGATE, subject, value.reg, 0, fail);
                self.unit.next_temp = mark;
                Ok(())
            }
            PatternKind::MatchSingleton(node) => {
                let mark = self.unit.next_temp;
                let value = self.unit.alloc();
                self.load_constant(node.value, value);
                self.unit.jump_ext(Op::JumpIfIs, KILL_B | NEGATE, subject, value, 0, fail);
                self.unit.next_temp = mark;
                Ok(())
            }
            PatternKind::MatchSequence(node) => self.sequence_pattern(node, pattern.span, subject, fail, captures),
            PatternKind::MatchMapping(node) => self.mapping_pattern(node, pattern.span, subject, fail, captures),
            PatternKind::MatchClass(node) => self.class_pattern(node, pattern.span, subject, fail, captures),
            PatternKind::MatchStar(_) => self.error(pattern.span, "star pattern is only allowed in a sequence"),
            PatternKind::MatchAs(node) => {
                if let Some(inner) = node.pattern {
                    if node.name.is_none() {
                        return self.error(pattern.span, "MatchAs must specify a target name if a pattern is given");
                    }
                    self.pattern(inner, subject, fail, captures, false)?;
                }
                if let Some(name) = node.name {
                    // The whole subject is copied, so that it can be dropped on its own.
                    let _ = top;
                    self.unit.set_span(pattern.span);
                    let reg = self.copy(subject);
                    self.capture(name, reg, captures, pattern.span)?;
                }
                Ok(())
            }
            PatternKind::MatchOr(node) => self.or_pattern(node, pattern.span, subject, fail, captures),
            PatternKind::Phantom(never, _) => match never {},
        }
    }

    fn is_wildcard(pattern: &Pattern<'a>) -> bool {
        matches!(pattern.kind, PatternKind::MatchAs(MatchAs { pattern: None, name: None, .. }))
    }

    fn sequence_pattern(
        &mut self,
        node: &'a MatchSequence<'a>,
        span: Span,
        subject: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        let size = node.patterns.len();
        let mut star = None;
        let mut only_wildcard = true;
        let mut star_wildcard = false;
        for (index, item) in node.patterns.iter().enumerate() {
            match item.kind {
                PatternKind::MatchStar(node) => {
                    if star.is_some() {
                        return self.error(span, "multiple starred names in sequence pattern");
                    }
                    star = Some(index);
                    star_wildcard = node.name.is_none();
                    only_wildcard &= star_wildcard;
                }
                _ => only_wildcard &= Self::is_wildcard(item),
            }
        }
        let test = self.unit.alloc();
        self.unit.emit(Op::MatchSequence, 0, test, subject, 0);
        self.unit.jump(Op::JumpIfFalse, KILL_A, test, fail);
        if star.is_none() || size > 1 {
            self.unit.emit(Op::GetLen, 0, test, subject, 0);
            let op = if star.is_some() { Op::JumpIfGeImm } else { Op::JumpIfEqImm };
            let least = if star.is_some() { size - 1 } else { size };
            self.unit.jump_ext(op, KILL_A | NEGATE, test, 0, least as u16, fail);
        }
        if only_wildcard {
            return Ok(());
        }
        if star_wildcard {
            // Items are taken by index, so that the middle is never copied.
            let before = star.unwrap_or(0);
            for (index, item) in node.patterns.iter().enumerate() {
                if index == before || Self::is_wildcard(item) {
                    continue;
                }
                self.unit.set_span(item.span);
                let value = self.unit.alloc();
                let position = self.unit.alloc();
                if index < before {
                    self.load_constant(Constant::Int(index as i64), position);
                } else {
                    self.unit.emit(Op::GetLen, 0, position, subject, 0);
                    self.unit.emit(Op::SubImm, 0, position, position, (size - index) as u16);
                }
                self.unit.emit(Op::GetItem, KILL_C, value, subject, position);
                self.pattern(item, value, fail, captures, false)?;
            }
            return Ok(());
        }
        let base = self.unit.next_temp;
        for _ in 0..size {
            self.unit.alloc();
        }
        match star {
            None => self.unit.emit(Op::UnpackSequence, 0, base, subject, size as u16),
            Some(before) => {
                self.unit.emit(Op::UnpackEx, 0, base, subject, before as u16);
                self.unit.ext((size - before - 1) as u16, 0);
            }
        }
        self.sub_patterns(node.patterns, base, fail, captures)
    }

    /// Patterns against adjacent temporaries, which captures may take over as they are.
    fn sub_patterns(
        &mut self,
        patterns: &'a [Pattern<'a>],
        base: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        for (index, item) in patterns.iter().enumerate() {
            let reg = base + index as Reg;
            self.sub_pattern(item, reg, fail, captures)?;
        }
        Ok(())
    }

    fn sub_pattern(
        &mut self,
        item: &'a Pattern<'a>,
        reg: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        match item.kind {
            PatternKind::MatchStar(MatchStar { name, .. }) => match name {
                Some(name) => self.capture(name, reg, captures, item.span),
                None => Ok(()),
            },
            PatternKind::MatchAs(MatchAs { pattern: None, name: Some(name), .. }) => {
                self.capture(name, reg, captures, item.span)
            }
            _ => self.pattern(item, reg, fail, captures, false),
        }
    }

    fn mapping_pattern(
        &mut self,
        node: &'a MatchMapping<'a>,
        span: Span,
        subject: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        let size = node.keys.len();
        if size != node.patterns.len() {
            return self.error(span, "keys and patterns of a mapping pattern differ in number");
        }
        let test = self.unit.alloc();
        self.unit.emit(Op::MatchMapping, 0, test, subject, 0);
        self.unit.jump(Op::JumpIfFalse, KILL_A, test, fail);
        if size == 0 && node.rest.is_none() {
            return Ok(());
        }
        if size > 0 {
            self.unit.emit(Op::GetLen, 0, test, subject, 0);
            self.unit.jump_ext(Op::JumpIfGeImm, KILL_A | NEGATE, test, 0, size as u16, fail);
        }
        let keys = self.unit.alloc();
        let mut seen: Vec<Constant<'a>> = Vec::new();
        for (index, key) in node.keys.iter().enumerate() {
            if let Some(constant) = self.fold(key) {
                if seen.iter().any(|&other| equal_keys(other, constant)) {
                    let shown = crate::unparse::constant(constant);
                    let shown = String::from_utf8_lossy(&shown).into_owned();
                    return self.error(span, format!("mapping pattern checks duplicate key ({shown})"));
                }
                seen.push(constant);
            } else if !matches!(key.kind, ExprKind::Attribute(_)) {
                return self.error(span, "mapping pattern keys may only match literals and attribute lookups");
            }
            let reg = if index == 0 { keys } else { self.unit.alloc() };
            self.expr_to(key, reg)?;
        }
        self.unit.set_span(span);
        self.unit.emit(Op::BuildTuple, 0, keys, keys, size as u16);
        self.unit.next_temp = keys + 1;
        let values = self.unit.alloc();
        self.unit.emit(Op::MatchKeys, 0, values, subject, keys);
        self.unit.jump(Op::JumpIfNone, 0, values, fail);
        if size > 0 {
            let base = self.unit.next_temp;
            for _ in 0..size {
                self.unit.alloc();
            }
            self.unit.emit(Op::UnpackSequence, KILL_B, base, values, size as u16);
            self.sub_patterns(node.patterns, base, fail, captures)?;
        }
        if let Some(rest) = node.rest {
            // A copy of the subject without the keys that were matched.
            self.unit.set_span(span);
            let dict = self.unit.alloc();
            self.unit.emit(Op::BuildMap, 0, dict, dict, 0);
            self.unit.emit(Op::DictUpdate, 0, dict, subject, 0);
            if size > 0 {
                let base = self.unit.next_temp;
                for _ in 0..size {
                    self.unit.alloc();
                }
                self.unit.emit(Op::UnpackSequence, 0, base, keys, size as u16);
                for index in 0..size {
                    self.unit.emit(Op::DeleteItem, KILL_C, 0, dict, base + index as Reg);
                }
            }
            self.capture(rest, dict, captures, span)?;
        }
        Ok(())
    }

    fn class_pattern(
        &mut self,
        node: &'a MatchClass<'a>,
        span: Span,
        subject: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        let mut seen = HashSet::new();
        for (name, pattern) in node.kwd_attrs.iter().zip(node.kwd_patterns) {
            if !seen.insert(name) {
                let message = format!("attribute name repeated in class pattern: {name}");
                return self.error(pattern.span, message);
            }
        }
        let class = self.unit.alloc();
        self.expr_to(node.cls, class)?;
        let names = self.unit.alloc();
        let attrs: Vec<_> =
            node.kwd_attrs.iter().map(|name| Constant::Str(name.as_bytes())).collect();
        self.load_constant(Constant::Tuple(&attrs), names);
        let values = self.unit.alloc();
        self.unit.set_span(span);
        self.unit.emit(Op::MatchClass, 0, values, subject, class);
        self.unit.ext(node.patterns.len() as u16, 0);
        self.unit.jump(Op::JumpIfNone, 0, values, fail);
        let count = node.patterns.len() + node.kwd_patterns.len();
        let base = self.unit.next_temp;
        for _ in 0..count {
            self.unit.alloc();
        }
        self.unit.emit(Op::UnpackSequence, KILL_B, base, values, count as u16);
        for (index, item) in node.patterns.iter().chain(node.kwd_patterns).enumerate() {
            if !Self::is_wildcard(item) {
                self.sub_pattern(item, base + index as Reg, fail, captures)?;
            }
        }
        Ok(())
    }

    fn or_pattern(
        &mut self,
        node: &'a MatchSequence<'a>,
        span: Span,
        subject: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        let matched = self.unit.label();
        let mut first: Option<Captures<'a>> = None;
        for (index, alternative) in node.patterns.iter().enumerate() {
            let last = index + 1 == node.patterns.len();
            if !last {
                self.check_irrefutable(alternative)?;
            }
            let next = if last { fail } else { self.unit.label() };
            let mut own = Captures::new();
            self.pattern(alternative, subject, next, &mut own, false)?;
            match &first {
                None => first = Some(own),
                Some(first) => {
                    let names: HashSet<_> = first.iter().map(|&(name, _)| name).collect();
                    if names != own.iter().map(|&(name, _)| name).collect() {
                        return self.error(span, "alternative patterns bind different names");
                    }
                    for &(name, reg) in &own {
                        if let Some(&(_, target)) = first.iter().find(|&&(other, _)| other == name) {
                            self.unit.emit(Op::Move, KILL_B, target, reg, 0);
                        }
                    }
                }
            }
            if !last {
                self.unit.goto(matched);
                self.unit.bind(next);
            }
        }
        self.unit.bind(matched);
        for (name, reg) in first.unwrap_or_default() {
            self.capture(name, reg, captures, span)?;
        }
        Ok(())
    }
}

/// Whether two constant keys of a mapping pattern are equal as Python values.
fn equal_keys(a: Constant<'_>, b: Constant<'_>) -> bool {
    let number = |value| match value {
        Constant::Int(value) => Some(value as f64),
        Constant::True => Some(1.0),
        Constant::False => Some(0.0),
        Constant::Float(value) => Some(value),
        Constant::Complex { real, imag: 0.0 } => Some(real),
        _ => None,
    };
    match (number(a), number(b)) {
        (Some(x), Some(y)) => x == y,
        _ => a == b,
    }
}
