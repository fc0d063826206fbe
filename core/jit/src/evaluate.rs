//! A backend that makes nothing: it walks the IR, one instruction after the other, on every machine.
//!
//! It is what machine code is compared with. A test that fails under it as well as under a machine's backend has found a
//! mistake of the builder; one that fails under the latter only, a mistake of that. It reads and writes the same memory and
//! calls the same helpers.

#![allow(unsafe_code, reason = "reads and writes the memory that machine code does")]

use crate::Backend;
use crate::ir::{Class, Cmp, End, Exit, ExitId, FloatOp, Inst, IntOp, Repr, Source, Unit, Var, Width};
use krait_vm::Vm;
use krait_vm::interp::frame::Frame;
use krait_vm::jit::helpers::{self, Level, outcome};
use krait_vm::jit::lookups;
use krait_vm::jit::layout::{Layout, REFERENCE};
use krait_vm::jit::{Compiled, LEFT_BITS, Left};
use krait_vm::value::layout;
use std::cell::RefCell;
use std::rc::Rc;

/// The units of an interpreter that are evaluated: those it keeps as its state and those the backend adds to are the same.
#[derive(Clone, Default)]
pub struct Units(Rc<RefCell<Vec<Option<Rc<Unit>>>>>);

/// The backend; see [`Evaluator::new`].
pub struct Evaluator {
    units: Units,
}

impl Evaluator {
    pub fn new(vm: &mut Vm) -> Evaluator {
        Evaluator { units: vm.state::<Units>().clone() }
    }
}

/// Low bits of an entry's number that say which of its unit's entries it is.
const ENTRY_BITS: u32 = 12;

/// A unit's place.
struct Code {
    units: Units,
    place: usize,
}

impl Drop for Code {
    fn drop(&mut self) {
        if let Some(unit) = self.units.0.borrow_mut().get_mut(self.place) {
            *unit = None;
        }
    }
}

impl Backend for Evaluator {
    fn assemble(&mut self, unit: &Unit) -> Option<Compiled> {
        let mut units = self.units.0.borrow_mut();
        let place = units.iter().position(Option::is_none).unwrap_or(units.len());
        if place >> (32 - ENTRY_BITS) != 0 || unit.entries.len() >> ENTRY_BITS != 0 {
            return None;
        }
        let count = units.len().max(place + 1);
        units.resize(count, None);
        units[place] = Some(Rc::new(unit.clone()));
        let code = Code { units: self.units.clone(), place };
        Some(Compiled { first: (place as u32) << ENTRY_BITS, ..unit.compiled(enter, Box::new(code)) })
    }
}

/// [`krait_vm::jit::Entry`] of all units.
unsafe extern "C" fn enter(vm: *mut Vm, frame: *mut Frame, registers: *mut u64, which: u32) -> u32 {
    // SAFETY: by the contract of entries.
    let units = unsafe { (*vm).state::<Units>().clone() };
    let unit = units.0.borrow().get((which >> ENTRY_BITS) as usize).cloned().flatten();
    let Some(unit) = unit else { return Left::Done as u32 };
    let values = vec![0; unit.reprs.len()];
    let mut evaluation = Evaluation { unit: &unit, layout: Layout::new(), vm, frame, registers, values };
    // SAFETY: as above.
    unsafe { evaluation.run((which & ((1 << ENTRY_BITS) - 1)) as usize) }
}

struct Evaluation<'a> {
    unit: &'a Unit,
    layout: Layout,
    vm: *mut Vm,
    frame: *mut Frame,
    registers: *mut u64,
    /// Floats as their bits.
    values: Vec<u64>,
}

unsafe fn read(address: u64, width: Width) -> u64 {
    // SAFETY: what machine code would read.
    unsafe {
        match width {
            Width::W8 => u64::from(*(address as usize as *const u8)),
            Width::W32 => u64::from(*(address as usize as *const u32)),
            Width::W64 => *(address as usize as *const u64),
            Width::Pointer => *(address as usize as *const usize) as u64,
        }
    }
}
unsafe fn write(address: u64, width: Width, value: u64) {
    // SAFETY: what machine code would write.
    unsafe {
        match width {
            Width::W8 => *(address as usize as *mut u8) = value as u8,
            Width::W32 => *(address as usize as *mut u32) = value as u32,
            Width::W64 => *(address as usize as *mut u64) = value,
            Width::Pointer => *(address as usize as *mut usize) = value as usize,
        }
    }
}

