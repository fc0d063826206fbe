//! Functions that become part of the unit.

use super::flow::{self, width};
use super::objects::slice_assignment;
use super::state::{Known, Place, State};
use super::{At, Builder, Result, class_of, repr_of};
use crate::ir::{End, Inst, Region, Repr, Source, Var, Width};
use krait_bytecode::Op;
use krait_vm::Ref;
use krait_vm::builtins::code::CodeObject;
use krait_vm::builtins::function::Function;
use krait_vm::jit::{Left, MOST_PARTS, Subject};
use krait_vm::jit::helpers::{Level, Target};
use krait_vm::jit::record::{Callee, Feedback, loops};
use krait_vm::types::id;
use krait_vm::value::{EMPTY_WORD, UNBOUND_WORD};
use std::ops::Range;
use std::rc::Rc;

/// Instructions of a function that becomes part of its caller.
const MOST: usize = 250;

/// Code being walked: the loop, or a function that it calls.
pub(super) struct Context<'a> {
    pub code: &'a CodeObject,
    pub function: &'a Function,
    pub feedback: Option<&'a Feedback>,
    /// Its first register, counted from the first of the unit's frame.
    pub base: usize,
    /// The instructions that are translated.
    pub range: Range<usize>,
    pub live: Rc<Vec<Vec<bool>>>,
    pub heads: Rc<[usize]>,
    /// Where blocks begin.
    pub leaders: Rc<[usize]>,
    /// The caller's context, and its call.
    pub caller: usize,
    pub call: usize,
    /// Where the function lies, when it is not always the same.
    pub window: Option<usize>,
    pub levels: Vec<Level>,
}

impl<'a> Context<'a> {
    fn new(subject: &'a Subject<'a>, code: &'a CodeObject, function: &'a Function, range: Range<usize>) -> Context<'a> {
        let heads: Rc<[usize]> = loops(code).into_iter().map(|l| l.start).filter(|h| range.contains(h)).collect();
        Context {
            code,
            function,
            feedback: subject.known.get(&code.serial),
            base: 0,
            live: Rc::new(flow::liveness(&code.instrs, code.nregs as usize)),
            heads,
            leaders: leaders(code, &range).into(),
            range,
            caller: 0,
            call: 0,
            window: None,
            levels: Vec::new(),
        }
    }
    pub fn of_subject(subject: &'a Subject<'a>) -> Context<'a> {
        let mut context = Context::new(subject, subject.code, subject.function.get(subject.vm), subject.range.clone());
        // Parameters are taken apart where the function begins, as variables are at a loop's head.
        if subject.whole && !context.heads.contains(&0) {
            context.heads = std::iter::once(0).chain(context.heads.iter().copied()).collect();
        }
        context
    }
    pub fn first_temp(&self) -> usize {
        self.base + self.code.first_temp as usize
    }
}

/// Where blocks begin.
fn leaders(code: &CodeObject, range: &Range<usize>) -> Vec<usize> {
    let mut leaders = vec![range.start];
    let mut pc = range.start;
    while pc < range.end {
        let op = code.instrs[pc].op();
        let way = flow::next(&code.instrs, pc);
        let behind = pc + width(op);
        if let Some(target) = way.target {
            leaders.extend([target, behind]);
        }
        if matches!(op, Op::Call | Op::CallPyExact | Op::CallBuiltin | Op::CallClass) {
            leaders.push(behind);
            // The call of a range may take in the instruction that makes its iterator.
            if code.instrs.get(behind).is_some_and(|i| i.op() == Op::GetIter) {
                leaders.push(behind + 1);
            }
        }
        // The step of an iterator may take in the instruction that unpacks its item.
        if matches!(op, Op::ForIter | Op::ForPair) && code.instrs.get(behind).is_some_and(|i| i.op() == Op::UnpackSequence) {
            leaders.push(behind + 1);
        }
        if matches!(op, Op::GetStep | Op::GetSlice)
            && let Some(last) = slice_assignment(code, pc)
        {
            leaders.push(last + 1);
        }
        pc = behind;
    }
    leaders.retain(|pc| range.contains(pc));
    krait_bytecode::order::sort(&mut leaders);
    leaders.dedup();
    leaders
}

