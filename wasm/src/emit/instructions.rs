//! The instructions of the IR, one by one.

use super::lower::{
    ADDRESS, COUNT, FRAME, HELPER, HOW, Held, INT_WORD, LOOKUP, Lowering, MAKE_ROOM, MIDDLE, MOVE_ITEMS, NESTED, OTHER, RANGE_ITERATOR,
    REGISTERS, RELEASE, VM, WORD, at, ty,
};
use krait_jit::ir::{Class, Cmp, FloatOp, Inst, IntOp, Repr, Var, Width};
use krait_vm::jit::{helpers, lookups};
use krait_vm::jit::layout::REFERENCE;
use krait_vm::value::layout;
use wasm_encoder::{BlockType, InstructionSink, ValType};

impl Lowering<'_> {
    /// Executes an instruction, and pushes what it computes.
    pub(super) fn compute(&mut self, inst: &Inst) {
        match *inst {
            Inst::Int(n) => self.long(n),
            Inst::Word(word) => self.long(word as i64),
            Inst::Float(x) => {
                self.ins().f64_const(x.into());
            }
            Inst::IntOp(op, a, b) => {
                self.push(a);
                self.push(b);
                let mut ins = self.ins();
                match op {
                    IntOp::MulHigh => multiply_high(&mut ins),
                    IntOp::Add => ins.i64_add(),
                    IntOp::Sub => ins.i64_sub(),
                    IntOp::Mul => ins.i64_mul(),
                    IntOp::And => ins.i64_and(),
                    IntOp::Or => ins.i64_or(),
                    IntOp::Xor => ins.i64_xor(),
                    IntOp::Shl => ins.i64_shl(),
                    IntOp::Shr => ins.i64_shr_s(),
                    IntOp::Div => ins.i64_div_s(),
                    IntOp::Rem => ins.i64_rem_s(),
                };
            }
            Inst::FloatOp(op, a, b) => {
                self.push(a);
                self.push(b);
                let mut ins = self.ins();
                match op {
                    FloatOp::Add => ins.f64_add(),
                    FloatOp::Sub => ins.f64_sub(),
                    FloatOp::Mul => ins.f64_mul(),
                    FloatOp::Div => ins.f64_div(),
                };
            }
            Inst::FloatNeg(a) => {
                self.push(a);
                self.ins().f64_neg();
            }
            Inst::FloatSqrt(a) => {
                self.push(a);
                self.ins().f64_sqrt();
            }
            Inst::FloatAbs(a) => {
                self.push(a);
                self.ins().f64_abs();
            }
            Inst::FloatOfInt(a) => {
                self.push(a);
                self.ins().f64_convert_i64_s();
            }
            Inst::Compare(cmp, a, b) => {
                self.push(a);
                self.push(b);
                self.compare(cmp);
            }
            Inst::FloatCompare(cmp, a, b) => {
                self.push(a);
                self.push(b);
                let mut ins = self.ins();
                match cmp {
                    Cmp::Lt | Cmp::Below => ins.f64_lt(),
                    Cmp::Le => ins.f64_le(),
                    Cmp::Eq => ins.f64_eq(),
                    Cmp::Ne => ins.f64_ne(),
                    Cmp::Gt => ins.f64_gt(),
                    Cmp::Ge => ins.f64_ge(),
                };
            }
            Inst::Same(a, b) => {
                self.push(a);
                self.push(b);
                self.ins().i64_eq();
            }
            Inst::Not(a) => {
                self.push(a);
                self.ins().i32_eqz();
            }
            Inst::And(a, b) => {
                self.push(a);
                self.push(b);
                self.ins().i32_and();
            }
            Inst::Select(condition, a, b) | Inst::Choose(condition, a, b) => {
                self.push(a);
                self.push(b);
                self.push(condition);
                self.ins().select();
            }
            Inst::Fits(a) => {
                self.push(a);
                self.ins().i64_const(1 << 49).i64_add().i64_const(1 << 50).i64_lt_u();
            }
            Inst::MulFits(a, b) => {
                // Rounded three times, which is less than what the bound stays away from 2^63.
                const BOUND: f64 = (1_u64 << 63) as f64 * (1.0 - 8.0 * f64::EPSILON);
                self.push_rounded(a);
                self.push_rounded(b);
                self.ins().f64_mul().f64_abs().f64_const(BOUND.into()).f64_lt();
            }
            Inst::Is(class, a) => {
                self.push(a);
                self.is(class);
            }
            Inst::Box(repr, a) => self.push_boxed(repr, a),
            Inst::Unbox(repr, a) => {
                self.push(a);
                self.unbox(repr);
            }
            Inst::AddressOf(a) => self.push_address(a),
            Inst::Widen(a) | Inst::Narrow(a) => self.push(a),
            Inst::IntOfBool(a) => {
                self.push(a);
                self.ins().i64_extend_i32_u();
            }
            Inst::Register(r) => {
                self.ins().local_get(REGISTERS).i64_load(at(r as usize * 8));
            }
            Inst::Load { base, offset, width, repr, .. } => {
                self.push_address(base);
                self.load(offset as usize, width, repr);
            }
            Inst::Item { base, index } => {
                self.push_item(base, index);
                self.ins().i64_load(at(0));
            }
            Inst::Absolute { address, width, repr, .. } => {
                self.ins().i32_const(0);
                self.load(address as usize, width, repr);
            }
            Inst::MakeRoom(list) => {
                let (len, room) = (at(self.layout.list_len), at(self.layout.list_room));
                self.push_address(list);
                let mut ins = self.ins();
                ins.local_tee(ADDRESS).i32_load(len).local_get(ADDRESS).i32_load(room).i32_lt_u();
                ins.if_(BlockType::Result(ValType::I32)).i32_const(1).else_();
                ins.local_get(VM).local_get(ADDRESS);
                self.call(helpers::make_room as *const (), MAKE_ROOM);
                self.ins().end();
            }
            Inst::RangeIterator(start, stop, step) => {
                self.ins().local_get(VM);
                [start, stop, step].into_iter().for_each(|var| self.push(var));
                self.call(helpers::range_iterator as *const (), RANGE_ITERATOR);
            }
            Inst::Lookup(what, a, b) => {
                self.ins().local_get(VM);
                self.push(a);
                self.push(b);
                self.call(what.function() as *const (), LOOKUP);
            }
            Inst::Put(what, a, b, c) => {
                self.ins().local_get(VM);
                [a, b, c].into_iter().for_each(|word| self.push(word));
                self.call(what.function() as *const (), RANGE_ITERATOR);
            }
            Inst::MoveItems(words) => {
                self.ins().local_get(VM);
                words.into_iter().for_each(|word| self.push(word));
                self.call(lookups::move_items as *const (), MOVE_ITEMS);
            }
            Inst::ListIterator(list) => {
                self.ins().local_get(VM);
                self.push(list);
                self.call(helpers::list_iterator as *const (), INT_WORD);
            }
            Inst::Offset(a, b) => {
                self.push_address(a);
                self.push_address(b);
                self.ins().i32_add();
            }
            Inst::Call(helper, pc, chain) => {
                self.ins().local_get(VM).local_get(FRAME).local_get(REGISTERS).i32_const(pc as i32);
                let callee = helper.function() as *const ();
                if chain == 0 {
                    self.call(callee, HELPER);
                } else {
                    self.ins().i32_const(callee as usize as i32);
                    self.push_chain(chain);
                    self.call(helpers::nested as *const (), NESTED);
                }
                self.ins().i64_extend_i32_u();
            }
            Inst::Enter(target) => {
                self.enter(target);
                self.ins().i64_extend_i32_u();
            }
            Inst::Ticks => {
                let ticks = at(self.layout.ticks);
                self.ins().local_get(VM).i64_load32_u(ticks);
            }
            Inst::SetTicks(ticks) => {
                let place = at(self.layout.ticks);
                self.ins().local_get(VM);
                self.push(ticks);
                self.ins().i64_store32(place);
            }
            Inst::Locals => {
                let locals = at(self.layout.frame_locals);
                self.ins().local_get(FRAME).i64_load(locals);
            }
            Inst::Function => {
                let function = at(self.layout.frame_function);
                self.ins().local_get(FRAME).i64_load(function);
            }
            Inst::SetRegister(r, a) => {
                self.ins().local_get(REGISTERS);
                self.push(a);
                self.ins().i64_store(at(r as usize * 8));
            }
            Inst::Store { base, offset, width, value, .. } => {
                self.push_address(base);
                self.push(value);
                let place = at(offset as usize);
                let ty = ty(self.unit.reprs[value as usize]);
                let mut ins = self.ins();
                match (width, ty) {
                    (Width::W8, ValType::I64) => ins.i64_store8(place),
                    (Width::W32 | Width::Pointer, ValType::I64) => ins.i64_store32(place),
                    (Width::W8, ValType::I32) => ins.i32_store8(place),
                    (_, ValType::I32) => ins.i32_store(place),
                    (_, ValType::F64) => ins.f64_store(place),
                    (Width::W64, _) | (Width::W8 | Width::W32 | Width::Pointer, _) => ins.i64_store(place),
                };
            }
            Inst::SetItem { base, index, value } => {
                self.push_item(base, index);
                self.push(value);
                self.ins().i64_store(at(0));
            }
            Inst::Retain(a) => {
                self.push(a);
                self.ins().local_set(WORD);
                self.retain();
            }
            Inst::Release(a, next, chain) => {
                self.push(a);
                self.release(next, chain);
            }
            Inst::Guard(condition, exit) => {
                let out = self.out(exit, false);
                self.push(condition);
                self.ins().i32_eqz().br_if(out);
            }
            Inst::Outcome(a, exit) => {
                let out = self.out(exit, true);
                self.push(a);
                self.ins()
                    .i32_wrap_i64()
                    .local_tee(HOW)
                    .i32_const(1)
                    .i32_sub()
                    .i32_const(helpers::outcome::LEAVE as i32)
                    .i32_lt_u()
                    .br_if(out);
            }
        }
    }
    /// Calls a function of the core with what is on the stack.
    pub(super) fn call(&mut self, function: *const (), signature: u32) {
        self.ins().i32_const(function as usize as i32).call_indirect(0, signature);
    }
    pub(super) fn long(&mut self, n: i64) {
        self.ins().i64_const(n);
    }
    /// An int as the nearest float.
    fn push_rounded(&mut self, var: Var) {
        match self.held[var as usize] {
            Held::Later(Inst::Int(n), _) => {
                self.ins().f64_const((n as f64).into());
            }
            _ => {
                self.push(var);
                self.ins().f64_convert_i64_s();
            }
        }
    }
    fn compare(&mut self, cmp: Cmp) {
        let mut ins = self.ins();
        match cmp {
            Cmp::Lt => ins.i64_lt_s(),
            Cmp::Le => ins.i64_le_s(),
            Cmp::Eq => ins.i64_eq(),
            Cmp::Ne => ins.i64_ne(),
            Cmp::Gt => ins.i64_gt_s(),
            Cmp::Ge => ins.i64_ge_s(),
            Cmp::Below => ins.i64_lt_u(),
        };
    }
    /// Whether the word on the stack is of a class.
    fn is(&mut self, class: Class) {
        let mut ins = self.ins();
        match class {
            Class::Int => ins.i64_const(layout::INT_FIRST as i64).i64_ge_u(),
            Class::Float => ins
                .i64_const(layout::FLOAT_OFFSET as i64)
                .i64_sub()
                .i64_const((layout::INT_FIRST - layout::FLOAT_OFFSET) as i64)
                .i64_lt_u(),
            Class::Bool => ins.i64_const(!1).i64_and().i64_const(layout::FALSE as i64).i64_eq(),
            // The high half of an address is zero.
            Class::Object => ins.i64_const(layout::POINTER_FIRST as i64).i64_sub().i64_const(1 << 48).i64_lt_u(),
        };
    }
    pub(super) fn push_boxed(&mut self, repr: Repr, var: Var) {
        match repr {
            Repr::Int => {
                self.push(var);
                self.ins().i64_const(layout::INT_ZERO as i64).i64_add();
            }
            Repr::Float => {
                self.push(var);
                self.ins().i64_reinterpret_f64().i64_const(layout::FLOAT_OFFSET as i64).i64_add();
            }
            Repr::Bool => {
                self.push(var);
                self.ins().i64_extend_i32_u().i64_const(layout::FALSE as i64).i64_add();
            }
            Repr::Wide => {
                self.ins().local_get(VM);
                self.push(var);
                self.call(helpers::int_word as *const (), INT_WORD);
            }
            Repr::Word => self.push(var),
            Repr::Address => {
                self.push(var);
                self.ins().i64_extend_i32_u();
            }
        }
    }
    fn unbox(&mut self, repr: Repr) {
        let mut ins = self.ins();
        match repr {
            Repr::Int => {
                ins.i64_const(layout::INT_ZERO as i64).i64_sub();
            }
            Repr::Float => {
                ins.i64_const(layout::FLOAT_OFFSET as i64).i64_sub().f64_reinterpret_i64();
            }
            Repr::Bool => {
                ins.i32_wrap_i64().i32_const(1).i32_and();
            }
            Repr::Wide | Repr::Word => {}
            Repr::Address => {
                ins.i32_wrap_i64();
            }
        }
    }
    /// Reads memory at the address on the stack and an offset.
    fn load(&mut self, offset: usize, width: Width, repr: Repr) {
        let place = at(offset);
        let short = ty(repr) == ValType::I32;
        let mut ins = self.ins();
        match width {
            Width::W8 if short => ins.i32_load8_u(place),
            Width::W8 => ins.i64_load8_u(place),
            _ if short => ins.i32_load(place),
            Width::W32 | Width::Pointer => ins.i64_load32_u(place),
            Width::W64 if repr == Repr::Float => ins.f64_load(place),
            Width::W64 => ins.i64_load(place),
        };
    }
    fn push_item(&mut self, base: Var, index: Var) {
        self.push_address(base);
        match self.held[index as usize] {
            Held::Later(Inst::Int(n), _) => {
                self.ins().i32_const((n as i32) << 3);
            }
            _ => {
                self.push_address(index);
                self.ins().i32_const(3).i32_shl();
            }
        }
        self.ins().i32_add();
    }
    /// Where the functions that need frames are listed, and how many there are.
    pub(super) fn push_chain(&mut self, chain: usize) {
        let levels = &self.chains[chain];
        let (place, count) = (levels.as_ptr() as usize as i32, levels.len() as i32);
        self.ins().i32_const(place).i32_const(count);
    }

    /// Counts a reference to the object in `WORD` up, if it is one.
    pub(super) fn retain(&mut self) {
        self.ins().local_get(WORD);
        self.is(Class::Object);
        let mut ins = self.ins();
        ins.if_(BlockType::Empty).local_get(WORD).i32_wrap_i64().local_tee(ADDRESS);
        ins.local_get(ADDRESS).i32_load(at(0)).i32_const(REFERENCE as i32).i32_add().i32_store(at(0)).end();
    }
    /// Counts the word on the stack down.
    fn release(&mut self, next: u32, chain: usize) {
        self.ins().local_tee(WORD);
        self.is(Class::Object);
        let mut ins = self.ins();
        ins.if_(BlockType::Empty).local_get(WORD).i32_wrap_i64().local_tee(ADDRESS);
        ins.local_get(ADDRESS).i32_load(at(0)).i32_const(REFERENCE as i32).i32_sub().local_tee(COUNT).i32_store(at(0));
        ins.local_get(COUNT).i32_const(REFERENCE as i32).i32_lt_u().if_(BlockType::Empty);
        ins.local_get(VM).local_get(FRAME).local_get(REGISTERS).i32_const(next as i32).local_get(ADDRESS);
        self.push_chain(chain);
        self.call(helpers::release as *const (), RELEASE);
        self.ins().end().end();
    }
}