fn is(class: Class, word: u64) -> bool {
    match class {
        Class::Int => word >= layout::INT_FIRST,
        Class::Float => word.wrapping_sub(layout::FLOAT_OFFSET) < layout::INT_FIRST - layout::FLOAT_OFFSET,
        Class::Bool => word & !1 == layout::FALSE,
        Class::Object => word.wrapping_sub(layout::POINTER_FIRST) >> 48 == 0,
    }
}

fn compare<T: PartialOrd>(cmp: Cmp, a: T, b: T) -> bool {
    match cmp {
        Cmp::Lt | Cmp::Below => a < b,
        Cmp::Le => a <= b,
        Cmp::Eq => a == b,
        Cmp::Ne => a != b,
        Cmp::Gt => a > b,
        Cmp::Ge => a >= b,
    }
}

fn int_op(op: IntOp, a: i64, b: i64) -> i64 {
    match op {
        IntOp::Add => a.wrapping_add(b),
        IntOp::Sub => a.wrapping_sub(b),
        IntOp::Mul => a.wrapping_mul(b),
        IntOp::MulHigh => (i128::from(a) * i128::from(b) >> 64) as i64,
        IntOp::And => a & b,
        IntOp::Or => a | b,
        IntOp::Xor => a ^ b,
        IntOp::Shl => a.wrapping_shl(b as u32),
        IntOp::Shr => a.wrapping_shr(b as u32),
        IntOp::Div => a.wrapping_div(b),
        IntOp::Rem => a.wrapping_rem(b),
    }
}

/// An instruction said that the unit is left.
struct Leave(u32);

