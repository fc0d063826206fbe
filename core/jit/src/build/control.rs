//! Comparisons, jumps and loops.

use super::flow;
use super::ops::Operand;
use super::state::{Known, Place};
use super::{At, Builder, Result, class_of, repr_of};
use crate::ir::{Class, Cmp, End, HelperId, Inst, IntOp, Region, Repr, Var, Width};
use krait_bytecode::ops::{Field, KILL_A, KILL_B, KILL_C, NEGATE, Role};
use krait_bytecode::Op;
use krait_vm::jit::helpers::{outcome};
use krait_vm::jit::record::{Seen};
use krait_vm::types::id;
use krait_vm::value::{EMPTY_WORD, UNBOUND_WORD};

impl Builder<'_> {
    /// A comparison of two numbers.
    pub(super) fn comparison(&mut self, cmp: Cmp, x: Operand, y: Operand) -> Var {
        match (x, y) {
            (Operand::Int(x), Operand::Int(y)) => self.emit(Inst::Compare(cmp, x, y)),
            _ => {
                let (x, y) = (self.float(x), self.float(y));
                self.emit(Inst::FloatCompare(cmp, x, y))
            }
        }
    }
    pub(super) fn compare(&mut self, i: At, cmp: Cmp) -> Result<bool> {
        let (x, y) = (self.number(i, Field::b), self.number(i, Field::c));
        let (Some(x), Some(y)) = (x, y) else { return self.operation() };
        let result = self.comparison(cmp, x, y);
        self.define_and_kill(i, Repr::Bool, result);
        Ok(false)
    }
    pub(super) fn compare_jump(&mut self, i: At, cmp: Cmp) -> Result<bool> {
        let immediate = i.op().info().operands.iter().any(|&(_, role)| role == Role::Imm);
        let x = self.number(i, Field::a);
        let y = if immediate { Some(Operand::Int(self.emit(Inst::Int(i.i.imm())))) } else { self.number(i, Field::b) };
        let (Some(x), Some(y)) = (x, y) else { return self.condition() };
        let condition = self.comparison(cmp, x, y);
        self.kill(i);
        self.branch_on(i, condition);
        Ok(true)
    }
    /// The branch of an instruction whose target is in its ext word.
    pub(super) fn branch_on(&mut self, i: At, condition: Var) {
        let target = self.instr(self.pc + 1).bc();
        let (then, otherwise) = if i.x() & NEGATE != 0 { (self.pc + 2, target) } else { (target, self.pc + 2) };
        self.branch(condition, then, otherwise);
    }
    pub(super) fn jump_if(&mut self, i: At) -> Result<bool> {
        let Some(truth) = self.truth(i, Field::a) else { return self.condition() };
        self.kill(i);
        let (then, otherwise) = if i.op() == Op::JumpIfTrue { (i.i.bc(), self.pc + 1) } else { (self.pc + 1, i.i.bc()) };
        self.branch(truth, then, otherwise);
        Ok(true)
    }
    /// A jump whose condition a helper finds out.
    pub(super) fn condition(&mut self) -> Result<bool> {
        let i = At { i: self.instr(self.pc), base: self.context().base };
        let holds = self.ask(HelperId::Condition);
        for (flag, r) in [(KILL_A, i.a()), (KILL_B, i.b()), (KILL_C, i.c())] {
            if i.x() & flag != 0 && i.op().info().operands.iter().any(|&(field, _)| krait_bytecode::ops::kill_flag(field) == flag) {
                self.state.places[r] = Place::Memory(Known::Plain);
            }
        }
        let Some(target) = flow::next(&self.context().code.instrs, self.pc).target else { return self.refuse("no target") };
        self.branch(holds, target, self.behind() as usize);
        Ok(true)
    }
    /// Helpers take longer than the interpreter's loop; those that need frames much longer.
    pub(super) fn count_helper(&mut self) {
        self.helpers += if self.cx == 0 { 1 } else { 3 };
    }
    /// Calls a helper that answers with true or false.
    pub(super) fn ask(&mut self, helper: HelperId) -> Var {
        self.flush();
        self.count_helper();
        let answer = self.emit(Inst::Call(helper, self.pc as u32, self.cx));
        let state = self.state.clone();
        let exit = self.exit(&state, None, false);
        self.emit(Inst::Outcome(answer, exit));
        let yes = self.emit(Inst::Int(i64::from(outcome::TRUE)));
        self.emit(Inst::Compare(Cmp::Eq, answer, yes))
    }
    pub(super) fn jump_back(&mut self, head: usize) {
        let one = self.emit(Inst::Int(1));
        let ticks = self.emit(Inst::IntOp(IntOp::Sub, self.state.ticks, one));
        let zero = self.emit(Inst::Int(0));
        let goes_on = self.emit(Inst::Compare(Cmp::Gt, ticks, zero));
        // The interpreter makes this step itself, and looks up.
        let start = self.start.clone();
        let exit = self.exit(&start, Some(self.pc), false);
        self.emit(Inst::Guard(goes_on, exit));
        self.state.ticks = ticks;
        self.go_to(head);
    }

    // ---- loops ----

    pub(super) fn for_range(&mut self, i: At) -> Result<bool> {
        let (r, target) = (i.b(), self.instr(self.pc + 1).bc());
        let (next, left, step) = match self.state.places[r] {
            Place::Range { next, left, step } => (next, left, step),
            Place::Memory(_) if r >= self.context().first_temp() => {
                let step = match self.seen().b {
                    Seen::Range(step) => Some(step),
                    Seen::Object(id::RANGE_ITERATOR) => None,
                    _ => return self.for_other(i),
                };
                let word = self.emit(Inst::Register(r as u32));
                let exit = self.undo();
                let (next, left) = self.open_range(word, step, exit);
                (next, left, step)
            }
            _ => return self.refuse("an iterator somebody knows"),
        };
        let zero = self.emit(Inst::Int(0));
        let goes_on = self.emit(Inst::Compare(Cmp::Ne, left, zero));
        let (body, done) = (self.new_block(), self.new_block());
        self.end(End::Branch(goes_on, (body, Vec::new()), (done, Vec::new())));
        let state = self.state.clone();
        self.begin(done);
        self.state.places[r] = Place::Memory(Known::Object(id::RANGE_ITERATOR));
        self.set_plain(r, UNBOUND_WORD);
        self.go_to(target);
        self.state = state;
        self.begin(body);
        let one = self.emit(Inst::Int(1));
        let by = match step {
            Some(step) => self.emit(Inst::Int(step)),
            None => {
                let word = self.emit(Inst::Register(r as u32));
                let base = self.emit(Inst::AddressOf(word));
                self.emit(Inst::Load { base, offset: self.layout.range_step as u32, width: Width::W64, repr: Repr::Int, region: Region::Heap })
            }
        };
        let left = self.emit(Inst::IntOp(IntOp::Sub, left, one));
        let after = self.emit(Inst::IntOp(IntOp::Add, next, by));
        self.state.places[r] = Place::Range { next: after, left, step };
        self.define(i.a(), Repr::Int, next);
        self.go_to(self.behind() as usize);
        Ok(true)
    }
    /// An iterator over a list.
    pub(super) fn list_iterator(&mut self, i: At) {
        let (word, _) = self.object(i.b(), id::LIST);
        let iterator = self.emit(Inst::ListIterator(word));
        if i.x() & KILL_B != 0 && i.a() != i.b() {
            self.kill_register(i.b());
        }
        self.define_owned(i.a(), iterator, Known::Object(id::LIST_ITERATOR));
    }
    /// A step of an iterator over a list.
    pub(super) fn for_list(&mut self, i: At) -> Result<bool> {
        let (a, b, at) = (i.a(), i.b(), self.seen());
        let (_, iterator) = self.object(b, id::LIST_ITERATOR);
        let pointer = |base: Var, offset: usize, repr: Repr, region: Region| Inst::Load { base, offset: offset as u32, width: Width::Pointer, repr, region };
        let list = self.emit(Inst::Load { base: iterator, offset: self.layout.list_iterator_list as u32, width: Width::W64, repr: Repr::Word, region: Region::Heap });
        let there = self.emit(Inst::Is(Class::Object, list));
        self.guard(there);
        let base = self.emit(Inst::AddressOf(list));
        let index = self.emit(pointer(iterator, self.layout.list_iterator_index, Repr::Int, Region::Heap));
        let len = self.emit(pointer(base, self.layout.list_len, Repr::Int, Region::Types));
        let goes_on = self.emit(Inst::Compare(Cmp::Below, index, len));
        let (body, done) = (self.new_block(), self.new_block());
        self.end(End::Branch(goes_on, (body, Vec::new()), (done, Vec::new())));
        let state = self.state.clone();
        self.begin(done);
        self.end_of_list(i, iterator, list);
        self.state = state;
        self.begin(body);
        let items = self.emit(pointer(base, self.layout.list_items, Repr::Address, Region::Types));
        let word = self.emit(Inst::Item { base: items, index });
        let number = repr_of(at.result);
        if let Some(repr) = number {
            let is = self.emit(Inst::Is(class_of(repr), word));
            self.guard(is);
        }
        let one = self.emit(Inst::Int(1));
        let value = self.emit(Inst::IntOp(IntOp::Add, index, one));
        self.emit(Inst::Store { base: iterator, offset: self.layout.list_iterator_index as u32, width: Width::Pointer, value, region: Region::Heap });
        match number {
            Some(repr) => {
                let var = self.emit(Inst::Unbox(repr, word));
                self.define(a, repr, var);
            }
            None => self.define_borrowed(a, word, Known::Unknown),
        }
        self.go_to(self.behind() as usize);
        Ok(true)
    }
    /// The end of an iterator over a list, which lets go of it.
    fn end_of_list(&mut self, i: At, iterator: Var, list: Var) {
        let none = self.emit(Inst::Word(EMPTY_WORD));
        self.emit(Inst::Store { base: iterator, offset: self.layout.list_iterator_list as u32, width: Width::W64, value: none, region: Region::Heap });
        self.release(list);
        self.set_plain(i.b(), UNBOUND_WORD);
        self.go_to(self.instr(self.pc + 1).bc());
    }
    /// A step of any iterator but a generator's.
    pub(super) fn for_other(&mut self, i: At) -> Result<bool> {
        let at = self.seen();
        if matches!(at.b, Seen::Object(id::GENERATOR) | Seen::Mixed) {
            return self.refuse("iterates over generators");
        }
        let (a, b) = (i.a(), i.b());
        if matches!(at.b, Seen::Object(id::ENUMERATE | id::ZIP | id::DICT_ITEM_ITERATOR)) {
            let unpack = At { i: self.instr(self.pc + 2), base: i.base };
            let fits = unpack.op() == Op::UnpackSequence && unpack.b() == a && unpack.i.c() == 2 && unpack.x() & KILL_B != 0;
            if fits {
                return self.for_pair(i, unpack);
            }
        }
        if let Place::Range { .. } = self.state.places[b] {
            self.put_back(b);
        }
        self.step(b, HelperId::Advance);
        self.state.places[a] = Place::Memory(Known::Unknown);
        self.refine(a, at.result);
        self.go_to(self.behind() as usize);
        Ok(true)
    }
    /// Asks an iterator for what comes next; goes on in the block where there is something.
    fn step(&mut self, iterator: usize, helper: HelperId) {
        let goes_on = self.ask(helper);
        let target = self.instr(self.pc + 1).bc();
        let (body, done) = (self.new_block(), self.new_block());
        self.end(End::Branch(goes_on, (body, Vec::new()), (done, Vec::new())));
        let state = self.state.clone();
        self.begin(done);
        self.state.places[iterator] = Place::Memory(Known::Plain);
        self.go_to(target);
        self.state = state;
        self.begin(body);
    }
    /// A step of an iterator whose items are unpacked into two registers at once.
    pub(super) fn for_pair(&mut self, i: At, unpack: At) -> Result<bool> {
        let (b, to) = (i.b(), unpack.a());
        self.step(b, HelperId::AdvancePair);
        self.state.places[to] = Place::Memory(Known::Unknown);
        self.state.places[to + 1] = Place::Memory(Known::Unknown);
        // What comes next is behind both instructions.
        self.pc += 2;
        self.start = self.state.clone();
        let seen = self.seen().result;
        self.refine(to, seen);
        self.go_to(self.pc + 1);
        Ok(true)
    }
    /// Takes a result that a helper left in memory apart, as it was seen.
    pub(super) fn refine(&mut self, r: usize, seen: Seen) {
        let Some(repr) = repr_of(seen) else { return };
        let word = self.emit(Inst::Register(r as u32));
        let is = self.emit(Inst::Is(class_of(repr), word));
        let state = self.state.clone();
        let exit = self.exit(&state, Some(self.behind() as usize), true);
        self.emit(Inst::Guard(is, exit));
        let var = self.emit(Inst::Unbox(repr, word));
        self.state.places[r] = Place::Machine { var, repr, stale: false };
    }
}
