//! What each opcode becomes.

use super::flow::width;
use super::state::{Known, Place};
use super::{At, Builder, Result, class_of, repr_of};
use crate::ir::{Cmp, End, FloatOp, Inst, IntOp, Region, Repr, Var, Width};
use krait_bytecode::ops::{CONST_B, CONST_C, Field, KILL_A, KILL_B, KILL_C, Role};
use krait_bytecode::Op;
use krait_vm::jit::helpers::{is_operation};
use krait_vm::jit::record::{Seen};
use krait_vm::types::id;
use krait_vm::value::{EMPTY_WORD, FALSE_WORD, NONE_WORD, UNBOUND_WORD};

/// An operand, as far as it could be taken apart.
#[derive(Clone, Copy)]
pub(super) enum Operand {
    Int(Var),
    Float(Var),
    Bool(Var),
    Word(Var),
}

impl Builder<'_> {
    /// Translates an instruction; `true` when it ended the block.
    pub(super) fn instruction(&mut self, pc: usize) -> Result<bool> {
        let i = At { i: self.instr(pc), base: self.context().base };
        let op = i.op();
        let translated = self.thorough && !matches!(op, Op::Call | Op::CallKw | Op::CallEx | Op::CallPyExact | Op::CallBuiltin | Op::CallClass | Op::ForIter | Op::ForList | Op::ForPair | Op::ForRange);
        if !self.seen().reached && !translated && !matches!(op, Op::Nop | Op::Jump | Op::JumpBack | Op::EnterLoop) {
            // Never seen: the interpreter shows how it goes.
            let exit = self.undo();
            self.end(End::Leave(exit));
            return Ok(true);
        }
        match op {
            Op::Nop => {}
            Op::Move => self.do_move(i),
            Op::LoadConst => {
                let bits = self.context().code.consts[i.i.bc()].bits();
                self.load_word(i.a(), bits);
            }
            Op::LoadInt => {
                let var = self.emit(Inst::Int(i.i.imm32()));
                self.define(i.a(), Repr::Int, var);
            }
            Op::PushNull => self.set_plain(i.a(), EMPTY_WORD),
            Op::Clear => self.set_plain(i.a(), UNBOUND_WORD),
            Op::ClearRange => (i.a()..i.a() + i.i.c()).for_each(|r| self.set_plain(r, UNBOUND_WORD)),
            Op::CheckBound => {
                if let Place::Memory(Known::Unknown | Known::Plain) = self.state.places[i.a()] {
                    let word = self.emit(Inst::Register(i.a() as u32));
                    let unbound = self.emit(Inst::Word(UNBOUND_WORD));
                    let same = self.emit(Inst::Same(word, unbound));
                    let bound = self.emit(Inst::Not(same));
                    self.guard(bound);
                }
            }
            Op::BinaryAdd | Op::InplaceAdd => return self.arithmetic(i, IntOp::Add, Some(FloatOp::Add)),
            Op::BinarySub | Op::InplaceSub => return self.arithmetic(i, IntOp::Sub, Some(FloatOp::Sub)),
            Op::BinaryMul | Op::InplaceMul => return self.arithmetic(i, IntOp::Mul, Some(FloatOp::Mul)),
            Op::BinaryFloordiv | Op::InplaceFloordiv => return self.arithmetic(i, IntOp::Div, None),
            Op::BinaryMod | Op::InplaceMod => return self.arithmetic(i, IntOp::Rem, None),
            Op::BinaryAnd | Op::InplaceAnd => return self.arithmetic(i, IntOp::And, None),
            Op::BinaryOr | Op::InplaceOr => return self.arithmetic(i, IntOp::Or, None),
            Op::BinaryXor | Op::InplaceXor => return self.arithmetic(i, IntOp::Xor, None),
            Op::BinaryLshift | Op::InplaceLshift => return self.arithmetic(i, IntOp::Shl, None),
            Op::BinaryRshift | Op::InplaceRshift => return self.arithmetic(i, IntOp::Shr, None),
            Op::BinaryTruediv | Op::InplaceTruediv => return self.true_division(i),
            Op::AddImm | Op::SubImm => return self.add_immediate(i),
            Op::UnaryNeg => match self.number(i, Field::b) {
                Some(Operand::Float(x)) => {
                    let y = self.emit(Inst::FloatNeg(x));
                    self.define_and_kill(i, Repr::Float, y);
                }
                Some(Operand::Int(x)) => {
                    let zero = self.emit(Inst::Int(0));
                    let y = self.emit(Inst::IntOp(IntOp::Sub, zero, x));
                    let fits = self.emit(Inst::Fits(y));
                    self.guard(fits);
                    self.define_and_kill(i, Repr::Int, y);
                }
                _ => return self.operation(),
            },
            Op::UnaryInvert => match self.number(i, Field::b) {
                Some(Operand::Int(x)) => {
                    let ones = self.emit(Inst::Int(-1));
                    let y = self.emit(Inst::IntOp(IntOp::Xor, x, ones));
                    self.define_and_kill(i, Repr::Int, y);
                }
                _ => return self.operation(),
            },
            Op::UnaryNot | Op::ToBool => match self.truth(i, Field::b) {
                Some(truth) => {
                    let truth = if op == Op::UnaryNot { self.emit(Inst::Not(truth)) } else { truth };
                    self.define_and_kill(i, Repr::Bool, truth);
                }
                None => return self.operation(),
            },
            Op::CompareLt => return self.compare(i, Cmp::Lt),
            Op::CompareLe => return self.compare(i, Cmp::Le),
            Op::CompareEq => return self.compare(i, Cmp::Eq),
            Op::CompareNe => return self.compare(i, Cmp::Ne),
            Op::CompareGt => return self.compare(i, Cmp::Gt),
            Op::CompareGe => return self.compare(i, Cmp::Ge),
            Op::Is | Op::IsNot => {
                let (x, y) = (self.word(i.b()), self.word(i.c()));
                let same = self.emit(Inst::Same(x, y));
                let result = if op == Op::Is { same } else { self.emit(Inst::Not(same)) };
                self.define_and_kill(i, Repr::Bool, result);
            }
            Op::Jump => {
                self.go_to(i.i.bc());
                return Ok(true);
            }
            Op::JumpBack | Op::EnterLoop => {
                self.jump_back(i.i.bc());
                return Ok(true);
            }
            Op::JumpIfTrue | Op::JumpIfFalse => return self.jump_if(i),
            Op::JumpIfNone | Op::JumpIfNotNone => {
                let word = self.word(i.a());
                let none = self.emit(Inst::Word(NONE_WORD));
                let is_none = self.emit(Inst::Same(word, none));
                self.kill(i);
                let (then, otherwise) = if op == Op::JumpIfNone { (i.i.bc(), pc + 1) } else { (pc + 1, i.i.bc()) };
                self.branch(is_none, then, otherwise);
                return Ok(true);
            }
            Op::JumpIfLt | Op::JumpIfLtImm => return self.compare_jump(i, Cmp::Lt),
            Op::JumpIfLe | Op::JumpIfLeImm => return self.compare_jump(i, Cmp::Le),
            Op::JumpIfEq | Op::JumpIfEqImm => return self.compare_jump(i, Cmp::Eq),
            Op::JumpIfNe | Op::JumpIfNeImm => return self.compare_jump(i, Cmp::Ne),
            Op::JumpIfGt | Op::JumpIfGtImm => return self.compare_jump(i, Cmp::Gt),
            Op::JumpIfGe | Op::JumpIfGeImm => return self.compare_jump(i, Cmp::Ge),
            Op::JumpIfIs => {
                let (x, y) = (self.word(i.a()), self.word(i.b()));
                let same = self.emit(Inst::Same(x, y));
                self.kill(i);
                self.branch_on(i, same);
                return Ok(true);
            }
            Op::JumpIfIn => {
                let at = self.seen();
                let Some(found) = self.in_dict((i.a(), Field::a, at.a), (i.b(), at.b)) else { return self.condition() };
                self.kill(i);
                self.branch_on(i, found);
                return Ok(true);
            }
            Op::Contains | Op::NotContains => {
                let at = self.seen();
                let Some(found) = self.in_dict((i.b(), Field::b, at.b), (i.c(), at.c)) else { return self.operation() };
                let result = if op == Op::Contains { found } else { self.emit(Inst::Not(found)) };
                self.define_and_kill(i, Repr::Bool, result);
            }
            Op::LoadName if self.cx == 0 && self.subject.module.is_some() => return self.load_name(i),
            Op::StoreName if self.cx == 0 && self.subject.module.is_some() => return self.store_name(i),
            Op::ForRange => return self.for_range(i),
            Op::ForIter | Op::ForList if self.seen().b == Seen::Object(id::LIST_ITERATOR) => return self.for_list(i),
            Op::ForIter | Op::ForList | Op::ForPair => return self.for_other(i),
            Op::GetIter if self.seen().b == Seen::Object(id::LIST) => self.list_iterator(i),
            Op::GetItem => return self.get_item(i),
            Op::SetItem => return self.set_item(i),
            Op::LoadGlobalModule | Op::LoadGlobalBuiltin | Op::LoadGlobalNative => return self.load_global(i),
            Op::StoreGlobalModule => return self.store_global(i),
            Op::LoadAttrSlot | Op::LoadAttrMember if !self.seen().surprised => return self.load_slot(i),
            Op::LoadAttr | Op::LoadAttrSlot | Op::LoadAttrMember | Op::LoadAttrClass if !self.seen().again && (self.seen().surprised || op != Op::LoadAttrClass) => return self.look_attribute_up(i),
            Op::LoadAttrModule if !self.seen().surprised => return self.load_from_module(i),
            Op::LoadMethodModule if !self.seen().surprised => return self.load_module_function(i),
            Op::LoadAttrClass if !self.seen().surprised => return self.load_class_attribute(i),
            Op::LoadAttrType if !self.seen().surprised => return self.load_from_class(i),
            Op::StoreAttrSlot | Op::StoreAttrMember | Op::StoreAttrAdd if !self.seen().surprised => return self.store_slot(i),
            Op::StoreAttr | Op::StoreAttrSlot | Op::StoreAttrMember | Op::StoreAttrAdd if !self.seen().again => return self.store_attribute(i),
            Op::LoadMethodCached if !self.seen().surprised => return self.load_method(i),
            Op::LoadMethod | Op::LoadMethodCached if !self.seen().again => return self.look_method_up(i),
            Op::LoadMethodNative => return self.load_native_method(i),
            Op::ListAppend if self.seen().a == Seen::Object(id::LIST) => {
                self.append(i.a(), i.b(), i.x() & KILL_B != 0);
            }
            Op::LoadDeref => return self.load_deref(i),
            Op::StoreDeref if self.seen().a == Seen::Object(id::CELL) => {
                let (_, base) = self.object(i.a(), id::CELL);
                let offset = self.layout.cell_content as u32;
                let value = self.given(i.b(), i.x() & KILL_B != 0);
                let old = self.emit(Inst::Load { base, offset, width: Width::W64, repr: Repr::Word, region: Region::Heap });
                self.emit(Inst::Store { base, offset, width: Width::W64, value, region: Region::Heap });
                self.release(old);
            }
            Op::CopyFreeVars => return self.copy_free_vars(i),
            Op::Call | Op::CallPyExact | Op::CallBuiltin | Op::CallClass => return self.call(i),
            Op::CallKw | Op::CallEx => return self.call_python(),
            Op::GetStep | Op::GetSlice if self.slice_to_slice(i) => return Ok(true),
            Op::GetSlice if matches!(self.seen().b, Seen::Mixed | Seen::Object(id::LIST | id::STR | id::TUPLE | id::BYTES)) && !self.seen().surprised => self.slice(i),
            _ if is_operation(op) => return self.operation(),
            // The loop is not worth it when such instructions run each time.
            Op::Return if self.cx != 0 => {
                self.inlined_return(i);
                return Ok(true);
            }
            Op::Return if self.subject.whole => {
                self.returned(i);
                return Ok(true);
            }
            Op::Return | Op::RaiseExc | Op::RaiseFrom | Op::Raise | Op::Reraise => {
                let start = self.start.clone();
                let exit = self.exit(&start, Some(pc), false);
                self.end(End::Leave(exit));
                return Ok(true);
            }
            _ if !self.seen().reached => {
                let exit = self.undo();
                self.end(End::Leave(exit));
                return Ok(true);
            }
            _ => return self.refuse("not translated"),
        }
        Ok(false)
    }

    // ---- operands ----

    pub(super) fn constant(&mut self, bits: u64) -> Operand {
        let repr = if bits & !1 == FALSE_WORD { Some(Repr::Bool) } else { number_of(bits) };
        match repr {
            Some(Repr::Int) => Operand::Int(self.emit(Inst::Int(krait_vm::value::int_of_word(bits)))),
            Some(Repr::Float) => Operand::Float(self.emit(Inst::Float(krait_vm::value::float_of_word(bits)))),
            Some(_) => {
                let (one, two) = (self.emit(Inst::Int((bits & 1) as i64)), self.emit(Inst::Int(1)));
                Operand::Bool(self.emit(Inst::Compare(Cmp::Eq, one, two)))
            }
            None => Operand::Word(self.emit(Inst::Word(bits))),
        }
    }
    /// An operand; numbers in memory are taken apart when they were seen there.
    pub(super) fn operand(&mut self, i: At, field: Field) -> Operand {
        let (r, flag, seen) = {
            let at = self.seen();
            match field {
                Field::a => (i.a(), 0, at.a),
                Field::b => (i.b(), CONST_B, at.b),
                Field::c | Field::bc => (i.c(), CONST_C, at.c),
            }
        };
        let takes_constant = i.op().info().operands.contains(&(field, Role::Val));
        if takes_constant && i.x() & flag != 0 {
            let bits = self.context().code.consts[r - i.base].bits();
            return self.constant(bits);
        }
        match self.state.places[r] {
            Place::Machine { var, repr: Repr::Int, .. } => Operand::Int(var),
            Place::Machine { var, repr: Repr::Float, .. } => Operand::Float(var),
            Place::Machine { repr: Repr::Wide, .. } => Operand::Int(self.narrow(r)),
            Place::Machine { var, .. } => Operand::Bool(var),
            place => {
                let word = match place {
                    Place::Borrowed(word, _) => word,
                    Place::Alias(slot) => self.emit(Inst::Register(slot as u32)),
                    Place::Constant(bits) => self.emit(Inst::Word(bits)),
                    _ => self.emit(Inst::Register(r as u32)),
                };
                let Some(repr) = repr_of(seen) else { return Operand::Word(word) };
                let is = self.emit(Inst::Is(class_of(repr), word));
                self.guard(is);
                let var = self.emit(Inst::Unbox(repr, word));
                // No object: whoever reads it again finds it taken apart.
                self.state.places[r] = Place::Machine { var, repr, stale: !matches!(place, Place::Memory(_)) };
                match repr {
                    Repr::Int => Operand::Int(var),
                    Repr::Float => Operand::Float(var),
                    _ => Operand::Bool(var),
                }
            }
        }
    }
    /// An operand that is a number; truth values count as ints.
    pub(super) fn number(&mut self, i: At, field: Field) -> Option<Operand> {
        match self.operand(i, field) {
            Operand::Bool(b) => Some(Operand::Int(self.emit(Inst::IntOfBool(b)))),
            Operand::Word(..) => None,
            number => Some(number),
        }
    }
    pub(super) fn float(&mut self, operand: Operand) -> Var {
        match operand {
            Operand::Int(x) => self.emit(Inst::FloatOfInt(x)),
            Operand::Float(x) | Operand::Bool(x) | Operand::Word(x) => x,
        }
    }
    /// A register's word, borrowed.
    pub(super) fn word(&mut self, r: usize) -> Var {
        self.narrow_if_wide(r);
        match self.state.places[r] {
            Place::Machine { var, repr, .. } => self.emit(Inst::Box(repr, var)),
            Place::Borrowed(word, _) => word,
            Place::Alias(slot) => self.emit(Inst::Register(slot as u32)),
            Place::Constant(bits) => self.emit(Inst::Word(bits)),
            Place::Memory(_) => self.emit(Inst::Register(r as u32)),
            Place::Range { .. } => {
                self.put_back(r);
                self.emit(Inst::Register(r as u32))
            }
        }
    }
    /// The truth of an operand, where that takes no call.
    pub(super) fn truth(&mut self, i: At, field: Field) -> Option<Var> {
        Some(match self.operand(i, field) {
            Operand::Bool(b) => b,
            Operand::Int(x) => {
                let zero = self.emit(Inst::Int(0));
                self.emit(Inst::Compare(Cmp::Ne, x, zero))
            }
            Operand::Float(x) => {
                let zero = self.emit(Inst::Float(0.0));
                self.emit(Inst::FloatCompare(Cmp::Ne, x, zero))
            }
            Operand::Word(..) => return None,
        })
    }

    // ---- results ----

    /// Gives up what a register holds; afterwards its memory holds no object. `word` goes there.
    pub(super) fn overwrite(&mut self, r: usize, word: Var) {
        self.settle_aliases(r);
        let owned = self.state.places[r].owns();
        let old = if owned { Some(self.emit(Inst::Register(r as u32))) } else { None };
        self.emit(Inst::SetRegister(r as u32, word));
        self.state.places[r] = Place::Memory(Known::Plain);
        if let Some(old) = old {
            self.release(old);
        }
    }
    /// Gives up a reference. What is borrowed may have been owned by what goes.
    pub(super) fn release(&mut self, word: Var) {
        self.settle_borrowed();
        self.emit(Inst::Release(word, self.behind(), self.cx));
    }
    pub(super) fn behind(&self) -> u32 {
        (self.pc + width(self.instr(self.pc).op())) as u32
    }
    pub(super) fn set_plain(&mut self, r: usize, bits: u64) {
        let word = self.emit(Inst::Word(bits));
        self.overwrite(r, word);
    }
    /// A register gets a machine value.
    pub(super) fn define(&mut self, r: usize, repr: Repr, var: Var) {
        let mut stale = true;
        if self.state.places[r].owns() {
            let word = self.emit(Inst::Box(repr, var));
            self.overwrite(r, word);
            stale = false;
        }
        self.state.places[r] = Place::Machine { var, repr, stale };
    }
    /// A register gets a word that somebody else owns.
    pub(super) fn define_borrowed(&mut self, r: usize, word: Var, known: Known) {
        if self.state.places[r].owns() {
            self.emit(Inst::Retain(word));
            self.define_owned(r, word, known);
        } else {
            self.state.places[r] = Place::Borrowed(word, known);
        }
    }
    /// A register gets an object that the unit keeps.
    pub(super) fn define_constant(&mut self, r: usize, bits: u64) {
        if self.state.places[r].owns() {
            self.set_plain(r, UNBOUND_WORD);
        }
        self.state.places[r] = Place::Constant(bits);
    }
    pub(super) fn load_word(&mut self, r: usize, bits: u64) {
        match self.constant(bits) {
            Operand::Int(x) => self.define(r, Repr::Int, x),
            Operand::Float(x) => self.define(r, Repr::Float, x),
            Operand::Bool(x) => self.define(r, Repr::Bool, x),
            Operand::Word(_) if krait_vm::value::is_object_word(bits) => self.define_constant(r, bits),
            Operand::Word(word) => self.overwrite(r, word),
        }
    }
    /// A register gets a word somebody else owns; it is taken apart when such were seen.
    pub(super) fn define_seen(&mut self, r: usize, word: Var, seen: Seen) {
        let Some(repr) = repr_of(seen) else { return self.define_borrowed(r, word, Known::Unknown) };
        let is = self.emit(Inst::Is(class_of(repr), word));
        self.guard(is);
        let var = self.emit(Inst::Unbox(repr, word));
        self.define(r, repr, var);
    }
    /// Ends the lives of the operands that die here.
    pub(super) fn kill(&mut self, i: At) {
        for (flag, r) in [(KILL_B, i.b()), (KILL_C, i.c()), (KILL_A, i.a())] {
            if i.x() & flag != 0 && i.op().info().operands.iter().any(|&(field, _)| krait_bytecode::ops::kill_flag(field) == flag) {
                self.kill_register(r);
            }
        }
    }
    pub(super) fn kill_register(&mut self, r: usize) {
        if self.state.places[r].owns() {
            self.set_plain(r, UNBOUND_WORD);
        } else {
            self.state.places[r] = Place::Memory(Known::Plain);
        }
    }
    pub(super) fn define_and_kill(&mut self, i: At, repr: Repr, var: Var) {
        // The destination may be one of the operands.
        for (flag, r) in [(KILL_B, i.b()), (KILL_C, i.c())] {
            if i.x() & flag != 0 && r != i.a() && i.op().info().operands.iter().any(|&(field, _)| krait_bytecode::ops::kill_flag(field) == flag) {
                self.kill_register(r);
            }
        }
        self.define(i.a(), repr, var);
    }

    // ---- moves ----

    pub(super) fn do_move(&mut self, i: At) {
        let (a, b, killed) = (i.a(), i.b(), i.x() & KILL_B != 0);
        if let Place::Range { .. } = self.state.places[b] {
            // Now somebody else may know the iterator.
            self.put_back(b);
        }
        let place = self.state.places[b];
        if killed && !place.owns() {
            self.state.places[b] = Place::Memory(Known::Plain);
        }
        match place {
            Place::Machine { var, repr, .. } => self.define(a, repr, var),
            Place::Borrowed(word, known) => self.define_borrowed(a, word, known),
            Place::Constant(bits) => self.define_constant(a, bits),
            Place::Alias(slot) => self.define_alias(a, slot),
            Place::Memory(known) if killed => {
                let word = self.emit(Inst::Register(b as u32));
                let unbound = self.emit(Inst::Word(UNBOUND_WORD));
                self.emit(Inst::SetRegister(b as u32, unbound));
                self.state.places[b] = Place::Memory(Known::Plain);
                self.define_owned(a, word, known);
            }
            Place::Memory(Known::Plain) => {
                let word = self.emit(Inst::Register(b as u32));
                self.overwrite(a, word);
            }
            _ => self.define_alias(a, b),
        }
    }
    /// A register gets what a variable has, which lives as long as the variable is not assigned.
    pub(super) fn define_alias(&mut self, r: usize, slot: usize) {
        let cx = self.context();
        let is_variable = slot < cx.base || slot < cx.first_temp();
        if r >= cx.first_temp() && is_variable && !self.state.places[r].owns() {
            self.state.places[r] = Place::Alias(slot);
            return;
        }
        let word = self.emit(Inst::Register(slot as u32));
        self.emit(Inst::Retain(word));
        let known = if let Place::Memory(known) = self.state.places[slot] { known } else { Known::Unknown };
        self.define_owned(r, word, known);
    }
}

/// How a machine holds a constant number.
fn number_of(bits: u64) -> Option<Repr> {
    if krait_vm::value::is_int_word(bits) {
        Some(Repr::Int)
    } else if krait_vm::value::is_float_word(bits) {
        Some(Repr::Float)
    } else {
        None
    }
}