impl Evaluation<'_> {
    unsafe fn run(&mut self, entry: usize) -> u32 {
        let unit = self.unit;
        let Some(&(_, mut at)) = unit.entries.get(entry) else { return Left::Done as u32 };
        loop {
            let block = &unit.blocks[at as usize];
            for (var, inst) in &block.insts {
                // SAFETY: by contract of entries; the unit was made for the running code.
                match unsafe { self.inst(inst) } {
                    Ok(value) => {
                        if inst.repr().is_some() {
                            self.values[*var as usize] = value;
                        }
                    }
                    Err(Leave(how)) => return how,
                }
            }
            let (to, args) = match &block.end {
                End::Jump(to, args) => (*to, args),
                End::Branch(condition, then, otherwise) => {
                    let (to, args) = if self.value(*condition) != 0 { then } else { otherwise };
                    (*to, args)
                }
                // SAFETY: as above.
                End::Leave(exit) => return unsafe { self.exit(*exit, None) },
            };
            let args: Vec<u64> = args.iter().map(|&arg| self.value(arg)).collect();
            for ((param, _), arg) in unit.blocks[to as usize].params.iter().zip(args) {
                self.values[*param as usize] = arg;
            }
            at = to;
        }
    }
    fn value(&self, var: Var) -> u64 {
        self.values[var as usize]
    }
    fn int(&self, var: Var) -> i64 {
        self.value(var) as i64
    }
    fn float(&self, var: Var) -> f64 {
        f64::from_bits(self.value(var))
    }
    unsafe fn register(&self, r: u32) -> *mut u64 {
        // SAFETY: a register of the running frame, or of those above, for which there is room.
        unsafe { self.registers.add(r as usize) }
    }
    fn levels(&self, chain: usize) -> (*const Level, u32) {
        let levels = &self.unit.chains[chain];
        (levels.as_ptr(), levels.len() as u32)
    }

    unsafe fn inst(&mut self, inst: &Inst) -> Result<u64, Leave> {
        // SAFETY: by contract of entries.
        unsafe {
            Ok(match *inst {
                Inst::Int(n) => n as u64,
                Inst::Float(x) => x.to_bits(),
                Inst::Word(word) => word,
                Inst::IntOp(op, a, b) => int_op(op, self.int(a), self.int(b)) as u64,
                Inst::FloatOp(op, a, b) => {
                    let (a, b) = (self.float(a), self.float(b));
                    let result = match op {
                        FloatOp::Add => a + b,
                        FloatOp::Sub => a - b,
                        FloatOp::Mul => a * b,
                        FloatOp::Div => a / b,
                    };
                    result.to_bits()
                }
                Inst::FloatNeg(a) => (-self.float(a)).to_bits(),
                Inst::FloatSqrt(a) => self.float(a).sqrt().to_bits(),
                Inst::FloatAbs(a) => self.float(a).abs().to_bits(),
                Inst::FloatOfInt(a) => (self.int(a) as f64).to_bits(),
                Inst::Compare(Cmp::Below, a, b) => (self.value(a) < self.value(b)).into(),
                Inst::Compare(cmp, a, b) => compare(cmp, self.int(a), self.int(b)).into(),
                Inst::FloatCompare(cmp, a, b) => compare(cmp, self.float(a), self.float(b)).into(),
                Inst::Same(a, b) => (self.value(a) == self.value(b)).into(),
                Inst::Not(a) => self.value(a) ^ 1,
                Inst::And(a, b) => self.value(a) & self.value(b),
                Inst::Select(condition, a, b) | Inst::Choose(condition, a, b) => self.value(if self.value(condition) != 0 { a } else { b }),
                Inst::Fits(a) => (self.int(a).wrapping_add(1 << 49) as u64 >> 50 == 0).into(),
                Inst::MulFits(a, b) => self.int(a).checked_mul(self.int(b)).is_some().into(),
                Inst::Widen(a) | Inst::Narrow(a) | Inst::AddressOf(a) | Inst::IntOfBool(a) => self.value(a),
                Inst::Is(class, a) => is(class, self.value(a)).into(),
                Inst::Box(repr, a) => self.boxed(repr, a),
                Inst::Unbox(repr, a) => match repr {
                    Repr::Int => self.value(a).wrapping_sub(layout::INT_ZERO),
                    Repr::Float => self.value(a).wrapping_sub(layout::FLOAT_OFFSET),
                    Repr::Bool => self.value(a) & 1,
                    Repr::Wide | Repr::Word | Repr::Address => self.value(a),
                },
                Inst::Register(r) => *self.register(r),
                Inst::SetRegister(r, a) => {
                    *self.register(r) = self.value(a);
                    0
                }
                Inst::Load { base, offset, width, .. } => read(self.value(base) + u64::from(offset), width),
                Inst::Store { base, offset, width, value, .. } => {
                    write(self.value(base) + u64::from(offset), width, self.value(value));
                    0
                }
                Inst::Item { base, index } => read(self.value(base) + self.value(index) * 8, Width::W64),
                Inst::SetItem { base, index, value } => {
                    write(self.value(base) + self.value(index) * 8, Width::W64, self.value(value));
                    0
                }
                Inst::Absolute { address, width, .. } => read(address, width),
                Inst::MakeRoom(list) => {
                    let list = self.value(list);
                    let field = |offset: usize| read(list + offset as u64, Width::Pointer);
                    let fits = field(self.layout.list_len) < field(self.layout.list_room);
                    u64::from(fits || helpers::make_room(self.vm, list as usize as *mut u8) != 0)
                }
                Inst::RangeIterator(start, stop, step) => {
                    helpers::range_iterator(self.vm, self.int(start), self.int(stop), self.int(step))
                }
                Inst::Lookup(what, a, b) => what.function()(self.vm, self.value(a), self.value(b)),
                Inst::Put(what, a, b, c) => what.function()(self.vm, self.value(a), self.value(b), self.value(c)),
                Inst::MoveItems(words) => {
                    let [a, b, c, d, e, f, g] = words.map(|v| self.value(v));
                    u64::from(lookups::move_items(self.vm, a, b, c, d, e, f, g))
                }
                Inst::ListIterator(list) => helpers::list_iterator(self.vm, self.value(list)),
                Inst::Offset(a, b) => self.value(a).wrapping_add(self.value(b)),
                Inst::Retain(a) => {
                    self.retain(self.value(a));
                    0
                }
                Inst::Release(a, next, chain) => {
                    self.release(self.value(a), next, chain);
                    0
                }
                Inst::Call(id, pc, chain) => {
                    let (helper, (levels, count)) = (id.function(), self.levels(chain));
                    let result = if chain == 0 {
                        helper(self.vm, self.frame, self.registers, pc)
                    } else {
                        helpers::nested(self.vm, self.frame, self.registers, pc, helper, levels, count)
                    };
                    u64::from(result)
                }
                Inst::Enter(target) => u64::from(helpers::enter(self.vm, self.frame, self.registers, &raw const self.unit.targets[target])),
                Inst::Ticks => read(self.vm as usize as u64 + self.layout.ticks as u64, Width::W32),
                Inst::SetTicks(ticks) => {
                    write(self.vm as usize as u64 + self.layout.ticks as u64, Width::W32, self.value(ticks));
                    0
                }
                Inst::Function => read(self.frame as usize as u64 + self.layout.frame_function as u64, Width::W64),
                Inst::Locals => read(self.frame as usize as u64 + self.layout.frame_locals as u64, Width::W64),
                Inst::Guard(condition, exit) => {
                    if self.value(condition) == 0 {
                        return Err(Leave(self.exit(exit, None)));
                    }
                    0
                }
                Inst::Outcome(a, exit) => {
                    let how = self.value(a) as u32;
                    if (1..=outcome::LEAVE).contains(&how) {
                        return Err(Leave(self.exit(exit, Some(how))));
                    }
                    0
                }
            })
        }
    }
    unsafe fn boxed(&self, repr: Repr, a: Var) -> u64 {
        match repr {
            Repr::Int => self.value(a).wrapping_add(layout::INT_ZERO),
            Repr::Float => self.value(a).wrapping_add(layout::FLOAT_OFFSET),
            Repr::Bool => self.value(a) + layout::FALSE,
            // SAFETY: by contract of entries.
            Repr::Wide => unsafe { helpers::int_word(self.vm, self.int(a)) },
            Repr::Word | Repr::Address => self.value(a),
        }
    }
    unsafe fn retain(&self, word: u64) {
        if is(Class::Object, word) {
            // SAFETY: an object's header begins with its count.
            unsafe {
                let count = word as usize as *mut u32;
                *count = (*count).wrapping_add(REFERENCE);
            }
        }
    }
    unsafe fn release(&self, word: u64, next: u32, chain: usize) {
        if !is(Class::Object, word) {
            return;
        }
        let count = word as usize as *mut u32;
        // SAFETY: as above; the reference is given up.
        unsafe {
            *count = (*count).wrapping_sub(REFERENCE);
            if *count < REFERENCE {
                let (levels, count) = self.levels(chain);
                helpers::release(self.vm, self.frame, self.registers, next, word as usize as *mut u8, levels, count);
            }
        }
    }
    /// Writes what an exit leaves to the frame; the result of the entry.
    unsafe fn exit(&mut self, id: ExitId, how: Option<u32>) -> u32 {
        let Exit { pc, left, registers, words, ranges, ticks, chain } = &self.unit.exits[id as usize];
        // SAFETY: by contract of entries.
        unsafe {
            // First what looks at registers that are written then.
            for (r, source) in words {
                let word = match *source {
                    Source::Var(var) => self.value(var),
                    Source::Register(other) => *self.register(other),
                    Source::Word(word) => word,
                };
                self.retain(word);
                *self.register(*r) = word;
            }
            for (r, var, repr) in registers {
                *self.register(*r) = self.boxed(*repr, *var);
            }
            for (r, next, left) in ranges {
                let iterator = *self.register(*r);
                write(iterator + self.layout.range_next as u64, Width::W64, self.value(*next));
                write(iterator + self.layout.range_left as u64, Width::W64, self.value(*left));
            }
            if let Some(ticks) = ticks {
                write(self.vm as usize as u64 + self.layout.ticks as u64, Width::W32, self.value(*ticks));
            }
            if let Some(pc) = *pc {
                let (levels, count) = self.levels(*chain);
                if *chain == 0 {
                    (*self.frame).pc = pc;
                } else {
                    helpers::rebuild(self.vm, self.frame, self.registers, pc, levels, count);
                }
            }
        }
        match how {
            Some(outcome::LEAVE) => Left::Done as u32,
            Some(how) => how,
            None => id << LEFT_BITS | *left as u32,
        }
    }
}
