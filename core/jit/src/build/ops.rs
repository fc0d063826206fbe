//! What each opcode becomes.

use super::flow::{self, width};
use super::state::{Known, Place};
use super::{At, Builder, Result, class_of};
use crate::ir::{Cmp, End, FloatOp, HelperId, Inst, IntOp, Region, Repr, Var, Width};
use krait_bytecode::ops::{CONST_B, CONST_C, Field, KILL_A, KILL_B, KILL_C, METHOD, NEGATE, Role};
use krait_bytecode::Op;
use krait_vm::jit::helpers::{is_operation, math_function, native_def_of, native_word_of, outcome};
use krait_vm::{Type, Value};
use krait_vm::heap::flags;
use krait_vm::jit::record::{Callee, Seen};
use krait_vm::types::id;
use krait_vm::value::{EMPTY_WORD, FALSE_WORD, NONE_WORD, UNBOUND_WORD};

/// An operand, as far as it could be taken apart.
#[derive(Clone, Copy)]
enum Operand {
    Int(Var),
    Float(Var),
    Bool(Var),
    Word(Var),
}

/// The largest shift to the left that stays in a machine integer.
const MOST_SHIFT: i64 = 13;

impl Builder<'_> {
    /// Translates an instruction; `true` when it ended the block.
    pub(super) fn instruction(&mut self, pc: usize) -> Result<bool> {
        let i = At { i: self.instr(pc), base: self.context().base };
        let op = i.op();
        let translated = self.thorough && !matches!(op, Op::Call | Op::CallPyExact | Op::CallBuiltin | Op::CallClass | Op::ForIter | Op::ForList | Op::ForPair | Op::ForRange);
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
            Op::JumpIfIn => return self.condition(),
            Op::ForRange => return self.for_range(i),
            Op::ForIter | Op::ForList | Op::ForPair => return self.for_other(i),
            Op::GetItem => return self.get_item(i),
            Op::SetItem => return self.set_item(i),
            Op::LoadGlobalModule | Op::LoadGlobalBuiltin | Op::LoadGlobalNative => return self.load_global(i),
            Op::StoreGlobalModule => return self.store_global(i),
            Op::LoadAttrSlot | Op::LoadAttrMember => return self.load_slot(i),
            Op::StoreAttrSlot | Op::StoreAttrMember => return self.store_slot(i),
            Op::LoadMethodCached => return self.load_method(i),
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
            _ if is_operation(op) => return self.operation(),
            // The loop is not worth it when such instructions run each time.
            Op::Return if self.cx != 0 => {
                self.inlined_return(i);
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

    fn constant(&mut self, bits: u64) -> Operand {
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
    fn operand(&mut self, i: At, field: Field) -> Operand {
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
                let repr = match seen {
                    Seen::Int => Repr::Int,
                    Seen::Float => Repr::Float,
                    Seen::Bool => Repr::Bool,
                    _ => return Operand::Word(word),
                };
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
    fn number(&mut self, i: At, field: Field) -> Option<Operand> {
        match self.operand(i, field) {
            Operand::Bool(b) => Some(Operand::Int(self.emit(Inst::IntOfBool(b)))),
            Operand::Word(..) => None,
            number => Some(number),
        }
    }
    fn float(&mut self, operand: Operand) -> Var {
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
    fn truth(&mut self, i: At, field: Field) -> Option<Var> {
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
    fn release(&mut self, word: Var) {
        self.settle_borrowed();
        self.emit(Inst::Release(word, self.behind(), self.cx));
    }
    fn behind(&self) -> u32 {
        (self.pc + width(self.instr(self.pc).op())) as u32
    }
    fn set_plain(&mut self, r: usize, bits: u64) {
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
    fn define_borrowed(&mut self, r: usize, word: Var, known: Known) {
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
    fn load_word(&mut self, r: usize, bits: u64) {
        match self.constant(bits) {
            Operand::Int(x) => self.define(r, Repr::Int, x),
            Operand::Float(x) => self.define(r, Repr::Float, x),
            Operand::Bool(x) => self.define(r, Repr::Bool, x),
            Operand::Word(_) if krait_vm::value::is_object_word(bits) => self.define_constant(r, bits),
            Operand::Word(word) => self.overwrite(r, word),
        }
    }
    /// A register gets a word somebody else owns; it is taken apart when such were seen.
    fn define_seen(&mut self, r: usize, word: Var, seen: Seen) {
        let repr = match seen {
            Seen::Int => Repr::Int,
            Seen::Float => Repr::Float,
            Seen::Bool => Repr::Bool,
            _ => return self.define_borrowed(r, word, Known::Unknown),
        };
        let is = self.emit(Inst::Is(class_of(repr), word));
        self.guard(is);
        let var = self.emit(Inst::Unbox(repr, word));
        self.define(r, repr, var);
    }
    /// Ends the lives of the operands that die here.
    fn kill(&mut self, i: At) {
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
    fn define_and_kill(&mut self, i: At, repr: Repr, var: Var) {
        // The destination may be one of the operands.
        for (flag, r) in [(KILL_B, i.b()), (KILL_C, i.c())] {
            if i.x() & flag != 0 && r != i.a() && i.op().info().operands.iter().any(|&(field, _)| krait_bytecode::ops::kill_flag(field) == flag) {
                self.kill_register(r);
            }
        }
        self.define(i.a(), repr, var);
    }

    // ---- moves ----

    fn do_move(&mut self, i: At) {
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
    fn define_alias(&mut self, r: usize, slot: usize) {
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

    // ---- arithmetic ----

    fn arithmetic(&mut self, i: At, op: IntOp, float: Option<FloatOp>) -> Result<bool> {
        if let Some((wide, y)) = self.wide_operand(i, op) {
            let Some(result) = self.wide_arithmetic(op, wide, y, self.is_cut_down(i)) else { return self.operation() };
            self.define_and_kill(i, result.0, result.1);
            return Ok(false);
        }
        let (x, y) = (self.number(i, Field::b), self.number(i, Field::c));
        let (Some(x), Some(y)) = (x, y) else { return self.operation() };
        if let (Operand::Int(x), Operand::Int(y)) = (x, y) {
            if matches!(op, IntOp::Mul | IntOp::Add | IntOp::Sub) && self.is_cut_down(i) {
                let x = self.emit(Inst::Widen(x));
                if let Some(result) = self.wide_arithmetic(op, x, y, true) {
                    self.define_and_kill(i, result.0, result.1);
                    return Ok(false);
                }
            }
            let result = self.int_arithmetic(op, x, y);
            self.define_and_kill(i, Repr::Int, result);
            return Ok(false);
        }
        let Some(float) = float else { return self.operation() };
        let (x, y) = (self.float(x), self.float(y));
        let result = self.emit(Inst::FloatOp(float, x, y));
        self.define_and_kill(i, Repr::Float, result);
        Ok(false)
    }
    /// A left operand that is a wide int, with the right one, an int.
    fn wide_operand(&mut self, i: At, op: IntOp) -> Option<(Var, Var)> {
        let Place::Machine { var, repr: Repr::Wide, .. } = self.state.places[i.b()] else { return None };
        if i.x() & CONST_B != 0 || op == IntOp::Shl {
            return None;
        }
        match self.number(i, Field::c) {
            Some(Operand::Int(y)) => Some((var, y)),
            _ => None,
        }
    }
    /// Whether the result goes to a temporary that the next instruction makes smaller: it need not be one word meanwhile.
    fn is_cut_down(&self, i: At) -> bool {
        let mut pc = self.pc + 1;
        for _ in 0..3 {
            let cx = self.context();
            let Some(&next) = cx.code.instrs.get(pc) else { return false };
            let dies = next.x() & KILL_B != 0 || next.a() == next.b();
            if i.a() < cx.first_temp() || cx.leaders.contains(&pc) || cx.base + next.b() != i.a() || next.x() & CONST_B != 0 || !dies {
                return false;
            }
            match next.op() {
                Op::BinaryAnd | Op::InplaceAnd | Op::BinaryMod | Op::InplaceMod | Op::BinaryRshift | Op::InplaceRshift => return true,
                Op::BinaryAdd | Op::BinarySub | Op::BinaryXor | Op::AddImm | Op::SubImm if cx.base + next.a() == i.a() => pc += 1,
                _ => return false,
            }
        }
        false
    }
    /// Arithmetic of a wide int and an int; the result is wide when that is `enough`.
    fn wide_arithmetic(&mut self, op: IntOp, x: Var, y: Var, enough: bool) -> Option<(Repr, Var)> {
        let x = self.emit(Inst::Narrow(x));
        let result = match op {
            IntOp::Mul => {
                let low = self.emit(Inst::IntOp(IntOp::Mul, x, y));
                let high = self.emit(Inst::IntOp(IntOp::MulHigh, x, y));
                let most = self.emit(Inst::Int(63));
                let sign = self.emit(Inst::IntOp(IntOp::Shr, low, most));
                let whole = self.emit(Inst::Compare(Cmp::Eq, high, sign));
                self.guard(whole);
                low
            }
            IntOp::Add | IntOp::Sub => {
                let result = self.emit(Inst::IntOp(op, x, y));
                // It wrapped when its sign is neither operand's (the second one's turned round when it is taken away).
                let one = self.emit(Inst::IntOp(IntOp::Xor, x, result));
                let other = if op == IntOp::Add { self.emit(Inst::IntOp(IntOp::Xor, y, result)) } else { self.emit(Inst::IntOp(IntOp::Xor, x, y)) };
                let both = self.emit(Inst::IntOp(IntOp::And, one, other));
                let zero = self.emit(Inst::Int(0));
                let holds = self.emit(Inst::Compare(Cmp::Ge, both, zero));
                self.guard(holds);
                result
            }
            IntOp::Div => {
                let fits = self.emit(Inst::Fits(x));
                self.guard(fits);
                return Some((Repr::Int, self.int_arithmetic(op, x, y)));
            }
            IntOp::And | IntOp::Or | IntOp::Xor => self.emit(Inst::IntOp(op, x, y)),
            IntOp::Rem | IntOp::Shr => self.int_arithmetic(op, x, y),
            IntOp::Shl | IntOp::MulHigh => return None,
        };
        if enough && !matches!(op, IntOp::Rem) {
            return Some((Repr::Wide, self.emit(Inst::Widen(result))));
        }
        let fits = self.emit(Inst::Fits(result));
        self.guard(fits);
        Some((Repr::Int, result))
    }
    /// Arithmetic of ints whose result is one word.
    fn int_arithmetic(&mut self, op: IntOp, x: Var, y: Var) -> Var {
        let zero = self.emit(Inst::Int(0));
        match op {
            IntOp::Mul => {
                let low = self.emit(Inst::IntOp(IntOp::Mul, x, y));
                let high = self.emit(Inst::IntOp(IntOp::MulHigh, x, y));
                let most = self.emit(Inst::Int(63));
                let sign = self.emit(Inst::IntOp(IntOp::Shr, low, most));
                let whole = self.emit(Inst::Compare(Cmp::Eq, high, sign));
                let fits = self.emit(Inst::Fits(low));
                let both = self.emit(Inst::And(whole, fits));
                self.guard(both);
                low
            }
            IntOp::Div | IntOp::Rem => {
                let divides = self.emit(Inst::Compare(Cmp::Ne, y, zero));
                self.guard(divides);
                let rem = self.emit(Inst::IntOp(IntOp::Rem, x, y));
                // Python rounds down: where the remainder has another sign than the divisor.
                let signs = self.emit(Inst::IntOp(IntOp::Xor, rem, y));
                let differs = self.emit(Inst::Compare(Cmp::Lt, signs, zero));
                let remains = self.emit(Inst::Compare(Cmp::Ne, rem, zero));
                let adjust = self.emit(Inst::And(differs, remains));
                if op == IntOp::Rem {
                    let moved = self.emit(Inst::IntOp(IntOp::Add, rem, y));
                    return self.emit(Inst::Select(adjust, moved, rem));
                }
                let quotient = self.emit(Inst::IntOp(IntOp::Div, x, y));
                let one = self.emit(Inst::IntOfBool(adjust));
                let result = self.emit(Inst::IntOp(IntOp::Sub, quotient, one));
                let fits = self.emit(Inst::Fits(result));
                self.guard(fits);
                result
            }
            IntOp::Shl => {
                let most = self.emit(Inst::Int(MOST_SHIFT + 1));
                let small = self.emit(Inst::Compare(Cmp::Below, y, most));
                self.guard(small);
                let result = self.emit(Inst::IntOp(IntOp::Shl, x, y));
                let fits = self.emit(Inst::Fits(result));
                self.guard(fits);
                result
            }
            IntOp::Shr => {
                let positive = self.emit(Inst::Compare(Cmp::Ge, y, zero));
                self.guard(positive);
                let most = self.emit(Inst::Int(63));
                let less = self.emit(Inst::Compare(Cmp::Lt, y, most));
                let shift = self.emit(Inst::Select(less, y, most));
                self.emit(Inst::IntOp(IntOp::Shr, x, shift))
            }
            IntOp::And | IntOp::Or | IntOp::Xor | IntOp::MulHigh => self.emit(Inst::IntOp(op, x, y)),
            IntOp::Add | IntOp::Sub => {
                let result = self.emit(Inst::IntOp(op, x, y));
                let fits = self.emit(Inst::Fits(result));
                self.guard(fits);
                result
            }
        }
    }
    fn true_division(&mut self, i: At) -> Result<bool> {
        let (x, y) = (self.number(i, Field::b), self.number(i, Field::c));
        let (Some(x), Some(y)) = (x, y) else { return self.operation() };
        // Ints of one word are exact as floats.
        let (x, y) = (self.float(x), self.float(y));
        let zero = self.emit(Inst::Float(0.0));
        let divides = self.emit(Inst::FloatCompare(Cmp::Ne, y, zero));
        self.guard(divides);
        let result = self.emit(Inst::FloatOp(FloatOp::Div, x, y));
        self.define_and_kill(i, Repr::Float, result);
        Ok(false)
    }
    fn add_immediate(&mut self, i: At) -> Result<bool> {
        let n = if i.op() == Op::AddImm { i.i.imm() } else { -i.i.imm() };
        if let Place::Machine { var, repr: Repr::Wide, .. } = self.state.places[i.b()] {
            let y = self.emit(Inst::Int(n));
            let enough = self.is_cut_down(i);
            if let Some((repr, var)) = self.wide_arithmetic(IntOp::Add, var, y, enough) {
                self.define_and_kill(i, repr, var);
                return Ok(false);
            }
        }
        match self.number(i, Field::b) {
            Some(Operand::Int(x)) => {
                let y = self.emit(Inst::Int(n));
                let result = self.int_arithmetic(IntOp::Add, x, y);
                self.define_and_kill(i, Repr::Int, result);
            }
            Some(Operand::Float(x)) => {
                let y = self.emit(Inst::Float(i.i.imm() as f64));
                let op = if i.op() == Op::AddImm { FloatOp::Add } else { FloatOp::Sub };
                let result = self.emit(Inst::FloatOp(op, x, y));
                self.define_and_kill(i, Repr::Float, result);
            }
            _ => return self.operation(),
        }
        Ok(false)
    }

    // ---- comparisons and jumps ----

    /// A comparison of two numbers.
    fn comparison(&mut self, cmp: Cmp, x: Operand, y: Operand) -> Var {
        match (x, y) {
            (Operand::Int(x), Operand::Int(y)) => self.emit(Inst::Compare(cmp, x, y)),
            _ => {
                let (x, y) = (self.float(x), self.float(y));
                self.emit(Inst::FloatCompare(cmp, x, y))
            }
        }
    }
    fn compare(&mut self, i: At, cmp: Cmp) -> Result<bool> {
        let (x, y) = (self.number(i, Field::b), self.number(i, Field::c));
        let (Some(x), Some(y)) = (x, y) else { return self.operation() };
        let result = self.comparison(cmp, x, y);
        self.define_and_kill(i, Repr::Bool, result);
        Ok(false)
    }
    fn compare_jump(&mut self, i: At, cmp: Cmp) -> Result<bool> {
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
    fn branch_on(&mut self, i: At, condition: Var) {
        let target = self.instr(self.pc + 1).bc();
        let (then, otherwise) = if i.x() & NEGATE != 0 { (self.pc + 2, target) } else { (target, self.pc + 2) };
        self.branch(condition, then, otherwise);
    }
    fn jump_if(&mut self, i: At) -> Result<bool> {
        let Some(truth) = self.truth(i, Field::a) else { return self.condition() };
        self.kill(i);
        let (then, otherwise) = if i.op() == Op::JumpIfTrue { (i.i.bc(), self.pc + 1) } else { (self.pc + 1, i.i.bc()) };
        self.branch(truth, then, otherwise);
        Ok(true)
    }
    /// A jump whose condition a helper finds out.
    fn condition(&mut self) -> Result<bool> {
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
    fn count_helper(&mut self) {
        self.helpers += if self.cx == 0 { 1 } else { 3 };
    }
    /// Calls a helper that answers with true or false.
    fn ask(&mut self, helper: HelperId) -> Var {
        self.flush();
        self.count_helper();
        let answer = self.emit(Inst::Call(helper, self.pc as u32, self.cx));
        let state = self.state.clone();
        let exit = self.exit(&state, None, false);
        self.emit(Inst::Outcome(answer, exit));
        let yes = self.emit(Inst::Int(i64::from(outcome::TRUE)));
        self.emit(Inst::Compare(Cmp::Eq, answer, yes))
    }
    fn jump_back(&mut self, head: usize) {
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

    fn for_range(&mut self, i: At) -> Result<bool> {
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
    /// A step of any iterator but a generator's.
    fn for_other(&mut self, i: At) -> Result<bool> {
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
        let goes_on = self.ask(HelperId::Advance);
        let target = self.instr(self.pc + 1).bc();
        let (body, done) = (self.new_block(), self.new_block());
        self.end(End::Branch(goes_on, (body, Vec::new()), (done, Vec::new())));
        let state = self.state.clone();
        self.begin(done);
        self.state.places[b] = Place::Memory(Known::Plain);
        self.go_to(target);
        self.state = state;
        self.begin(body);
        self.state.places[a] = Place::Memory(Known::Unknown);
        self.refine(a, at.result);
        self.go_to(self.behind() as usize);
        Ok(true)
    }
    /// A step of an iterator whose items are unpacked into two registers at once.
    fn for_pair(&mut self, i: At, unpack: At) -> Result<bool> {
        let (b, to) = (i.b(), unpack.a());
        let goes_on = self.ask(HelperId::AdvancePair);
        let target = self.instr(self.pc + 1).bc();
        let (body, done) = (self.new_block(), self.new_block());
        self.end(End::Branch(goes_on, (body, Vec::new()), (done, Vec::new())));
        let state = self.state.clone();
        self.begin(done);
        self.state.places[b] = Place::Memory(Known::Plain);
        self.go_to(target);
        self.state = state;
        self.begin(body);
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
    fn refine(&mut self, r: usize, seen: Seen) {
        let repr = match seen {
            Seen::Int => Repr::Int,
            Seen::Float => Repr::Float,
            Seen::Bool => Repr::Bool,
            _ => return,
        };
        let word = self.emit(Inst::Register(r as u32));
        let is = self.emit(Inst::Is(class_of(repr), word));
        let state = self.state.clone();
        let exit = self.exit(&state, Some(self.behind() as usize), true);
        self.emit(Inst::Guard(is, exit));
        let var = self.emit(Inst::Unbox(repr, word));
        self.state.places[r] = Place::Machine { var, repr, stale: false };
    }

    // ---- items and attributes ----

    /// An object operand of a type that was seen: its word and address.
    pub(super) fn object(&mut self, r: usize, type_id: u32) -> (Var, Var) {
        let slot = if let Place::Alias(slot) = self.state.places[r] { slot } else { r };
        let word = self.word(slot);
        if let Place::Borrowed(_, Known::Object(known)) | Place::Memory(Known::Object(known)) = self.state.places[slot]
            && known == type_id
        {
            let base = self.emit(Inst::AddressOf(word));
            return (word, base);
        }
        let exit = self.undo();
        let base = self.guard_type(word, type_id, exit);
        if let Place::Borrowed(_, known) | Place::Memory(known) = &mut self.state.places[slot] {
            *known = Known::Object(type_id);
        }
        (word, base)
    }
    /// The address of an item, as base and index, after bounds were checked.
    fn item(&mut self, base: Var, type_id: u32, index: Var) -> (Var, Var) {
        // Storing an item changes neither.
        let (len, items) = if type_id == id::LIST {
            let items = self.emit(Inst::Load { base, offset: self.layout.list_items as u32, width: Width::Pointer, repr: Repr::Address, region: Region::Types });
            let len = self.emit(Inst::Load { base, offset: self.layout.list_len as u32, width: Width::Pointer, repr: Repr::Int, region: Region::Types });
            (len, items)
        } else {
            let len = self.emit(Inst::Load { base, offset: self.layout.tuple_len as u32, width: Width::W64, repr: Repr::Int, region: Region::Types });
            let by = self.emit(Inst::Int(self.layout.tuple_items as i64));
            (len, self.emit(Inst::Offset(base, by)))
        };
        let zero = self.emit(Inst::Int(0));
        if type_id == id::TUPLE {
            // One that keeps its items elsewhere has a length below zero.
            let inside = self.emit(Inst::Compare(Cmp::Ge, len, zero));
            self.guard(inside);
        }
        let index = match self.constants.get(&index) {
            Some(0..) => index,
            _ => {
                let negative = self.emit(Inst::Compare(Cmp::Lt, index, zero));
                let moved = self.emit(Inst::IntOp(IntOp::Add, index, len));
                self.emit(Inst::Select(negative, moved, index))
            }
        };
        let within = self.emit(Inst::Compare(Cmp::Below, index, len));
        self.guard(within);
        (items, index)
    }
    /// The address of a byte of a bytearray.
    fn byte(&mut self, i: At) -> Option<Var> {
        let Operand::Int(index) = self.operand(i, Field::c) else { return None };
        let (_, base) = self.object(i.b(), id::BYTEARRAY);
        let items = self.emit(Inst::Load { base, offset: self.layout.bytes_items as u32, width: Width::Pointer, repr: Repr::Address, region: Region::Types });
        let len = self.emit(Inst::Load { base, offset: self.layout.bytes_len as u32, width: Width::Pointer, repr: Repr::Int, region: Region::Types });
        let within = self.emit(Inst::Compare(Cmp::Below, index, len));
        self.guard(within);
        Some(self.emit(Inst::Offset(items, index)))
    }
    fn get_item(&mut self, i: At) -> Result<bool> {
        let at = self.seen();
        if at.b == Seen::Object(id::BYTEARRAY)
            && let Some(base) = self.byte(i)
        {
            let byte = self.emit(Inst::Load { base, offset: 0, width: Width::W8, repr: Repr::Int, region: Region::Heap });
            self.define_and_kill(i, Repr::Int, byte);
            return Ok(false);
        }
        let Seen::Object(type_id @ (id::LIST | id::TUPLE)) = at.b else { return self.operation() };
        let Operand::Int(index) = self.operand(i, Field::c) else { return self.operation() };
        let (_, base) = self.object(i.b(), type_id);
        let (items, index) = self.item(base, type_id, index);
        let word = self.emit(Inst::Item { base: items, index });
        let owned = i.x() & KILL_B != 0 && matches!(self.state.places[i.b()], Place::Memory(_));
        if i.x() & KILL_C != 0 && i.x() & CONST_C == 0 && i.c() != i.a() {
            self.kill_register(i.c());
        }
        match at.result {
            Seen::Int | Seen::Float | Seen::Bool => {
                let repr = match at.result {
                    Seen::Int => Repr::Int,
                    Seen::Float => Repr::Float,
                    _ => Repr::Bool,
                };
                let is = self.emit(Inst::Is(class_of(repr), word));
                self.guard(is);
                let var = self.emit(Inst::Unbox(repr, word));
                if i.x() & KILL_B != 0 && i.a() != i.b() {
                    self.kill_register(i.b());
                }
                self.define(i.a(), repr, var);
            }
            _ if owned || i.a() == i.b() => {
                // The list may go, and with it what owns the item.
                self.emit(Inst::Retain(word));
                if i.a() != i.b() {
                    self.kill_register(i.b());
                }
                self.overwrite(i.a(), word);
                self.state.places[i.a()] = Place::Memory(Known::Unknown);
            }
            _ => {
                if i.x() & KILL_B != 0 {
                    self.kill_register(i.b());
                }
                self.define_borrowed(i.a(), word, Known::Unknown);
            }
        }
        Ok(false)
    }
    fn set_item(&mut self, i: At) -> Result<bool> {
        let at = self.seen();
        if at.b == Seen::Object(id::BYTEARRAY)
            && let Some(base) = self.byte(i)
            && let Operand::Int(value) = self.operand(i, Field::a)
        {
            let most = self.emit(Inst::Int(256));
            let fits = self.emit(Inst::Compare(Cmp::Below, value, most));
            self.guard(fits);
            self.emit(Inst::Store { base, offset: 0, width: Width::W8, value, region: Region::Heap });
            self.kill(i);
            return Ok(false);
        }
        let Seen::Object(id::LIST) = at.b else { return self.operation() };
        let Operand::Int(index) = self.operand(i, Field::c) else { return self.operation() };
        let (_, base) = self.object(i.b(), id::LIST);
        let (items, index) = self.item(base, id::LIST, index);
        let value = self.given_away(i);
        let old = self.emit(Inst::Item { base: items, index });
        self.emit(Inst::SetItem { base: items, index, value });
        if i.x() & KILL_C != 0 && i.x() & CONST_C == 0 {
            self.kill_register(i.c());
        }
        self.drop_old(i, old);
        Ok(false)
    }
    /// The word of operand `a`, and a reference with it.
    fn given_away(&mut self, i: At) -> Var {
        self.given(i.a(), i.x() & KILL_A != 0)
    }
    fn given(&mut self, r: usize, killed: bool) -> Var {
        let word = self.word(r);
        match self.state.places[r] {
            Place::Machine { .. } | Place::Memory(Known::Plain) => {}
            Place::Memory(_) if killed => {
                let unbound = self.emit(Inst::Word(UNBOUND_WORD));
                self.emit(Inst::SetRegister(r as u32, unbound));
            }
            _ => {
                self.emit(Inst::Retain(word));
            }
        }
        if killed {
            self.state.places[r] = Place::Memory(Known::Plain);
        }
        word
    }
    /// Drops what a store replaced, and the object operand when it dies.
    fn drop_old(&mut self, i: At, old: Var) {
        let b = i.b();
        let killed = i.x() & KILL_B != 0;
        if killed && matches!(self.state.places[b], Place::Borrowed(..)) {
            self.state.places[b] = Place::Memory(Known::Plain);
        }
        self.release(old);
        if killed {
            self.kill_register(b);
        }
    }

    fn load_global(&mut self, i: At) -> Result<bool> {
        let site = &self.context().code.sites[i.i.bc()];
        let function = self.context().function;
        let (globals, builtins) = (&function.globals, &function.builtins);
        let address = |dict: &krait_vm::Ref<krait_vm::builtins::dict::Dict>| dict.as_value().bits();
        let version = |b: &mut Self, dict: u64, wanted: u32| {
            let found = b.emit(Inst::Absolute { address: dict + b.layout.dict_version as u64, width: Width::W32, repr: Repr::Int, region: Region::Types });
            let wanted = b.emit(Inst::Int(i64::from(wanted)));
            let same = b.emit(Inst::Compare(Cmp::Eq, found, wanted));
            b.guard(same);
        };
        let (dict, guard) = if i.op() == Op::LoadGlobalModule { (address(globals), site.guard) } else { (address(builtins), site.part) };
        if guard == 0 {
            return self.operation();
        }
        if i.op() != Op::LoadGlobalModule {
            version(self, address(globals), site.guard);
        }
        version(self, dict, guard);
        let entries = self.emit(Inst::Absolute { address: dict + self.layout.dict_entries as u64, width: Width::Pointer, repr: Repr::Address, region: Region::Heap });
        let offset = site.offset as usize * self.layout.entry_size + self.layout.entry_value;
        let word = self.emit(Inst::Load { base: entries, offset: offset as u32, width: Width::W64, repr: Repr::Word, region: Region::Heap });
        let method = i.x() & METHOD != 0;
        if i.op() == Op::LoadGlobalNative {
            let Some((found, native)) = site.value.as_ref().and_then(|v| Some((v.bits(), native_word_of(v)?))) else { return self.refuse("no builtin") };
            let expected = self.emit(Inst::Word(found));
            let same = self.emit(Inst::Same(word, expected));
            self.guard(same);
            self.define_constant(i.a(), native);
        } else {
            let seen = if method { Seen::Mixed } else { self.seen().result };
            self.define_seen(i.a(), word, seen);
        }
        if method {
            self.set_plain(i.a() + 1, EMPTY_WORD);
        }
        Ok(false)
    }
    fn store_global(&mut self, i: At) -> Result<bool> {
        let site = &self.context().code.sites[i.i.bc()];
        let dict = self.context().function.globals.as_value().bits();
        if site.guard == 0 {
            return self.operation();
        }
        let found = self.emit(Inst::Absolute { address: dict + self.layout.dict_version as u64, width: Width::W32, repr: Repr::Int, region: Region::Types });
        let wanted = self.emit(Inst::Int(i64::from(site.guard)));
        let same = self.emit(Inst::Compare(Cmp::Eq, found, wanted));
        self.guard(same);
        let base = self.emit(Inst::Absolute { address: dict + self.layout.dict_entries as u64, width: Width::Pointer, repr: Repr::Address, region: Region::Heap });
        let offset = (site.offset as usize * self.layout.entry_size + self.layout.entry_value) as u32;
        let value = self.given_away(i);
        let old = self.emit(Inst::Load { base, offset, width: Width::W64, repr: Repr::Word, region: Region::Heap });
        self.emit(Inst::Store { base, offset, width: Width::W64, value, region: Region::Heap });
        self.release(old);
        Ok(false)
    }
    /// The address of an instance of a class and shape.
    fn instance(&mut self, i: At) -> Var {
        let site = &self.context().code.sites[i.i.c()];
        let (type_id, part, shape) = (site.type_id, site.part, site.guard);
        let (_, base) = self.object(i.b(), type_id);
        let found = self.emit(Inst::Load { base, offset: part + self.layout.shape as u32, width: Width::Pointer, repr: Repr::Address, region: Region::Types });
        let found = self.emit(Inst::Load { base: found, offset: self.layout.shape_id as u32, width: Width::W32, repr: Repr::Int, region: Region::Types });
        let wanted = self.emit(Inst::Int(i64::from(shape)));
        let same = self.emit(Inst::Compare(Cmp::Eq, found, wanted));
        self.guard(same);
        base
    }
    /// The address of an instance of a class that has not changed.
    fn instance_of_class(&mut self, i: At) -> Var {
        let site = &self.context().code.sites[i.i.c()];
        let (type_id, version) = (site.type_id, site.guard);
        let (_, base) = self.object(i.b(), type_id);
        let (table, offset) = krait_vm::jit::layout::type_version(self.subject.vm, type_id);
        let types = self.emit(Inst::Absolute { address: table, width: Width::Pointer, repr: Repr::Address, region: Region::Types });
        let found = self.emit(Inst::Load { base: types, offset, width: Width::W32, repr: Repr::Int, region: Region::Types });
        let wanted = self.emit(Inst::Int(i64::from(version)));
        let same = self.emit(Inst::Compare(Cmp::Eq, found, wanted));
        self.guard(same);
        base
    }
    fn load_slot(&mut self, i: At) -> Result<bool> {
        let at = self.seen();
        let base = if i.op() == Op::LoadAttrMember { self.instance_of_class(i) } else { self.instance(i) };
        let offset = self.context().code.sites[i.i.c()].offset;
        let word = self.emit(Inst::Load { base, offset, width: Width::W64, repr: Repr::Word, region: Region::Heap });
        let owned = i.x() & KILL_B != 0 && matches!(self.state.places[i.b()], Place::Memory(_));
        match at.result {
            Seen::Int | Seen::Float | Seen::Bool => {
                let repr = match at.result {
                    Seen::Int => Repr::Int,
                    Seen::Float => Repr::Float,
                    _ => Repr::Bool,
                };
                let is = self.emit(Inst::Is(class_of(repr), word));
                self.guard(is);
                let var = self.emit(Inst::Unbox(repr, word));
                if i.x() & KILL_B != 0 && i.a() != i.b() {
                    self.kill_register(i.b());
                }
                self.define(i.a(), repr, var);
            }
            _ => {
                let empty = self.emit(Inst::Word(EMPTY_WORD));
                let missing = self.emit(Inst::Same(word, empty));
                let there = self.emit(Inst::Not(missing));
                self.guard(there);
                if owned || i.a() == i.b() {
                    self.emit(Inst::Retain(word));
                    if i.a() != i.b() {
                        self.kill_register(i.b());
                    }
                    self.overwrite(i.a(), word);
                    self.state.places[i.a()] = Place::Memory(Known::Unknown);
                } else {
                    if i.x() & KILL_B != 0 {
                        self.kill_register(i.b());
                    }
                    self.define_borrowed(i.a(), word, Known::Unknown);
                }
            }
        }
        Ok(false)
    }
    fn store_slot(&mut self, i: At) -> Result<bool> {
        let base = if i.op() == Op::StoreAttrMember { self.instance_of_class(i) } else { self.instance(i) };
        let offset = self.context().code.sites[i.i.c()].offset;
        let value = self.given_away(i);
        let old = self.emit(Inst::Load { base, offset, width: Width::W64, repr: Repr::Word, region: Region::Heap });
        self.emit(Inst::Store { base, offset, width: Width::W64, value, region: Region::Heap });
        self.drop_old(i, old);
        Ok(false)
    }

    // ---- calls ----

    /// An instruction that a helper executes.
    fn operation(&mut self) -> Result<bool> {
        self.helper(HelperId::Operation);
        Ok(false)
    }
    fn call(&mut self, i: At) -> Result<bool> {
        match self.seen().b {
            Seen::Object(id::FUNCTION) => self.inline(i),
            Seen::Object(id::TYPE) if self.calls_builtin_type() => {
                self.helper(HelperId::Call);
                Ok(false)
            }
            // A frame of its own runs as well in the interpreter.
            Seen::Object(id::METHOD | id::TYPE) | Seen::Mixed => self.refuse("calls what pushes a frame"),
            _ => self.call_builtin(i),
        }
    }
    /// The call of a builtin function: some need no call.
    fn call_builtin(&mut self, i: At) -> Result<bool> {
        let serial = self.context().code.serial;
        let (window, count) = (i.b(), i.i.c());
        let native = match self.state.places[window] {
            Place::Constant(word) => native_def_of(word),
            _ => None,
        };
        let (name, function) = match (native, self.subject.callees.get(&(serial, self.pc))) {
            (Some(def), _) => (def.name, None),
            (None, Some(Callee::One(function, false))) => match math_function(self.subject.vm, function) {
                Some(name) => (name, Some(function.clone())),
                None => return self.call_helper(),
            },
            _ => return self.call_helper(),
        };
        let own = !matches!(self.state.places[window + 1], Place::Memory(Known::Plain));
        let result = match (name, own, count) {
            ("sqrt", false, 1) if function.is_some() => {
                let Some(x) = self.window_number(window + 2) else { return self.call_helper() };
                let (word, wanted) = (self.word(window), function.as_ref().map_or(0, Value::bits));
                let wanted = self.emit(Inst::Word(wanted));
                let same = self.emit(Inst::Same(word, wanted));
                self.guard(same);
                let x = self.float(x);
                let zero = self.emit(Inst::Float(0.0));
                let positive = self.emit(Inst::FloatCompare(Cmp::Ge, x, zero));
                self.guard(positive);
                (Repr::Float, self.emit(Inst::FloatSqrt(x)))
            }
            ("len", false, 1) if native.is_some() => {
                let (Place::Memory(Known::Object(id::LIST)) | Place::Borrowed(_, Known::Object(id::LIST))) = self.resolved(window + 2) else { return self.call_helper() };
                let (_, base) = self.object(window + 2, id::LIST);
                (Repr::Int, self.emit(Inst::Load { base, offset: self.layout.list_len as u32, width: Width::Pointer, repr: Repr::Int, region: Region::Types }))
            }
            ("append", true, 1) if native.is_some() => {
                let (Place::Memory(Known::Object(id::LIST)) | Place::Borrowed(_, Known::Object(id::LIST))) = self.resolved(window + 1) else { return self.call_helper() };
                self.append(window + 1, window + 2, true);
                for r in [window, window + 1] {
                    self.kill_register(r);
                }
                self.set_plain(i.a(), NONE_WORD);
                return Ok(false);
            }
            ("abs", false, 1) if native.is_some() => match self.window_number(window + 2) {
                Some(Operand::Float(x)) => (Repr::Float, self.emit(Inst::FloatAbs(x))),
                Some(Operand::Int(x)) => {
                    let zero = self.emit(Inst::Int(0));
                    let negative = self.emit(Inst::Compare(Cmp::Lt, x, zero));
                    let other = self.emit(Inst::IntOp(IntOp::Sub, zero, x));
                    let result = self.emit(Inst::Select(negative, other, x));
                    let fits = self.emit(Inst::Fits(result));
                    self.guard(fits);
                    (Repr::Int, result)
                }
                _ => return self.call_helper(),
            },
            ("min" | "max", false, 2) if native.is_some() => match (self.window_number(window + 2), self.window_number(window + 3)) {
                (Some(Operand::Int(x)), Some(Operand::Int(y))) => {
                    let second = self.emit(Inst::Compare(if name == "min" { Cmp::Lt } else { Cmp::Gt }, y, x));
                    (Repr::Int, self.emit(Inst::Select(second, y, x)))
                }
                _ => return self.call_helper(),
            },
            _ => return self.call_helper(),
        };
        for r in window..window + 2 + count {
            self.kill_register(r);
        }
        self.define(i.a(), result.0, result.1);
        Ok(false)
    }
    fn call_helper(&mut self) -> Result<bool> {
        self.helper(HelperId::Call);
        Ok(false)
    }
    /// The place behind an alias.
    fn resolved(&self, r: usize) -> Place {
        match self.state.places[r] {
            Place::Alias(slot) => self.state.places[slot],
            place => place,
        }
    }
    /// An argument that is a number already.
    fn window_number(&mut self, r: usize) -> Option<Operand> {
        match self.state.places[r] {
            Place::Machine { var, repr: Repr::Int, .. } => Some(Operand::Int(var)),
            Place::Machine { var, repr: Repr::Float, .. } => Some(Operand::Float(var)),
            _ => None,
        }
    }
    /// Appends a register's value to a list.
    fn append(&mut self, list: usize, item: usize, dies: bool) {
        let (_, base) = self.object(list, id::LIST);
        let there = self.emit(Inst::MakeRoom(base));
        self.guard(there);
        let word = self.given(item, dies);
        let len = self.emit(Inst::Load { base, offset: self.layout.list_len as u32, width: Width::Pointer, repr: Repr::Int, region: Region::Types });
        let items = self.emit(Inst::Load { base, offset: self.layout.list_items as u32, width: Width::Pointer, repr: Repr::Address, region: Region::Types });
        self.emit(Inst::SetItem { base: items, index: len, value: word });
        let one = self.emit(Inst::Int(1));
        let value = self.emit(Inst::IntOp(IntOp::Add, len, one));
        self.emit(Inst::Store { base, offset: self.layout.list_len as u32, width: Width::Pointer, value, region: Region::Types });
    }
    /// A builtin method of a type that cannot change.
    fn load_native_method(&mut self, i: At) -> Result<bool> {
        let site = &self.context().code.sites[i.i.c()];
        let (type_id, word) = (site.type_id, u64::from(site.offset) << 32 | u64::from(site.part));
        if self.seen().b != Seen::Object(type_id) {
            return self.operation();
        }
        self.object(i.b(), type_id);
        self.fill_window(i, word);
        Ok(false)
    }
    /// Whether the call was always of one type that is not made in Python.
    fn calls_builtin_type(&self) -> bool {
        let heap = &self.subject.vm.heap;
        match self.subject.callees.get(&(self.context().code.serial, self.pc)) {
            Some(Callee::One(ty, _)) => ty.downcast_exact::<Type>().is_some_and(|ty| heap.info(ty.id(heap)).flags & flags::HEAP_TYPE == 0),
            _ => false,
        }
    }
    /// Lets a helper execute the instruction.
    fn helper(&mut self, helper: HelperId) {
        let (pc, base) = (self.pc, self.context().base);
        self.count_helper();
        let (read, written) = flow::registers(&self.context().code.instrs, pc);
        let slots = |spans: &[(usize, usize)]| spans.iter().flat_map(|&(first, count)| base + first..base + first + count).collect::<Vec<_>>();
        let (read, written) = (slots(&read), slots(&written));
        // Iterators are given back: what runs may look at them.
        for &r in &read {
            if let Place::Range { .. } = self.state.places[r] {
                self.put_back(r);
            }
        }
        self.flush();
        let done = self.emit(Inst::Call(helper, pc as u32, self.cx));
        let i = At { i: self.instr(pc), base };
        for &(field, role) in i.op().info().operands {
            let r = match field {
                Field::a => i.a(),
                Field::b => i.b(),
                Field::c | Field::bc => i.c(),
            };
            if krait_bytecode::ops::kill_flag(field) & i.x() != 0 && matches!(role, Role::Src | Role::Val) {
                self.state.places[r] = Place::Memory(Known::Plain);
            }
        }
        if i.op().info().operands.iter().any(|&(_, role)| role == Role::Window) {
            for &r in &read {
                if self.is_dead(r, self.behind() as usize) {
                    self.state.places[r] = Place::Memory(Known::Plain);
                }
            }
        }
        for &r in &written {
            self.state.places[r] = Place::Memory(Known::Unknown);
        }
        let state = self.state.clone();
        let exit = self.exit(&state, None, false);
        self.emit(Inst::Outcome(done, exit));
        if let [r] = written[..] {
            self.refine(r, self.seen().result);
        }
    }
    /// The method of an instance's class, for a call.
    fn load_method(&mut self, i: At) -> Result<bool> {
        let site = &self.context().code.sites[i.i.c()];
        let Some(method) = &site.value else { return self.operation() };
        let method = method.clone();
        let _ = self.instance(i);
        if !self.keep.iter().any(|kept| kept.is(&method)) {
            self.keep.push(method.clone());
        }
        self.fill_window(i, method.bits());
        Ok(false)
    }
    /// A window gets a function and its receiver.
    fn fill_window(&mut self, i: At, function: u64) {
        let (a, b) = (i.a(), i.b());
        let moved = i.x() & KILL_B != 0 || a == b;
        let place = self.state.places[b];
        if moved && !place.owns() {
            self.state.places[b] = Place::Memory(Known::Plain);
        }
        match place {
            Place::Memory(known) if moved => {
                let word = self.emit(Inst::Register(b as u32));
                let unbound = self.emit(Inst::Word(UNBOUND_WORD));
                self.emit(Inst::SetRegister(b as u32, unbound));
                self.state.places[b] = Place::Memory(Known::Plain);
                self.define_owned(a + 1, word, known);
            }
            Place::Borrowed(word, known) => self.define_borrowed(a + 1, word, known),
            Place::Alias(slot) => self.define_alias(a + 1, slot),
            Place::Constant(bits) => self.define_constant(a + 1, bits),
            _ => self.define_alias(a + 1, b),
        }
        self.define_constant(a, function);
    }
    /// The content of a cell.
    fn load_deref(&mut self, i: At) -> Result<bool> {
        let at = self.seen();
        if at.b != Seen::Object(id::CELL) || i.x() & KILL_B != 0 {
            return self.operation();
        }
        let (_, base) = self.object(i.b(), id::CELL);
        let word = self.emit(Inst::Load { base, offset: self.layout.cell_content as u32, width: Width::W64, repr: Repr::Word, region: Region::Heap });
        let empty = self.emit(Inst::Word(EMPTY_WORD));
        let missing = self.emit(Inst::Same(word, empty));
        let there = self.emit(Inst::Not(missing));
        self.guard(there);
        self.define_seen(i.a(), word, at.result);
        Ok(false)
    }
    /// The cells of a function that is known.
    fn copy_free_vars(&mut self, i: At) -> Result<bool> {
        let subject = self.subject;
        if let Some(window) = self.context().window {
            // It lives as long as its function, which lies in the window.
            let word = self.emit(Inst::Register(window as u32));
            let base = self.emit(Inst::AddressOf(word));
            let tuple = self.emit(Inst::Load { base, offset: self.layout.function_closure as u32, width: Width::W64, repr: Repr::Word, region: Region::Heap });
            let base = self.emit(Inst::AddressOf(tuple));
            // One that keeps its items elsewhere has a length below zero.
            let len = self.emit(Inst::Load { base, offset: self.layout.tuple_len as u32, width: Width::W64, repr: Repr::Int, region: Region::Types });
            let zero = self.emit(Inst::Int(0));
            let inside = self.emit(Inst::Compare(Cmp::Ge, len, zero));
            self.guard(inside);
            for n in 0..i.i.b() {
                let cell = self.emit(Inst::Load { base, offset: (self.layout.tuple_items + n * 8) as u32, width: Width::W64, repr: Repr::Word, region: Region::Heap });
                self.define_borrowed(i.a() + n, cell, Known::Object(id::CELL));
            }
            return Ok(false);
        }
        let closure = match &self.context().function.closure {
            Some(closure) if self.cx != 0 => closure.items(subject.vm),
            _ => return self.operation(),
        };
        for (n, cell) in closure.iter().enumerate().take(i.i.b()) {
            self.define_constant(i.a() + n, cell.bits());
        }
        Ok(false)
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
