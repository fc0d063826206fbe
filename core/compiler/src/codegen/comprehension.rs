//! Comprehensions, inlined (PEP 709), and generator expressions, which are functions.
//!
//! The variables of an inlined comprehension are temporaries of the code object around it:
//! nothing needs saving and restoring, and a variable that a closure captures is a cell in its
//! temporary.

use super::Generator;
use super::unit::{Operand, Reg, Slot};
use crate::ast::*;
use crate::error::Result;
use crate::symtable::{self, BlockKind, Comprehension as CompKind, Resolution, ScopeId};
use krait_bytecode::Op;
use krait_bytecode::ops::{KILL_A, KILL_B, KILL_C};

/// What each round of the innermost loop produces.
struct Element<'a> {
    kind: CompKind,
    elt: &'a Expr<'a>,
    value: Option<&'a Expr<'a>>,
    result: Reg,
    /// The variables of an inlined comprehension may be looked at by name: they have values as long as it runs.
    seen: bool,
}

/// What code asks for its own variables with: builtins, and the modules that give frames.
const FRAME_READERS: [&str; 7] = ["dir", "eval", "exec", "inspect", "locals", "sys", "vars"];

impl<'a> Generator<'_, 'a> {
    pub(super) fn comprehension(
        &mut self,
        expr: &'a Expr<'a>,
        kind: CompKind,
        generators: &'a [Comprehension<'a>],
        elt: &'a Expr<'a>,
        value: Option<&'a Expr<'a>>,
        dst: Reg,
    ) -> Result<()> {
        let key = match expr.kind {
            ExprKind::DictComp(node) => symtable::key(node),
            ExprKind::ListComp(node) | ExprKind::SetComp(node) | ExprKind::GeneratorExp(node) => symtable::key(node),
            _ => 0,
        };
        let id = self.scope_of(key)?;
        let scope = self.table.scope(id);
        let Some(outermost) = generators.first() else {
            return self.error(expr.span, "comprehension with no generators");
        };
        let is_async = scope.coroutine && kind != CompKind::Generator;
        if is_async
            && !self.settings.top_level_await
            && !self.is_async_comprehension_allowed()
            && !matches!(self.scope().comprehension, CompKind::List | CompKind::Set | CompKind::Dict | CompKind::Generator)
        {
            return self.error(expr.span, "asynchronous comprehension outside of an asynchronous function");
        }
        if scope.comp_inlined {
            let result = self.scratch(dst);
            let iterator = self.unit.alloc();
            let iterable = self.iterable(outermost.iter, Some(iterator))?;
            self.unit.set_span(outermost.iter.span);
            let op = if outermost.is_async != 0 { Op::GetAiter } else { Op::GetIter };
            self.unit.emit(op, iterable.kill(KILL_B, iterator), iterator, iterable.reg, 0);
            self.unit.set_span(expr.span);

            let mut vars = Vec::new();
            let mut bound_first = Vec::new();
            if !target_names(outermost.target, &mut bound_first) {
                bound_first.clear();
            }
            for (name, symbol) in &scope.symbols.list {
                let cell = symbol.resolution == Resolution::Cell;
                if *name == ".0" || !(cell || symbol.resolution == Resolution::Local) {
                    continue;
                }
                let reg = self.unit.alloc();
                self.unit.assigned.remove(reg);
                if cell {
                    self.clear(reg);
                    self.unit.emit(Op::MakeCell, 0, reg, 0, 0);
                } else if !bound_first.contains(name) {
                    self.clear(reg);
                }
                vars.push((*name, Slot { reg, cell }));
            }
            let used: Vec<Reg> = vars.iter().map(|(_, slot)| slot.reg).collect();
            match kind {
                CompKind::List => self.unit.emit(Op::BuildList, 0, result, result, 0),
                CompKind::Set => self.unit.emit(Op::BuildSet, 0, result, result, 0),
                _ => self.unit.emit(Op::BuildMap, 0, result, result, 0),
            }
            let seen = self.may_look_at_variables(id);
            self.unit.enter_comprehension(id, vars, seen);
            let element = Element { kind, elt, value, result, seen };
            let outcome =
                self.enter_comprehension(expr.span).and_then(|()| self.rounds(generators, iterator, &element));
            self.leave_comprehension();
            self.unit.leave_comprehension();
            outcome?;
            self.unit.set_span(expr.span);
            used.into_iter().for_each(|reg| self.clear(reg));
            self.move_to(dst, Operand::temp(result));
            return Ok(());
        }

        // A function of one hidden argument, called at once.
        let name = scope.name;
        let private = self.unit.private;
        self.enter(id, name, private, expr.span.line);
        self.unit.argcount = 1;
        self.unit.set_span(expr.span);
        let result = self.unit.alloc();
        let stop = (kind == CompKind::Generator).then(|| self.begin_generator_guard());
        match kind {
            CompKind::List => self.unit.emit(Op::BuildList, 0, result, result, 0),
            CompKind::Set => self.unit.emit(Op::BuildSet, 0, result, result, 0),
            CompKind::Dict => self.unit.emit(Op::BuildMap, 0, result, result, 0),
            CompKind::Generator | CompKind::No => {}
        }
        let element = Element { kind, elt, value, result, seen: false };
        self.rounds(generators, 0, &element)?;
        self.unit.set_span(if kind == CompKind::Generator { outermost.iter.span } else { expr.span });
        if kind == CompKind::Generator {
            self.return_none();
        } else {
            self.emit_return(Operand::temp(result));
        }
        if let Some(guard) = stop {
            self.end_generator_guard(guard);
        }
        let code = self.leave()?;

        let base = self.window(dst);
        self.make_closure(code, base)?;
        let null = self.unit.alloc();
        self.unit.emit(Op::PushNull, 0, null, 0, 0);
        let argument = self.unit.alloc();
        let iterable = self.iterable(outermost.iter, Some(argument))?;
        self.unit.set_span(outermost.iter.span);
        let op = if outermost.is_async != 0 { Op::GetAiter } else { Op::GetIter };
        self.unit.emit(op, iterable.kill(KILL_B, argument), argument, iterable.reg, 0);
        self.unit.set_span(expr.span);
        self.unit.emit(Op::Call, 0, dst, base, 1);
        if is_async {
            let value = self.scratch(dst);
            self.move_to(value, Operand::temp(dst));
            self.await_in_place(value, 0);
            self.move_to(dst, Operand::temp(value));
        }
        Ok(())
    }

    /// Whether a comprehension may ask for its own variables by name.
    fn may_look_at_variables(&self, id: ScopeId) -> bool {
        let scope = self.table.scope(id);
        let inner = |&child: &ScopeId| self.table.scope(child).comp_inlined && self.may_look_at_variables(child);
        scope.symbols.list.iter().any(|(name, _)| FRAME_READERS.contains(name)) || scope.children.iter().any(inner)
    }

    /// Reads the variables of a target, so that compiled code has them in the frame until here.
    fn keep_alive(&mut self, target: &'a Expr<'a>) {
        let mut names = Vec::new();
        target_names(target, &mut names);
        for name in names {
            let slot = self.unit.comprehensions.last().and_then(|frame| frame.vars.get(name).copied());
            if let Some(slot) = slot.filter(|slot| !slot.cell) {
                let name = self.unit.name(name);
                self.unit.emit_bc(Op::CheckBound, 0, slot.reg, name);
            }
        }
    }

    /// What a loop iterates over; a list display of constants is a constant tuple.
    pub(super) fn iterable(&mut self, expr: &'a Expr<'a>, scratch: Option<Reg>) -> Result<Operand> {
        if let ExprKind::List(node) = expr.kind
            && let Some(constant) = crate::fold::tuple(self.arena, node.elts, self.settings.optimize, 100)
        {
            let reg = match scratch {
                Some(reg) => reg,
                None => self.unit.alloc(),
            };
            self.unit.set_span(expr.span);
            self.load_constant(constant, reg);
            return Ok(Operand::temp(reg));
        }
        self.operand(expr, scratch, &[])
    }

    /// One `for` clause and all inside it. The iterator is in a register of its own.
    fn rounds(&mut self, generators: &'a [Comprehension<'a>], iterator: Reg, element: &Element<'a>) -> Result<()> {
        let Some((generator, rest)) = generators.split_first() else { return Ok(()) };
        let mark = self.unit.next_temp;
        let (head, end) = (self.unit.label(), self.unit.label());
        let mut handler = None;
        self.unit.bind_head(head);
        self.unit.set_span(generator.iter.span);
        if generator.is_async != 0 {
            if !self.in_function() && !self.settings.top_level_await {
                return self.error(generator.span, "asynchronous comprehension outside of an asynchronous function");
            }
            let depth = self.unit.next_temp;
            let id = self.unit.new_handler(depth, depth);
            handler = Some(id);
            let value = self.async_next(iterator, id)?;
            self.store(generator.target, Operand::temp(value))?;
            self.unit.next_temp = value;
        } else {
            self.for_next(generator.target, iterator, end)?;
        }
        for condition in generator.ifs {
            self.jump_if(condition, head, false)?;
        }
        if rest.is_empty() {
            self.element(element)?;
        } else {
            let inner = self.unit.alloc();
            let iterable = self.iterable(rest[0].iter, Some(inner))?;
            self.unit.set_span(rest[0].iter.span);
            if rest[0].is_async != 0 {
                self.unit.emit(Op::GetAiter, iterable.kill(KILL_B, inner), inner, iterable.reg, 0);
            } else {
                self.unit.emit(Op::GetIter, iterable.kill(KILL_B, inner), inner, iterable.reg, 0);
            }
            self.rounds(rest, inner, element)?;
        }
        self.unit.set_span(element.elt.span);
        if element.seen {
            self.keep_alive(generator.target);
        }
        self.unit.loop_back(head);
        if let Some(id) = handler {
            self.unit.bind_handler(id);
            let exc = self.unit.next_temp - 1;
            self.unit.emit(Op::EndAsyncFor, KILL_A | KILL_B, iterator, exc, 0);
        } else {
            self.unit.bind(end);
        }
        self.unit.next_temp = mark;
        Ok(())
    }

    fn element(&mut self, element: &Element<'a>) -> Result<()> {
        let mark = self.unit.next_temp;
        self.unit.set_span(element.elt.span);
        match element.kind {
            CompKind::Generator | CompKind::No => {
                let reg = self.unit.alloc();
                self.expr_to(element.elt, reg)?;
                self.unit.set_span(element.elt.span);
                if self.scope().coroutine && self.scope().kind == BlockKind::Function {
                    let which = krait_bytecode::ops::Intrinsic1::AsyncGenWrap as u16;
                    self.unit.emit(Op::Intrinsic1, 0, reg, reg, which);
                }
                self.unit.emit(Op::YieldValue, 0, reg, reg, 0);
                self.clear(reg);
            }
            CompKind::List => {
                let value = self.expr(element.elt)?;
                self.unit.emit(Op::ListAppend, value.kill_always(KILL_B), element.result, value.reg, 0);
            }
            CompKind::Set => {
                let value = self.expr(element.elt)?;
                self.unit.emit(Op::SetAdd, value.kill_always(KILL_B), element.result, value.reg, 0);
            }
            CompKind::Dict => {
                let Some(value) = element.value else { return Ok(()) };
                let key = self.operand(element.elt, None, &[value])?;
                let value = self.operand(value, None, &[])?;
                let kills = key.kill_always(KILL_B) | value.kill_always(KILL_C);
                self.unit.emit(Op::MapAdd, kills, element.result, key.reg, value.reg);
            }
        }
        self.unit.next_temp = mark;
        Ok(())
    }
}

/// Collects the names a target binds. False when binding it also reads something, perhaps one of them.
fn target_names<'a>(target: &Expr<'a>, names: &mut Vec<&'a str>) -> bool {
    match target.kind {
        ExprKind::Name(name) => names.push(name.id),
        ExprKind::Tuple(node) | ExprKind::List(node) => return node.elts.iter().all(|elt| target_names(elt, names)),
        ExprKind::Starred(node) => return target_names(node.value, names),
        _ => return false,
    }
    true
}