impl<'a> Builder<'a> {
    /// The call of a Python function: its code becomes part of the unit, if that can be.
    pub(super) fn inline(&mut self, i: At) -> Result<bool> {
        let subject = self.subject;
        let serial = self.context().code.serial;
        let (callee, own, dynamic) = match subject.callees.get(&(serial, self.pc)) {
            // Another function of the same code, perhaps: closures are made anew.
            Some(Callee::One(callee, own)) => {
                // What a closure refers to shall not live longer than it.
                let closure = callee.downcast_exact::<Function>().is_some_and(|f| f.get(subject.vm).closure.is_some());
                (callee, *own, closure || self.seen().surprised)
            }
            Some(Callee::Code(callee, own)) => (callee, *own, true),
            _ => return self.call_python(),
        };
        let Some(function): Option<&'a Ref<Function>> = callee.downcast_exact::<Function>() else { return self.call_python() };
        let function: &'a Function = function.get(subject.vm);
        let code: &'a CodeObject = function.code.get(subject.vm);
        let given = i.i.c() + usize::from(own);
        if code.simple_args as usize != given {
            return self.call_python();
        }
        if matches!(code.instrs.first().map(|i| i.op()), Some(Op::LoadBody) | None) {
            return self.call_python();
        }
        if subject.code.info.flags.is_generator_like() {
            return self.refuse("calls from a generator");
        }
        let window = i.b();
        let base = window + 2 - usize::from(own);
        let becomes_part = code.instrs.len() <= MOST && self.may_nest(code) && base + code.nregs as usize <= super::MOST_REGISTERS;
        if !becomes_part && (dynamic || self.seen().pushes || !self.context().levels.is_empty()) {
            return self.call_python();
        }
        // It is this function or one of its code, called with a receiver or without.
        if dynamic {
            let (_, base) = self.object(window, id::FUNCTION);
            self.guard_field(base, self.layout.function_code, function.code.as_value().bits());
            self.guard_field(base, self.layout.function_globals, function.globals.as_value().bits());
            self.guard_field(base, self.layout.function_builtins, function.builtins.as_value().bits());
        } else {
            if self.state.places[window] != Place::Constant(callee.bits()) {
                let word = self.word(window);
                let wanted = self.emit(Inst::Word(callee.bits()));
                let same = self.emit(Inst::Same(word, wanted));
                self.guard(same);
            }
            let base = self.emit(Inst::Word(callee.bits()));
            let base = self.emit(Inst::AddressOf(base));
            self.guard_field(base, self.layout.function_code, function.code.as_value().bits());
        }
        if let Place::Memory(_) = self.state.places[window + 1] {
            let word = self.word(window + 1);
            let empty = self.emit(Inst::Word(EMPTY_WORD));
            let none = self.emit(Inst::Same(word, empty));
            let fits = if own { self.emit(Inst::Not(none)) } else { none };
            self.guard(fits);
        }
        let itself = !becomes_part && callee.bits() == subject.function.as_value().bits();
        if itself {
            // The running frame keeps it. If the unit did, it would outlive its last name.
            let (own, word) = (self.emit(Inst::Function), self.emit(Inst::Word(callee.bits())));
            let same = self.emit(Inst::Same(own, word));
            self.guard(same);
        }
        let kept = if dynamic { function.code.to_value() } else { callee.clone() };
        if !itself && !self.keep.iter().any(|other| other.is(&kept)) {
            self.keep.push(kept);
        }
        if dynamic {
            // It stays in the window, where frames find it.
            self.put_back(window);
        } else {
            self.kill_register(window);
        }
        if !own {
            self.state.places[window + 1] = Place::Memory(Known::Plain);
        }
        let (caller, call) = (self.cx, self.pc);
        if !becomes_part {
            let [call, window, base, given, dst] = [call, window, base, given, i.a()].map(|n| n as u32);
            self.enter(Target { code: function.code.address(), function: callee.bits(), call, window, base, given, dst, nregs: code.nregs, first_temp: code.first_temp });
            return Ok(false);
        }
        let cx = match self.contexts.iter().position(|c| c.caller == caller && c.call == call && !c.levels.is_empty()) {
            Some(cx) => cx,
            None => {
                let mut context = Context::new(subject, code, function, 0..code.instrs.len());
                let dst = u32::try_from(i.i.a()).unwrap_or_default();
                context.levels = self.context().levels.clone();
                context.levels.push(Level { call: call as u32, base: base as u32, dst, code: function.code.address(), function: if dynamic { 0 } else { callee.bits() }, window: window as u32 });
                (context.base, context.caller, context.call) = (base, caller, call);
                context.window = dynamic.then_some(window);
                self.contexts.push(context);
                self.contexts.len() - 1
            }
        };
        // Its registers: arguments are there, variables are unassigned, temporaries hold nothing.
        self.state.places.truncate(base + given);
        self.state.places.resize(base + code.nregs as usize, Place::Memory(Known::Plain));
        let unbound = self.emit(Inst::Word(UNBOUND_WORD));
        for slot in base + given..base + code.first_temp as usize {
            self.emit(Inst::SetRegister(slot as u32, unbound));
        }
        self.cx = cx;
        self.origin = None;
        self.go_to(0);
        self.walk()?;
        self.cx = caller;
        self.pc = call;
        Ok(true)
    }

    /// Whether code may become part of the unit here: not inside itself, and not too deep.
    fn may_nest(&self, code: &CodeObject) -> bool {
        let mut at = self.cx;
        for _ in 0..MOST_PARTS {
            if std::ptr::eq(self.contexts[at].code, code) {
                return false;
            }
            if at == 0 {
                return true;
            }
            at = self.contexts[at].caller;
        }
        false
    }