/// The high half of the product of the two ints on the stack, which wasm cannot say: from the products of their halves, of
/// which the low ones have no sign.
fn multiply_high<'a, 'b>(ins: &'a mut InstructionSink<'b>) -> &'a mut InstructionSink<'b> {
    const LOW: i64 = 0xffff_ffff;
    let low = |ins: &mut InstructionSink<'_>, local: u32| {
        ins.local_get(local).i64_const(LOW).i64_and();
    };
    let high = |ins: &mut InstructionSink<'_>, local: u32| {
        ins.local_get(local).i64_const(32).i64_shr_s();
    };
    ins.local_set(OTHER).local_set(WORD);
    // What the low halves carry, and the first of the mixed products.
    low(ins, WORD);
    low(ins, OTHER);
    ins.i64_mul().i64_const(32).i64_shr_u();
    high(ins, WORD);
    low(ins, OTHER);
    ins.i64_mul().i64_add().local_set(MIDDLE);
    // Its low half and the second one carry too.
    low(ins, MIDDLE);
    low(ins, WORD);
    high(ins, OTHER);
    ins.i64_mul().i64_add().i64_const(32).i64_shr_s();
    high(ins, MIDDLE);
    ins.i64_add();
    high(ins, WORD);
    high(ins, OTHER);
    ins.i64_mul().i64_add()
}
