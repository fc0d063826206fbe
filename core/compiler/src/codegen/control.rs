//! Control flow: branches, loops, `try`, `with`, and leaving them early.
//!
//! `Block` is a stack of what a `break`, `continue` or `return` must undo on its way out;
//! `unwind` emits that. Handlers keep the exception in one temporary and the previously handled
//! one in the next; each handler has a clean-up range of its own that restores the latter.

use super::unit::{HandlerId, Label, Operand, Reg};
use super::Generator;
use crate::ast::*;
use crate::error::Result;
use krait_bytecode::Op;
use krait_bytecode::ops::{Intrinsic1, Intrinsic2, KILL_A, KILL_B, KILL_C};

#[derive(Clone)]
pub(super) struct Block<'a> {
    kind: Kind<'a>,
    /// The handler in force outside of the block.
    outer: Option<HandlerId>,
}

#[derive(Clone)]
enum Kind<'a> {
    /// `again` is the place of a condition that always holds: nothing but the tracer goes there.
    Loop { head: Label, exit: Label, iterator: Option<Reg>, again: Option<Span> },
    /// The body of `try … except`: only the handler changes.
    Try,
    /// The body of `try … finally`.
    Finally(Stmts<'a>),
    /// A `finally` body that runs because of an exception.
    FinallyHandler { exc: Reg, previous: Reg },
    /// A `finally` body on a normal path; it only matters for warnings.
    FinallyBody,
    /// The body of an `except` clause.
    Except { exc: Reg, previous: Reg },
    /// The name an `except` clause has bound.
    ExceptName(&'a str),
    /// `except*`: control flow may not leave it.
    ExceptStar,
    With { exit: Reg, is_async: bool, span: Span },
}

impl Block<'_> {
    /// Whether leaving the block runs code that matters to a `return`.
    pub(super) fn needs_code(&self) -> bool {
        !matches!(self.kind, Kind::Loop { .. } | Kind::Try | Kind::FinallyBody | Kind::ExceptStar)
    }
}