    /// The call of a function in code of its own.
    fn enter(&mut self, target: Target) {
        self.emit(Inst::SetTicks(self.state.ticks));
        let window = target.window as usize..(target.base + target.given) as usize;
        for r in window.clone() {
            if let Place::Range { .. } = self.state.places[r] {
                self.put_back(r);
            }
        }
        self.flush();
        let done = self.emit(Inst::Enter(self.unit.targets.len()));
        self.unit.targets.push(target);
        self.state.ticks = self.emit(Inst::Ticks);
        for r in window {
            self.state.places[r] = Place::Memory(Known::Plain);
        }
        let state = self.state.clone();
        let exit = self.exit(&state, None, false);
        self.emit(Inst::Outcome(done, exit));
        let (base, dst) = (target.base, target.dst as usize);
        let (word, unbound) = (self.emit(Inst::Register(base)), self.emit(Inst::Word(UNBOUND_WORD)));
        self.emit(Inst::SetRegister(base, unbound));
        let Some(repr) = repr_of(self.seen().result) else { return self.define_owned(dst, word, Known::Unknown) };
        self.kill_register(dst);
        let is = self.emit(Inst::Is(class_of(repr), word));
        let state = self.state.clone();
        let exit = self.exit(&state, Some(self.behind() as usize), true);
        self.unit.exits[exit as usize].registers.push((target.dst, word, Repr::Word));
        self.emit(Inst::Guard(is, exit));
        let var = self.emit(Inst::Unbox(repr, word));
        self.define(dst, repr, var);
    }

    /// What a function returns, with a reference if it is an object; the register holds nothing any more.
    fn take_result(&mut self, a: usize) -> Place {
        let result = self.state.places[a];
        let (word, known) = match result {
            Place::Machine { .. } | Place::Constant(_) => return result,
            Place::Borrowed(word, known) => {
                self.emit(Inst::Retain(word));
                self.state.places[a] = Place::Memory(Known::Plain);
                return Place::Borrowed(word, known);
            }
            Place::Memory(known) => {
                let word = self.emit(Inst::Register(a as u32));
                self.settle_aliases(a);
                (word, known)
            }
            Place::Alias(_) | Place::Range { .. } => {
                self.put_back(a);
                (self.emit(Inst::Register(a as u32)), Known::Unknown)
            }
        };
        let unbound = self.emit(Inst::Word(UNBOUND_WORD));
        self.emit(Inst::SetRegister(a as u32, unbound));
        self.state.places[a] = Place::Memory(Known::Plain);
        Place::Borrowed(word, known)
    }

    /// The end of the function that the unit is of.
    pub(super) fn returned(&mut self, i: At) {
        let result = self.take_result(i.a());
        for slot in 0..self.state.places.len() {
            self.kill_register(slot);
        }
        let exit = self.exit(&State { places: Vec::new(), ticks: self.state.ticks }, None, false);
        let exit_of = &mut self.unit.exits[exit as usize];
        exit_of.left = Left::Returned;
        match result {
            Place::Machine { var, repr, .. } => exit_of.registers.push((0, var, repr)),
            Place::Constant(bits) => exit_of.words.push((0, Source::Word(bits))),
            Place::Borrowed(word, _) => exit_of.registers.push((0, word, Repr::Word)),
            _ => {}
        }
        self.end(End::Leave(exit));
    }

    /// The end of a function that is part of the unit.
    pub(super) fn inlined_return(&mut self, i: At) {
        let (base, caller, call, window) = { let cx = self.context(); (cx.base, cx.caller, cx.call, cx.window) };
        let result = self.take_result(i.a());
        for slot in base..self.state.places.len() {
            self.kill_register(slot);
        }
        self.cx = caller;
        self.pc = call;
        self.origin = None;
        let caller = self.context();
        let (registers, dst) = (caller.base + caller.code.nregs as usize, caller.base + caller.code.instrs[call].a());
        self.state.places.truncate(base);
        if let Some(window) = window {
            self.kill_register(window);
        }
        self.state.places.resize(registers, Place::Memory(Known::Plain));
        match result {
            Place::Machine { var, repr, .. } => self.define(dst, repr, var),
            Place::Constant(bits) => self.define_constant(dst, bits),
            Place::Borrowed(word, known) => self.define_owned(dst, word, known),
            _ => {}
        }
        self.go_to(call + 1);
    }

    /// Leaves unless a word of an object is this one.
    fn guard_field(&mut self, base: Var, offset: usize, wanted: u64) {
        let found = self.emit(Inst::Load { base, offset: offset as u32, width: Width::W64, repr: Repr::Word, region: Region::Types });
        let wanted = self.emit(Inst::Word(wanted));
        let same = self.emit(Inst::Same(found, wanted));
        self.guard(same);
    }

    /// A register gets a word and the reference that goes with it.
    pub(super) fn define_owned(&mut self, r: usize, word: Var, known: Known) {
        self.overwrite(r, word);
        self.state.places[r] = Place::Memory(known);
    }
}