impl<'a> Generator<'_, 'a> {
    fn push_block(&mut self, kind: Kind<'a>, outer: Option<HandlerId>) {
        self.blocks.push(Block { kind, outer });
    }

    /// CPython limits how deep blocks nest, and programs can tell.
    pub(super) fn check_nesting(&self, span: Span) -> Result<()> {
        const MAX_BLOCKS: usize = 21;
        if self.blocks.len() >= MAX_BLOCKS {
            return self.error(span, "too many statically nested blocks");
        }
        Ok(())
    }

    /// Emit what leaving the blocks above `until` takes, innermost first.
    pub(super) fn unwind(&mut self, until: usize) -> Result<()> {
        let mut left = Vec::new();
        while self.blocks.len() > until
            && let Some(block) = self.blocks.pop()
        {
            left.push(block.clone());
            self.unit.switch_handler(block.outer);
            match block.kind {
                Kind::Loop { iterator: Some(reg), .. } => self.clear(reg),
                Kind::Loop { .. } | Kind::Try | Kind::FinallyBody | Kind::ExceptStar => {}
                Kind::Finally(body) => {
                    self.push_block(Kind::FinallyBody, block.outer);
                    self.stmts(body)?;
                    self.blocks.pop();
                }
                Kind::FinallyHandler { exc, previous } | Kind::Except { exc, previous } => {
                    self.unit.emit(Op::PopExc, KILL_A, previous, 0, 0);
                    self.clear(exc);
                }
                Kind::ExceptName(name) => self.unbind(name)?,
                Kind::With { exit, is_async, span } => {
                    self.unit.set_span(span);
                    let mark = self.unit.next_temp;
                    let base = self.unit.alloc();
                    let this = self.unit.alloc();
                    self.unit.emit(Op::Move, KILL_B, base, exit, 0);
                    self.unit.emit(Op::Move, KILL_B, this, exit + 1, 0);
                    self.call_exit(base, is_async);
                    self.unit.next_temp = mark;
                }
            }
        }
        self.blocks.extend(left.into_iter().rev());
        Ok(())
    }

    /// The end of an `except … as name` clause: the name is unbound whatever happened to it.
    fn unbind(&mut self, name: &'a str) -> Result<()> {
        if let Some(reg) = self.local_register(name) {
            self.clear(reg);
            self.unit.assigned.remove(reg);
            return Ok(());
        }
        let none = self.unit.alloc();
        self.load_none(none);
        self.store_name(name, Operand::temp(none));
        self.unit.next_temp = none;
        self.delete_name(name)
    }

    fn local_register(&self, name: &'a str) -> Option<Reg> {
        match self.place(self.mangle(name)) {
            super::Place::Local(reg) => Some(reg),
            _ => None,
        }
    }

    /// PEP 765: leaving a `finally` body by such a statement swallows exceptions.
    pub(super) fn check_finally_exit(&mut self, statement: &str, span: Span) {
        let mut inside = false;
        for block in self.blocks.iter().rev() {
            match block.kind {
                Kind::FinallyBody | Kind::FinallyHandler { .. } => {
                    inside = true;
                    break;
                }
                Kind::Loop { .. } if statement != "return" => return,
                _ => {}
            }
        }
        if inside {
            self.warn(span, format!("'{statement}' in a 'finally' block"));
        }
    }

    /// A block of a comprehension's loop: nothing to undo, but it counts as nesting.
    pub(super) fn enter_comprehension(&mut self, span: Span) -> Result<()> {
        self.check_nesting(span)?;
        let outer = self.unit.handler();
        self.push_block(Kind::Try, outer);
        Ok(())
    }

    pub(super) fn leave_comprehension(&mut self) {
        self.blocks.pop();
    }

    fn leave_loop(&mut self, statement: &str, outside: &str, span: Span) -> Result<()> {
        self.check_finally_exit(statement, span);
        for index in (0..self.blocks.len()).rev() {
            match self.blocks[index].kind {
                Kind::ExceptStar => return self.error(span, EXCEPT_STAR_EXIT),
                Kind::Loop { head, exit, iterator, again } => {
                    let handler = self.unit.handler();
                    let mark = self.unit.next_temp;
                    let again = again.filter(|_| statement == "continue");
                    let has_work = self.blocks[index + 1..].iter().any(Block::needs_code);
                    if has_work || again.is_some() {
                        self.unit.emit(Op::Nop, 0, 0, 0, 0);
                    }
                    self.unwind(index + 1)?;
                    if let Some(again) = again {
                        self.unit.set_span(again);
                    }
                    if !has_work {
                        self.unit.mark_statement();
                    }
                    self.unit.switch_handler(self.blocks[index].outer);
                    if statement == "break" {
                        if let Some(reg) = iterator {
                            self.clear(reg);
                            if !has_work {
                                self.unit.mark_statement();
                            }
                        }
                        self.unit.goto(exit);
                    } else {
                        self.unit.loop_back(head);
                    }
                    self.unit.next_temp = mark;
                    self.unit.switch_handler(handler);
                    return Ok(());
                }
                _ => {}
            }
        }
        self.error(span, outside)
    }

    pub(super) fn break_stmt(&mut self, span: Span) -> Result<()> {
        self.leave_loop("break", "'break' outside loop", span)
    }

    pub(super) fn continue_stmt(&mut self, span: Span) -> Result<()> {
        self.leave_loop("continue", "'continue' not properly in loop", span)
    }

    /// Whether a `return` here would leave an `except*` clause.
    pub(super) fn check_return(&self, span: Span) -> Result<()> {
        if self.blocks.iter().any(|block| matches!(block.kind, Kind::ExceptStar)) {
            return self.error(span, EXCEPT_STAR_EXIT);
        }
        Ok(())
    }

    // Branches and loops.

    /// `tail` says that nothing but the function's end follows: every branch then returns from a line of its own.
    pub(super) fn if_stmt(&mut self, node: &'a If<'a>, tail: bool) -> Result<()> {
        let end = self.unit.label();
        let mut current = node;
        loop {
            let orelse = self.unit.label();
            self.unit.set_span(current.test.span);
            if self.always(current.test) {
                self.unit.emit(Op::Nop, 0, 0, 0, 0);
            }
            self.jump_if(current.test, orelse, false)?;
            self.tail = tail;
            self.stmts(current.body)?;
            if tail {
                self.return_none();
            }
            if current.orelse.is_empty() {
                self.unit.bind(orelse);
                self.unit.set_span(current.test.span);
                break;
            }
            self.unit.goto(end);
            self.unit.bind(orelse);
            // `elif` chains of any length, in a loop.
            match current.orelse {
                [Stmt { kind: StmtKind::If(inner), span }] => {
                    self.unit.set_span(*span);
                    current = inner;
                }
                orelse => {
                    self.tail = tail;
                    self.stmts(orelse)?;
                    break;
                }
            }
        }
        self.unit.bind(end);
        Ok(())
    }

    /// Whether a condition is a constant that holds: it takes no code, but tracers see its line.
    fn always(&self, test: &Expr<'a>) -> bool {
        self.fold(test).is_some_and(crate::fold::truth)
    }

    pub(super) fn while_loop(&mut self, node: &'a While<'a>) -> Result<()> {
        let (head, orelse, exit) = (self.unit.label(), self.unit.label(), self.unit.label());
        let again = self.always(node.test).then_some(node.test.span);
        if again.is_some() {
            self.unit.emit(Op::Nop, 0, 0, 0, 0);
        }
        self.unit.bind_head(head);
        self.jump_if(node.test, orelse, false)?;
        let outer = self.unit.handler();
        self.push_block(Kind::Loop { head, exit, iterator: None, again }, outer);
        self.stmts(node.body)?;
        self.blocks.pop();
        if let Some(again) = again {
            self.unit.set_span(again);
            self.unit.mark_statement();
        }
        self.unit.loop_back(head);
        self.unit.bind(orelse);
        self.unit.set_span(node.test.span);
        self.stmts(node.orelse)?;
        self.unit.bind(exit);
        Ok(())
    }

    pub(super) fn for_loop(&mut self, node: &'a For<'a>) -> Result<()> {
        let (head, end, exit) = (self.unit.label(), self.unit.label(), self.unit.label());
        let iterator = self.unit.alloc();
        let iterable = self.iterable(node.iter, Some(iterator))?;
        self.unit.set_span(node.iter.span);
        self.unit.emit(Op::GetIter, iterable.kill(KILL_B, iterator), iterator, iterable.reg, 0);
        self.unit.bind_head(head);
        self.unit.set_span(node.iter.span);
        self.for_next(node.target, iterator, end)?;
        let outer = self.unit.handler();
        self.push_block(Kind::Loop { head, exit, iterator: Some(iterator), again: None }, outer);
        self.stmts(node.body)?;
        self.blocks.pop();
        self.unit.loop_back(head);
        self.unit.bind(end);
        self.unit.next_temp = iterator;
        self.unit.set_span(node.iter.span);
        self.stmts(node.orelse)?;
        self.unit.bind(exit);
        Ok(())
    }

    /// The next item of an iterator into a target, or go to `end`.
    pub(super) fn for_next(&mut self, target: &'a Expr<'a>, iterator: Reg, end: Label) -> Result<()> {
        // A target on a line of its own is stored there.
        let apart = target.span.line != self.unit.span().line;
        match self.local_target(target).filter(|_| !apart) {
            Some(reg) => {
                self.unit.jump_ext(Op::ForIter, 0, reg, iterator, 0, end);
                self.unit.assigned.insert(reg);
            }
            None => {
                let item = self.unit.alloc();
                self.unit.jump_ext(Op::ForIter, 0, item, iterator, 0, end);
                self.unit.set_span(target.span);
                self.store(target, Operand::temp(item))?;
                self.unit.next_temp = item;
            }
        }
        Ok(())
    }

    pub(super) fn async_for_loop(&mut self, node: &'a For<'a>, span: Span) -> Result<()> {
        self.check_async("'async for' outside async function", span)?;
        let (head, exit) = (self.unit.label(), self.unit.label());
        let iterator = self.unit.alloc();
        let iterable = self.operand(node.iter, Some(iterator), &[])?;
        self.unit.set_span(node.iter.span);
        self.unit.emit(Op::GetAiter, iterable.kill(KILL_B, iterator), iterator, iterable.reg, 0);
        let depth = self.unit.next_temp;
        let handler = self.unit.new_handler(depth, depth);
        self.unit.bind_head(head);
        let value = self.async_next(iterator, handler)?;
        self.store(node.target, Operand::temp(value))?;
        self.unit.next_temp = value;
        let outer = self.unit.handler();
        self.push_block(Kind::Loop { head, exit, iterator: Some(iterator), again: None }, outer);
        self.stmts(node.body)?;
        self.blocks.pop();
        self.unit.loop_back(head);
        self.unit.bind_handler(handler);
        let exc = self.unit.next_temp - 1;
        self.unit.emit(Op::EndAsyncFor, KILL_A | KILL_B, iterator, exc, 0);
        self.unit.next_temp = iterator;
        self.stmts(node.orelse)?;
        self.unit.bind(exit);
        Ok(())
    }

    /// Await the next item of an async iterator, with its end caught by `handler`.
    pub(super) fn async_next(&mut self, iterator: Reg, handler: HandlerId) -> Result<Reg> {
        let value = self.unit.alloc();
        let receiver = self.unit.alloc();
        let outer = self.unit.switch_handler(Some(handler));
        self.unit.emit(Op::GetAnext, 0, receiver, iterator, 0);
        self.load_none(value);
        self.delegate(receiver, value);
        self.unit.switch_handler(outer);
        self.unit.next_temp = value + 1;
        Ok(value)
    }

    fn check_async(&self, message: &str, span: Span) -> Result<()> {
        let scope = self.scope();
        let inside = scope.kind == crate::symtable::BlockKind::Function && scope.coroutine;
        let top = self.settings.top_level_await && !scope.is_function_like();
        if inside || top { Ok(()) } else { self.error(span, message) }
    }

    // try.

    pub(super) fn try_stmt(&mut self, node: &'a Try<'a>, tail: bool) -> Result<()> {
        if node.finalbody.is_empty() {
            self.try_except(node, tail)
        } else {
            self.try_finally(node, false)
        }
    }

    fn try_finally(&mut self, node: &'a Try<'a>, star: bool) -> Result<()> {
        let depth = self.unit.next_temp;
        let end = self.unit.label();
        let handler = self.unit.new_handler(depth, depth);
        let outer = self.unit.switch_handler(Some(handler));
        self.push_block(Kind::Finally(node.finalbody), outer);
        if node.handlers.is_empty() {
            self.unit.emit(Op::Nop, 0, 0, 0, 0);
            self.stmts(node.body)?;
        } else if star {
            self.try_except_star(node)?;
        } else {
            self.try_except(node, false)?;
        }
        self.blocks.pop();
        self.unit.switch_handler(outer);
        self.push_block(Kind::FinallyBody, outer);
        self.stmts(node.finalbody)?;
        self.blocks.pop();
        let done = self.unit.span();
        self.unit.goto_end(end);

        self.unit.bind_handler(handler);
        let exc = depth;
        let previous = self.begin_handling(exc);
        let cleanup = self.begin_cleanup(previous);
        self.push_block(Kind::FinallyHandler { exc, previous }, outer);
        self.stmts(node.finalbody)?;
        self.blocks.pop();
        self.unit.switch_handler(outer);
        let last = if ends_in_block(node.finalbody) { Span::NONE } else { self.unit.span() };
        self.reraise(exc, previous, last);
        self.end_cleanup(cleanup, previous);
        self.unit.bind(end);
        self.unit.set_span(done);
        self.unit.next_temp = depth;
        Ok(())
    }

    /// Make the exception in `exc` the one being handled; the register that keeps the previous.
    fn begin_handling(&mut self, exc: Reg) -> Reg {
        let span = self.unit.span();
        self.unit.set_span(Span::NONE);
        let previous = self.unit.alloc();
        self.unit.emit(Op::PushExc, 0, previous, exc, 0);
        self.unit.set_span(span);
        previous
    }

    /// From here on exceptions restore the previously handled one before they go on.
    fn begin_cleanup(&mut self, previous: Reg) -> HandlerId {
        let cleanup = self.unit.new_handler(previous + 1, previous + 1);
        self.unit.switch_handler(Some(cleanup));
        cleanup
    }

    fn end_cleanup(&mut self, cleanup: HandlerId, previous: Reg) {
        self.unit.bind_handler(cleanup);
        self.reraise(previous + 1, previous, Span::NONE);
    }

    /// Raise the exception of a handler again. Without a place of its own it leaves the frame where it was raised.
    fn reraise(&mut self, exc: Reg, previous: Reg, span: Span) {
        self.unit.set_span(span);
        self.unit.emit(Op::PopExc, KILL_A, previous, 0, 0);
        self.unit.emit(Op::Reraise, KILL_A, exc, 0, 0);
        self.unit.terminate();
    }

    fn try_except(&mut self, node: &'a Try<'a>, tail: bool) -> Result<()> {
        // Debuggers stop at the line of the `try`.
        self.unit.emit(Op::Nop, 0, 0, 0, 0);
        let depth = self.unit.next_temp;
        let end = self.unit.label();
        let handler = self.unit.new_handler(depth, depth);
        let outer = self.unit.switch_handler(Some(handler));
        self.push_block(Kind::Try, outer);
        self.stmts(node.body)?;
        self.blocks.pop();
        self.unit.switch_handler(outer);
        self.stmts(node.orelse)?;
        let done = self.unit.span();
        if tail {
            self.return_none();
        }
        self.unit.goto_end(end);

        self.unit.bind_handler(handler);
        let exc = depth;
        let previous = self.begin_handling(exc);
        let cleanup = self.begin_cleanup(previous);
        self.push_block(Kind::Except { exc, previous }, outer);
        for (index, clause) in node.handlers.iter().enumerate() {
            let ExceptHandlerKind::ExceptHandler(inner) = clause.kind else { continue };
            let next = self.unit.label();
            self.unit.set_span(clause.span);
            match inner.type_ {
                Some(class) => {
                    let mark = self.unit.next_temp;
                    let matched = self.unit.alloc();
                    let class_value = self.operand(class, Some(matched), &[])?;
                    self.unit.set_span(class.span);
                    let kill = class_value.kill(KILL_C, matched);
                    self.unit.emit(Op::CheckExcMatch, kill, matched, exc, class_value.reg);
                    self.unit.jump(Op::JumpIfFalse, KILL_A, matched, next);
                    self.unit.next_temp = mark;
                }
                None if index + 1 < node.handlers.len() => {
                    return self.error(clause.span, "default 'except:' must be last");
                }
                None => self.unit.emit(Op::Nop, 0, 0, 0, 0),
            }
            self.except_body(inner, exc, previous, outer)?;
            // The body is done: no longer handling, on with what follows the statement.
            let last = self.unit.span();
            let cleanup_handler = self.unit.switch_handler(outer);
            self.unit.set_span(Span::NONE);
            self.unit.emit(Op::PopExc, KILL_A, previous, 0, 0);
            if tail {
                self.unit.set_span(last);
                self.return_none();
            }
            self.unit.goto_end(end);
            self.unit.switch_handler(cleanup_handler);
            self.unit.bind(next);
        }
        self.blocks.pop();
        self.unit.switch_handler(outer);
        let last = node.handlers.last().map_or(Span::NONE, |clause| clause.span);
        self.reraise(exc, previous, last);
        self.end_cleanup(cleanup, previous);
        self.unit.bind(end);
        self.unit.set_span(done);
        self.unit.next_temp = depth;
        Ok(())
    }

    /// The body of one clause, with its name bound around it.
    fn except_body(
        &mut self,
        inner: &'a Handler<'a>,
        exc: Reg,
        _previous: Reg,
        _outer: Option<HandlerId>,
    ) -> Result<()> {
        let Some(name) = inner.name else {
            self.unit.set_span(Span::NONE);
            self.clear(exc);
            return self.stmts(inner.body);
        };
        self.store_name(name, Operand::temp(exc));
        let depth = self.unit.next_temp;
        let around = self.unit.new_handler(depth, depth);
        let clause = self.unit.switch_handler(Some(around));
        self.push_block(Kind::ExceptName(name), clause);
        self.stmts(inner.body)?;
        self.blocks.pop();
        self.unit.switch_handler(clause);
        let after = self.unit.label();
        let last = self.unit.span();
        self.unit.set_span(Span::NONE);
        self.unbind(name)?;
        self.unit.goto(after);
        self.unit.bind_handler(around);
        self.unit.set_span(Span::NONE);
        self.unbind(name)?;
        self.unit.emit(Op::Reraise, KILL_A, depth, 0, 0);
        self.unit.terminate();
        self.unit.set_span(last);
        self.unit.bind(after);
        self.unit.next_temp = depth;
        Ok(())
    }

    pub(super) fn try_star(&mut self, node: &'a Try<'a>) -> Result<()> {
        if node.finalbody.is_empty() {
            self.try_except_star(node)
        } else {
            self.try_finally(node, true)
        }
    }

    /// `except*`: every clause takes its share of the group; what clauses raise and what is left
    /// is combined into one exception at the end.
    fn try_except_star(&mut self, node: &'a Try<'a>) -> Result<()> {
        self.unit.emit(Op::Nop, 0, 0, 0, 0);
        let depth = self.unit.next_temp;
        let end = self.unit.label();
        let handler = self.unit.new_handler(depth, depth);
        let outer = self.unit.switch_handler(Some(handler));
        self.push_block(Kind::Try, outer);
        self.stmts(node.body)?;
        self.blocks.pop();
        self.unit.switch_handler(outer);
        self.stmts(node.orelse)?;
        let done = self.unit.span();
        self.unit.goto_end(end);

        self.unit.bind_handler(handler);
        self.unit.set_span(Span::NONE);
        let original = depth;
        let previous = self.begin_handling(original);
        let cleanup = self.begin_cleanup(previous);
        self.push_block(Kind::Except { exc: original, previous }, outer);
        let results = self.unit.alloc();
        let rest = self.unit.alloc();
        self.unit.emit(Op::BuildList, 0, results, results, 0);
        self.unit.emit(Op::Move, 0, rest, original, 0);
        for clause in node.handlers {
            let ExceptHandlerKind::ExceptHandler(inner) = clause.kind else { continue };
            let Some(class) = inner.type_ else {
                return self.error(clause.span, "expected one or more exception types");
            };
            let (next, done) = (self.unit.label(), self.unit.label());
            self.unit.set_span(clause.span);
            let mark = self.unit.next_temp;
            // The split goes into a window: the new rest, then the match.
            let window = self.unit.alloc();
            let matched = self.unit.alloc();
            let class_value = self.operand(class, Some(matched), &[])?;
            self.unit.set_span(class.span);
            let kill = class_value.kill(KILL_C, matched);
            self.unit.emit(Op::CheckEgMatch, KILL_B | kill, window, rest, class_value.reg);
            self.unit.emit(Op::Move, KILL_B, rest, window, 0);
            self.unit.jump(Op::JumpIfNone, 0, matched, next);
            // The match is what the clause handles, and the context of what it raises.
            let saved = self.unit.alloc();
            self.unit.emit(Op::PushExc, 0, saved, matched, 0);
            let raised_depth = self.unit.next_temp;
            let raised = self.unit.new_handler(raised_depth, raised_depth);
            let around = self.unit.switch_handler(Some(raised));
            self.push_block(Kind::ExceptStar, around);
            match inner.name {
                None => {
                    self.clear(matched);
                    self.stmts(inner.body)?;
                }
                Some(name) => {
                    self.store_name(name, Operand::temp(matched));
                    self.stmts(inner.body)?;
                    self.unit.set_span(Span::NONE);
                    self.unit.switch_handler(around);
                    self.unbind(name)?;
                }
            }
            self.blocks.pop();
            self.unit.switch_handler(around);
            self.unit.set_span(Span::NONE);
            self.unit.emit(Op::PopExc, KILL_A, saved, 0, 0);
            self.unit.goto_end(done);
            self.unit.bind_handler(raised);
            if let Some(name) = inner.name {
                self.unbind(name)?;
            }
            self.unit.emit(Op::PopExc, KILL_A, saved, 0, 0);
            self.clear(matched);
            self.unit.emit(Op::ListAppend, KILL_B, results, raised_depth, 0);
            self.unit.goto_end(done);
            self.unit.bind(next);
            self.clear(matched);
            self.unit.bind(done);
            self.unit.next_temp = mark;
        }
        self.blocks.pop();
        // What no clause matched is raised again together with what clauses raised.
        let skip = self.unit.label();
        self.unit.set_span(Span::NONE);
        self.unit.jump(Op::JumpIfNone, 0, rest, skip);
        self.unit.emit(Op::ListAppend, 0, results, rest, 0);
        self.unit.bind(skip);
        self.clear(rest);
        self.unit.emit(Op::Intrinsic2, KILL_C, rest, original, results);
        self.unit.ext(Intrinsic2::PrepReraiseStar as u16, 0);
        let raise = self.unit.label();
        self.unit.jump(Op::JumpIfNotNone, 0, rest, raise);
        self.unit.switch_handler(outer);
        self.unit.emit(Op::PopExc, KILL_A, previous, 0, 0);
        self.clear(original);
        self.clear(rest);
        self.unit.goto_end(end);
        self.unit.bind(raise);
        self.unit.emit(Op::PopExc, KILL_A, previous, 0, 0);
        self.clear(original);
        self.unit.emit(Op::Reraise, KILL_A, rest, 0, 0);
        self.unit.terminate();
        self.end_cleanup(cleanup, previous);
        self.unit.bind(end);
        self.unit.set_span(done);
        self.unit.next_temp = depth;
        Ok(())
    }

    // with.

    pub(super) fn with(&mut self, items: &'a [WithItem<'a>], body: Stmts<'a>, is_async: bool, span: Span) -> Result<()> {
        if is_async {
            self.check_async("'async with' outside async function", span)?;
        }
        let Some((item, rest)) = items.split_first() else { return self.stmts(body) };
        self.check_nesting(item.context_expr.span)?;
        let exit = self.unit.alloc();
        let this = self.unit.alloc();
        let manager = self.temp(item.context_expr)?;
        let span = item.context_expr.span;
        self.unit.set_span(span);
        let (enter_method, exit_method) = if is_async { (2, 3) } else { (0, 1) };
        self.unit.emit(Op::LoadSpecial, 0, exit, manager, exit_method);
        // The manager's register becomes the window of the call that enters it.
        self.unit.alloc();
        self.unit.emit(Op::LoadSpecial, 0, manager, manager, enter_method);
        let target = item.optional_vars.filter(|_| !is_async).and_then(|target| self.local_target(target));
        let entered = target.unwrap_or(manager);
        self.unit.emit(Op::Call, 0, entered, manager, 0);
        if is_async {
            self.await_in_place(manager, 1);
        }
        if let Some(reg) = target {
            self.unit.assigned.insert(reg);
        }
        let depth = this + 1;
        let handler = self.unit.new_handler(depth, depth);
        let outer = self.unit.switch_handler(Some(handler));
        self.push_block(Kind::With { exit, is_async, span }, outer);
        self.unit.next_temp = manager + 1;
        match item.optional_vars {
            Some(_) if target.is_some() => {}
            Some(vars) => self.store(vars, Operand::temp(manager))?,
            None => self.clear(manager),
        }
        self.unit.next_temp = depth;
        if rest.is_empty() {
            self.stmts(body)?;
        } else {
            self.with(rest, body, is_async, span)?;
        }
        self.blocks.pop();
        self.unit.switch_handler(outer);
        self.unit.next_temp = depth;
        self.unit.set_span(span);
        self.call_exit(exit, is_async);
        let end = self.unit.label();
        self.unit.goto_end(end);

        self.unit.bind_handler(handler);
        self.unit.set_span(span);
        let exc = depth;
        let previous = self.begin_handling(exc);
        let cleanup = self.begin_cleanup(previous);
        let result = self.unit.alloc();
        self.unit.set_span(span);
        self.unit.emit(Op::WithExceptStart, 0, result, exit, exc);
        if is_async {
            self.await_in_place(result, 2);
        }
        let suppressed = self.unit.label();
        self.unit.jump(Op::JumpIfTrue, KILL_A, result, suppressed);
        self.unit.switch_handler(outer);
        self.reraise(exc, previous, Span::NONE);
        self.unit.bind(suppressed);
        self.unit.set_span(Span::NONE);
        self.unit.emit(Op::PopExc, KILL_A, previous, 0, 0);
        self.clear(exc);
        self.clear(this);
        self.clear(exit);
        self.unit.goto_end(end);
        self.end_cleanup(cleanup, previous);
        self.unit.bind(end);
        self.unit.set_span(span);
        self.unit.next_temp = exit;
        Ok(())
    }

    /// Call the exit method in the window at `base` with three Nones and drop the result.
    fn call_exit(&mut self, base: Reg, is_async: bool) {
        let mark = self.unit.next_temp;
        self.unit.next_temp = base + 2;
        for _ in 0..3 {
            let reg = self.unit.alloc();
            self.load_none(reg);
        }
        self.unit.emit(Op::Call, 0, base, base, 3);
        self.unit.next_temp = base + 1;
        if is_async {
            self.await_in_place(base, 2);
        }
        self.clear(base);
        self.unit.next_temp = mark;
    }

    // The guard of generators: a StopIteration that leaves one becomes a RuntimeError.

    pub(super) fn begin_generator_guard(&mut self) -> HandlerId {
        let depth = self.unit.first_temp;
        let guard = self.unit.new_handler(depth, depth);
        self.unit.switch_handler(Some(guard));
        guard
    }

    pub(super) fn end_generator_guard(&mut self, guard: HandlerId) {
        self.unit.switch_handler(None);
        self.unit.bind_handler(guard);
        self.unit.set_span(Span::NONE);
        let exc = self.unit.first_temp;
        self.unit.emit(Op::Intrinsic1, 0, exc, exc, Intrinsic1::StopIterationError as u16);
        self.unit.emit(Op::Reraise, KILL_A, exc, 0, 0);
        self.unit.terminate();
    }
}

/// Whether the last statement has statements in it: what follows is reached from several lines, and is on none itself.
fn ends_in_block(body: Stmts<'_>) -> bool {
    use StmtKind::*;
    body.last().is_some_and(|last| matches!(last.kind, If(_) | While(_) | For(_) | AsyncFor(_) | With(_) | AsyncWith(_) | Try(_) | TryStar(_) | Match(_)))
}

const EXCEPT_STAR_EXIT: &str = "'break', 'continue' and 'return' cannot appear in an except* block";
