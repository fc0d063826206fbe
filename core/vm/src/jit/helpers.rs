//! Functions that compiled code calls: what the interpreter's loop would do for an instruction, out of line.
//!
//! All take the interpreter, the running frame, its registers and the instruction's index, find their operands in
//! the registers and leave their results there. The result is an [`Outcome`].

#![allow(unsafe_code, reason = "called from machine code with raw frames")]

use crate::builtins::code::CodeObject;
use crate::args::MethodDef;
use crate::builtins::dict::Dict;
use crate::builtins::function::{BoundMethod, BuiltinFn, Function};
use crate::builtins::iterator_methods::Step;
use crate::builtins::iterators::ListIter;
use crate::builtins::list::List;
use crate::builtins::slice::RangeIter;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::heap::{Header, flags};
use super::calls::Ran;
use crate::interp::call::Entered;
use crate::interp::called;
use crate::object::Ref;
use crate::interp::frame::{Frame, FrameKind, drop_registers};
use crate::interp::ops::Ctx;
use crate::runtime::arithmetic::BinOp;
use crate::runtime::compare::CmpOp;
use crate::types::id;
use crate::types::special::Special;
use crate::value::{BITS_UNBOUND, EMPTY_WORD, Value, is_native, native_def};
use crate::vm::Vm;
use crate::{Args, Raised, Result};
use krait_bytecode::Op;
use krait_bytecode::check::unspecialized;
use krait_bytecode::ops::{METHOD, NEGATE};

/// What a helper did. The first are the [`super::Left`] with which compiled code is to be left, but for 0.
pub mod outcome {
    pub const DONE: u32 = 0;
    pub const RAISED: u32 = 1;
    pub const PUSHED: u32 = 2;
    /// The interpreter is to go on at the frame's `pc`.
    pub const LEAVE: u32 = 3;
    /// A condition that holds, and one that does not; an iterator that gave an item, and one that is exhausted.
    pub const TRUE: u32 = 4;
    pub const FALSE: u32 = 5;
}

/// The signature of all helpers but [`release`].
pub type Helper = unsafe extern "C" fn(*mut Vm, *mut Frame, *mut u64, u32) -> u32;

/// The context of an instruction, whose index the frame gets to know.
unsafe fn context(frame: *mut Frame, regs: *mut u64, pc: u32) -> Ctx {
    // SAFETY: compiled code calls with its own frame and instructions.
    unsafe {
        (*frame).pc = pc;
        Ctx { frame, regs, i: (&(*(*frame).code).instrs)[pc as usize], pc: pc as usize }
    }
}

/// After an instruction: finalisers that are due; whether compiled code may go on, or where the interpreter does.
#[inline(always)]
unsafe fn finish(vm: &mut Vm, frame: *mut Frame, done: u32, next: impl FnOnce() -> u32) -> u32 {
    // SAFETY: `attention` points to the heap's flag; the frame is the running one.
    unsafe {
        if *vm.attention {
            vm.attend();
        }
        if vm.tracing || (*frame).object.is_some() {
            (*frame).pc = next();
            return outcome::LEAVE;
        }
    }
    done
}

/// Where the code goes on behind an instruction with this outcome; `pairs`: the one that unpacks was executed as well.
unsafe fn way(frame: *mut Frame, pc: u32, result: u32, pairs: bool) -> u32 {
    // SAFETY: the running frame's code.
    let instrs = unsafe { &(*(*frame).code).instrs };
    let i = instrs[pc as usize];
    let ext = || instrs.get(pc as usize + 1).map_or(0, |e| e.bc() as u32);
    let behind = pc + if i.op().has_ext() { 2 } else { 1 };
    match (i.op(), result) {
        (Op::JumpIfTrue | Op::JumpIfFalse, outcome::TRUE) => i.bc() as u32,
        (Op::ForIter | Op::ForList | Op::ForRange | Op::ForPair, outcome::FALSE) => ext(),
        (Op::ForIter | Op::ForList | Op::ForRange | Op::ForPair, _) => behind + u32::from(pairs),
        (_, outcome::TRUE) => ext(),
        _ => behind,
    }
}

/// Executes an instruction that goes to the next one.
///
/// # Safety
/// As for all of these: called by compiled code with the running frame of `vm`, its registers, and the index of an
/// instruction of its code whose operands are in the registers.
pub unsafe extern "C" fn operation(vm: *mut Vm, frame: *mut Frame, regs: *mut u64, pc: u32) -> u32 {
    // SAFETY: by contract.
    unsafe {
        let vm = &mut *vm;
        let cx = context(frame, regs, pc);
        match vm.operation(cx) {
            Ok(false) => finish(vm, frame, outcome::DONE, || way(frame, pc, outcome::DONE, false)),
            Ok(true) => outcome::PUSHED,
            Err(Raised) => outcome::RAISED,
        }
    }
}

/// As [`operation`], for what the run loop calls through its table.
///
/// # Safety
/// As for [`operation`].
pub unsafe extern "C" fn called_operation(vm: *mut Vm, frame: *mut Frame, regs: *mut u64, pc: u32) -> u32 {
    // SAFETY: by contract.
    unsafe {
        let vm = &mut *vm;
        let cx = context(frame, regs, pc);
        match called::function(cx.i.op_byte())(vm, cx) {
            Ok(()) => finish(vm, frame, outcome::DONE, || way(frame, pc, outcome::DONE, false)),
            Err(Raised) => outcome::RAISED,
        }
    }
}

/// As [`operation`], for subscripts.
///
/// # Safety
/// As for [`operation`].
pub unsafe extern "C" fn get_item(vm: *mut Vm, frame: *mut Frame, regs: *mut u64, pc: u32) -> u32 {
    // SAFETY: by contract.
    unsafe {
        let vm = &mut *vm;
        let cx = context(frame, regs, pc);
        match vm.subscript(cx) {
            Ok(false) => finish(vm, frame, outcome::DONE, || way(frame, pc, outcome::DONE, false)),
            Ok(true) => outcome::PUSHED,
            Err(Raised) => outcome::RAISED,
        }
    }
}

/// The condition of a jump.
///
/// # Safety
/// As for [`operation`].
pub unsafe extern "C" fn condition(vm: *mut Vm, frame: *mut Frame, regs: *mut u64, pc: u32) -> u32 {
    // SAFETY: by contract.
    unsafe {
        let vm = &mut *vm;
        let cx = context(frame, regs, pc);
        match vm.jump_condition(cx) {
            Ok(Some(holds)) => {
                let result = if holds { outcome::TRUE } else { outcome::FALSE };
                finish(vm, frame, result, || way(frame, pc, result, false))
            }
            Ok(None) => outcome::PUSHED,
            Err(Raised) => outcome::RAISED,
        }
    }
}

/// A step of a `for_iter` over anything but a generator.
///
/// # Safety
/// As for [`operation`].
pub unsafe extern "C" fn advance(vm: *mut Vm, frame: *mut Frame, regs: *mut u64, pc: u32) -> u32 {
    // SAFETY: by contract.
    unsafe {
        let vm = &mut *vm;
        let cx = context(frame, regs, pc);
        let result = match vm.next(cx.reg(cx.i.b())) {
            Ok(Some(item)) => {
                cx.set(cx.i.a(), item);
                outcome::TRUE
            }
            Ok(None) => {
                cx.set_word(cx.i.b(), BITS_UNBOUND);
                outcome::FALSE
            }
            Err(Raised) => return outcome::RAISED,
        };
        finish(vm, frame, result, || way(frame, pc, result, false))
    }
}

/// As `advance`, with the `unpack_sequence` of two that follows.
///
/// # Safety
/// As for [`operation`].
pub unsafe extern "C" fn advance_pair(vm: *mut Vm, frame: *mut Frame, regs: *mut u64, pc: u32) -> u32 {
    // SAFETY: by contract.
    unsafe {
        let vm = &mut *vm;
        let cx = context(frame, regs, pc);
        let result = match vm.next_unpacked(cx.reg(cx.i.b())) {
            Ok(Some(Step::Pair([first, second]))) => {
                let to = (&(*(*frame).code).instrs)[pc as usize + 2].a();
                cx.set(to, first);
                cx.set(to + 1, second);
                outcome::TRUE
            }
            Ok(Some(Step::Other(item))) => {
                cx.set(cx.i.a(), item);
                let cx = context(frame, regs, pc + 2);
                if vm.op_unpack_sequence(cx).is_err() {
                    return outcome::RAISED;
                }
                outcome::TRUE
            }
            Ok(None) => {
                cx.set_word(cx.i.b(), BITS_UNBOUND);
                outcome::FALSE
            }
            Err(Raised) => return outcome::RAISED,
        };
        finish(vm, frame, result, || way(frame, pc, result, true))
    }
}

/// The word of an int of any size that a machine register holds, with a reference.
///
/// # Safety
/// Called by compiled code.
pub unsafe extern "C" fn int_word(vm: *mut Vm, n: i64) -> u64 {
    // SAFETY: by contract.
    unsafe { (*vm).heap.int(i128::from(n)).into_bits() }
}

/// A call: anything that is no Python function runs here.
///
/// # Safety
/// As for [`operation`].
pub unsafe extern "C" fn call(vm: *mut Vm, frame: *mut Frame, regs: *mut u64, pc: u32) -> u32 {
    // SAFETY: by contract.
    unsafe { call_named(vm, frame, regs, pc, &[]) }
}

/// As `call`, the last arguments with names.
#[inline(always)]
unsafe fn call_named(vm: *mut Vm, frame: *mut Frame, regs: *mut u64, pc: u32, names: &[Value]) -> u32 {
    // SAFETY: by contract; the window holds values.
    unsafe {
        let vm = &mut *vm;
        let cx = context(frame, regs, pc);
        let (b, argc) = (cx.i.b(), cx.i.c());
        let own = usize::from(cx.word(b + 1) != 0);
        let first = b + 2 - own;
        let args = std::slice::from_raw_parts(regs.add(first) as *const Value, argc + own);
        let word = cx.word(b);
        let result = if is_native(word) {
            (native_def(word).entry)(vm, args, names)
        } else {
            let callee = cx.reg(b).clone();
            vm.call_args(&callee, Args::with_names(args, names))
        };
        match result {
            Ok(v) => {
                if is_native(word) {
                    *regs.add(b) = BITS_UNBOUND;
                }
                drop_registers(regs, if is_native(word) { first } else { b }, b + 2 + argc);
                cx.set(cx.i.a(), v);
                finish(vm, frame, outcome::DONE, || way(frame, pc, outcome::DONE, false))
            }
            Err(Raised) => outcome::RAISED,
        }
    }
}

/// A call of anything: a Python function gets its frame, and runs in compiled code if it has some.
///
/// # Safety
/// As for [`operation`]; the frame is no generator's.
pub unsafe extern "C" fn call_python(vm: *mut Vm, frame: *mut Frame, regs: *mut u64, pc: u32) -> u32 {
    // SAFETY: by contract; the window holds values.
    unsafe {
        // The interpreter looks up before the last tick is used.
        if (*vm).ticks <= 1 {
            (*frame).pc = pc;
            return outcome::LEAVE;
        }
        (*vm).ticks -= 1;
        let cx = context(frame, regs, pc);
        let behind = way(frame, pc, outcome::DONE, false);
        let names: &[Value] = match cx.i.op() {
            Op::CallEx => {
                return match (*vm).call_ex(cx) {
                    Ok(true) => run_entered(vm, frame, (*vm).thread.current(), behind),
                    Ok(false) => finish(&mut *vm, frame, outcome::DONE, || behind),
                    Err(Raised) => outcome::RAISED,
                };
            }
            Op::CallKw => {
                let code = &*(*frame).code;
                match code.consts.get(code.instrs[pc as usize + 1].bc()).and_then(|names| names.downcast_exact::<Tuple>()) {
                    // The code keeps its constants.
                    Some(names) => { let items = names.items(&*(*vm).heap); std::slice::from_raw_parts(items.as_ptr(), items.len()) }
                    None => &[],
                }
            }
            _ => &[],
        };
        let (b, argc) = (cx.i.b(), cx.i.c());
        if cx.word(b + 1) == 0
            && let Some(method) = cx.object(b).and_then(|v| v.downcast_exact::<BoundMethod>()).cloned()
        {
            // Its function and receiver take their places.
            let (function, this) = {
                let m = method.get(&*(*vm).heap);
                (m.function.clone(), m.this.clone())
            };
            cx.set(b, function);
            *regs.add(b + 1) = this.into_bits();
        }
        let own = usize::from(cx.word(b + 1) != 0);
        let entered = match cx.object(b).map(Value::type_id) {
            Some(id::FUNCTION) => {
                let word = cx.word(b);
                let code = (*Ref::<Function>::from_value_ref_unchecked(cx.reg(b)).payload_ptr()).code.payload_ptr();
                let (at, given) = (regs.add(b + 2 - own), argc + own);
                if (*code).simple_args as usize == given
                    && names.is_empty()
                    && let Some(next) = Frame::call_above(frame, &mut (*vm).thread, (*vm).recursion_limit, word, code, at, given, cx.i.a() as u32)
                {
                    *regs.add(b) = BITS_UNBOUND;
                    return run_entered(vm, frame, next, behind);
                }
                match (*vm).enter_in_place(cx, own, names, FrameKind::Call) {
                    Some(entered) => entered,
                    None => return outcome::LEAVE,
                }
            }
            Some(id::TYPE) => match (*vm).call_class_in_place(cx, names) {
                Ok(Some(entered)) => Ok(entered),
                Ok(None) => return call_named(vm, frame, regs, pc, names),
                Err(Raised) => Err(Raised),
            },
            _ => return call_named(vm, frame, regs, pc, names),
        };
        match entered {
            Ok(Entered::Frame) => run_entered(vm, frame, (*vm).thread.current(), behind),
            Ok(Entered::Value(v)) => {
                cx.set(cx.i.a(), v);
                finish(&mut *vm, frame, outcome::DONE, || behind)
            }
            Err(Raised) => outcome::RAISED,
        }
    }
}

/// A Python function that compiled code calls without looking at it again.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    pub code: *mut CodeObject,
    /// The function's word. The unit keeps it.
    pub function: u64,
    /// The index of the call.
    pub call: u32,
    /// Where the call's window is, the first argument in it, and how many there are.
    pub window: u32,
    pub base: u32,
    pub given: u32,
    /// The register for the result.
    pub dst: u32,
    /// Of the function's code.
    pub nregs: u32,
    pub first_temp: u32,
}

/// A call of a function that is known, which is not in its window: the result is left in the first argument's place.
///
/// # Safety
/// As for [`operation`]; `target` describes the call, and the arguments are in place.
pub unsafe extern "C" fn enter(vm: *mut Vm, frame: *mut Frame, regs: *mut u64, target: *const Target) -> u32 {
    // SAFETY: by contract; the window's first register holds no object.
    unsafe {
        let target = &*target;
        *regs.add(target.window as usize) = (*std::mem::ManuallyDrop::new(Value::from_bits(target.function))).clone().into_bits();
        let outcome = call_python(vm, frame, regs, target.call);
        result_in_base(regs, target, outcome)
    }
}

/// As [`enter`], where the function's frame was pushed, without a reference to the function, and its code was left as
/// `result` says.
///
/// # Safety
/// As for [`enter`]; `pushed` is that frame.
pub unsafe extern "C" fn left(vm: *mut Vm, frame: *mut Frame, regs: *mut u64, target: *const Target, pushed: *mut Frame, result: u32) -> u32 {
    // SAFETY: by contract.
    unsafe {
        std::mem::forget((*pushed).function.clone());
        let outcome = match (*vm).left_function(pushed, result) {
            Ok(Ran::Returned) => finish(&mut *vm, frame, outcome::DONE, || (*target).call + 1),
            Ok(Ran::Goes) => outcome::PUSHED,
            Err(Raised) => outcome::RAISED,
        };
        result_in_base(regs, &*target, outcome)
    }
}

/// Moves the result of a call, if it is over, to where the code looks for it.
unsafe fn result_in_base(regs: *mut u64, target: &Target, outcome: u32) -> u32 {
    if outcome == outcome::DONE {
        // SAFETY: both are registers of the caller's; that of the argument holds no object any more.
        unsafe {
            let word = std::ptr::replace(regs.add(target.dst as usize), BITS_UNBOUND);
            *regs.add(target.base as usize) = word;
        }
    }
    outcome
}

/// Runs a frame that was pushed for a call of `frame`, which goes on at `behind`.
unsafe fn run_entered(vm: *mut Vm, frame: *mut Frame, pushed: *mut Frame, behind: u32) -> u32 {
    // SAFETY: `pushed` is the running frame, above `frame`.
    unsafe {
        let kind = (*pushed).kind;
        if !matches!(kind, FrameKind::Call | FrameKind::Init) {
            return outcome::PUSHED;
        }
        match (*vm).run_inside(pushed) {
            Ok(Ran::Returned) => finish(&mut *vm, frame, outcome::DONE, || behind),
            Ok(Ran::Goes) => {
                (*vm).asked(pushed);
                outcome::PUSHED
            }
            Err(Raised) => outcome::RAISED,
        }
    }
}

/// A function whose code became part of its caller's: the frame it has when somebody looks.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The index of the call in the caller's code.
    pub call: u32,
    /// The function's first register, counted from the first of the unit's frame.
    pub base: u32,
    /// The caller's register for the result.
    pub dst: u32,
    pub code: *mut CodeObject,
    /// The function's word; 0 when it lies in the caller's window.
    pub function: u64,
    /// That place, counted from the first of the unit's frame.
    pub window: u32,
}

/// Pushes the frames of functions that became part of the running one.
unsafe fn push_levels(vm: &mut Vm, frame: *mut Frame, regs: *mut u64, levels: &[Level]) -> *mut Frame {
    let mut running = frame;
    for level in levels {
        // SAFETY: `run_loop` saw to it that the registers have room; the unit keeps the functions.
        unsafe {
            (*running).pc = level.call;
            let function = if level.function == 0 {
                Value::from_bits(std::mem::replace(&mut *regs.add(level.window as usize), BITS_UNBOUND))
            } else {
                (*std::mem::ManuallyDrop::new(Value::from_bits(level.function))).clone()
            };
            let window = vm.thread.place(regs.add(level.base as usize), (*level.code).nregs as usize, 0);
            running = vm.thread.push(function, level.code, window, FrameKind::Call, level.dst, true);
        }
    }
    running
}

/// Takes a frame away; the function goes back to where it was.
unsafe fn pop_level(vm: &mut Vm, regs: *mut u64, level: &Level) {
    // SAFETY: the frame that was pushed for this level is the running one.
    unsafe {
        let (_, function) = Frame::leave_to_below(vm.thread.current(), &mut vm.thread);
        if level.function == 0 {
            *regs.add(level.window as usize) = function;
        } else {
            drop(Value::from_bits(function));
        }
    }
}

/// Takes the frames away that `push_levels` pushed, if nobody looked; whether it did.
unsafe fn pop_levels(vm: &mut Vm, regs: *mut u64, levels: &[Level]) -> bool {
    let mut frame = vm.thread.current();
    for _ in levels {
        // SAFETY: the frames that were pushed.
        unsafe {
            if (*frame).object.is_some() {
                return false;
            }
            frame = (*frame).below();
        }
    }
    for level in levels.iter().rev() {
        // SAFETY: as above; the registers stay.
        unsafe { pop_level(vm, regs, level) }
    }
    true
}

/// Calls a helper for an instruction of a function that became part of the unit's: with a frame of its own.
///
/// # Safety
/// As for [`operation`]; `levels` points to `count` of them.
pub unsafe extern "C" fn nested(vm: *mut Vm, frame: *mut Frame, regs: *mut u64, pc: u32, helper: Helper, levels: *const Level, count: u32) -> u32 {
    // SAFETY: by contract.
    unsafe {
        let levels = std::slice::from_raw_parts(levels, count as usize);
        let inner = push_levels(&mut *vm, frame, regs, levels);
        let result = helper(vm, inner, (*inner).regs, pc);
        if matches!(result, outcome::RAISED | outcome::PUSHED | outcome::LEAVE) || pop_levels(&mut *vm, regs, levels) {
            return result;
        }
        // Somebody keeps a frame: it goes on as one.
        let pairs = helper as usize == advance_pair as *const () as usize;
        (*inner).pc = way(inner, pc, result, pairs);
        outcome::LEAVE
    }
}

/// Gives functions that became part of the unit's their frames; the innermost goes on at `pc`.
///
/// # Safety
/// As for [`nested`].
pub unsafe extern "C" fn rebuild(vm: *mut Vm, frame: *mut Frame, regs: *mut u64, pc: u32, levels: *const Level, count: u32) {
    // SAFETY: by contract.
    unsafe {
        let inner = push_levels(&mut *vm, frame, regs, std::slice::from_raw_parts(levels, count as usize));
        (*inner).pc = pc;
    }
}

/// Frees an object without references. `next` is the index of the instruction that comes next.
///
/// # Safety
/// Called by compiled code, which gave up the object's last reference; otherwise as for [`nested`].
pub unsafe extern "C" fn release(vm: *mut Vm, frame: *mut Frame, regs: *mut u64, next: u32, object: *mut u8, levels: *const Level, count: u32) {
    // SAFETY: by contract.
    unsafe {
        crate::heap::release(object as *mut Header);
        let vm = &mut *vm;
        if *vm.attention {
            let levels = if count == 0 { &[][..] } else { std::slice::from_raw_parts(levels, count as usize) };
            let inner = push_levels(vm, frame, regs, levels);
            (*inner).pc = next.saturating_sub(1);
            vm.attend();
            // A finaliser that keeps its caller's frame gets a copy of what it shows.
            for level in levels.iter().rev() {
                let frame = vm.thread.current();
                if (*frame).object.is_some() {
                    vm.detach_copy(frame);
                }
                pop_level(vm, regs, level);
            }
        }
    }
}

impl Vm {
    /// Executes an instruction that computes something; `true` when a frame was pushed that will.
    fn operation(&mut self, cx: Ctx) -> Result<bool> {
        let i = unspecialized(cx.i);
        let binary = |op: Op| {
            Some(match op {
                Op::BinaryAdd | Op::InplaceAdd => BinOp::Add,
                Op::BinarySub | Op::InplaceSub => BinOp::Sub,
                Op::BinaryMul | Op::InplaceMul => BinOp::Mul,
                Op::BinaryMatmul | Op::InplaceMatmul => BinOp::Matmul,
                Op::BinaryTruediv | Op::InplaceTruediv => BinOp::Truediv,
                Op::BinaryFloordiv | Op::InplaceFloordiv => BinOp::Floordiv,
                Op::BinaryMod | Op::InplaceMod => BinOp::Mod,
                Op::BinaryPow | Op::InplacePow => BinOp::Pow,
                Op::BinaryLshift | Op::InplaceLshift => BinOp::Lshift,
                Op::BinaryRshift | Op::InplaceRshift => BinOp::Rshift,
                Op::BinaryAnd | Op::InplaceAnd => BinOp::And,
                Op::BinaryOr | Op::InplaceOr => BinOp::Or,
                Op::BinaryXor | Op::InplaceXor => BinOp::Xor,
                _ => return None,
            })
        };
        let op = i.op();
        if let Some(operator) = binary(op) {
            return if (Op::BinaryAdd as u8..=Op::BinaryXor as u8).contains(&(op as u8)) { self.op_binary(cx, operator) } else { self.op_inplace(cx, operator) };
        }
        if let Some(comparison) = comparison(op) {
            return self.op_compare(cx, comparison);
        }
        match op {
            Op::AddImm => self.op_imm(cx, BinOp::Add)?,
            Op::SubImm => self.op_imm(cx, BinOp::Sub)?,
            Op::UnaryNeg => self.op_unary(cx, Special::Neg)?,
            Op::UnaryPos => self.op_unary(cx, Special::Pos)?,
            Op::UnaryInvert => self.op_unary(cx, Special::Invert)?,
            Op::UnaryNot | Op::ToBool => {
                let truth = self.truth(cx.b())?;
                cx.finish(Value::bool(truth == (op == Op::ToBool)))?;
            }
            Op::Contains | Op::NotContains => {
                let found = match self.contains_plain(cx.c(), cx.b()) {
                    Some(found) => found,
                    None => self.contains(cx.c(), cx.b())?,
                };
                cx.finish(Value::bool(found == (op == Op::Contains)))?;
            }
            Op::LoadGlobal => {
                let v = self.load_global(cx.frame, cx.pc, i.bc())?;
                if i.x() & METHOD != 0 {
                    cx.set_word(i.a() + 1, 0);
                }
                cx.set(i.a(), v);
            }
            Op::LoadAttr => {
                if !self.load_attr_cached(cx, false) {
                    self.op_load_attr(cx)?;
                }
            }
            Op::LoadMethod => {
                if !self.load_attr_cached(cx, true) {
                    self.op_load_method(cx)?;
                }
            }
            Op::StoreAttr => {
                if !self.store_attr_cached(cx) {
                    self.op_store_attr(cx)?;
                }
            }
            Op::GetItem => return self.subscript(cx),
            Op::SetItem => return self.op_set_item(cx),
            Op::LoadDeref => self.op_load_deref(cx)?,
            Op::StoreDeref => self.op_store_deref(cx)?,
            Op::UnpackSequence => self.op_unpack_sequence(cx)?,
            Op::ListAppend => self.op_list_append(cx)?,
            Op::ListExtend => self.op_list_extend(cx)?,
            Op::UnpackEx => self.op_unpack_ex(cx)?,
            Op::MatchClass => self.op_match_class(cx)?,
            Op::Intrinsic2 => self.op_intrinsic2(cx)?,
            Op::MatchSequence | Op::MatchMapping => {
                let flag = if op == Op::MatchSequence { flags::SEQUENCE } else { flags::MAPPING };
                let matches = self.heap.info(cx.b().type_id()).flags & flag != 0;
                cx.finish(Value::bool(matches))?;
            }
            Op::GetLen => self.op_get_len(cx)?,
            _ => called::function(op as u8)(self, cx)?,
        }
        Ok(false)
    }

    /// `object[key]`; `true` when a frame was pushed that computes it.
    fn subscript(&mut self, cx: Ctx) -> Result<bool> {
        if let Some(d) = cx.b().downcast_exact::<Dict>()
            && let Some(key) = cx.c().downcast_exact::<Str>()
            && let Some(v) = d.get_str(&*self.heap, key)
        {
            cx.finish(v)?;
            return Ok(false);
        }
        self.op_get_item(cx)
    }

    /// Whether a jump's condition holds, `NEGATE` included; `None` when a frame was pushed that will tell.
    fn jump_condition(&mut self, cx: Ctx) -> Result<Option<bool>> {
        let i = cx.i;
        let op = i.op();
        let holds = match op {
            Op::JumpIfTrue => self.op_truth(cx)?,
            Op::JumpIfFalse => !self.op_truth(cx)?,
            Op::JumpIfIn => {
                let found = self.contains(cx.b(), cx.a())?;
                cx.kill();
                found != (i.x() & NEGATE != 0)
            }
            _ => {
                let Some(comparison) = comparison(op) else { return Ok(Some(false)) };
                let holds = if matches!(op, Op::JumpIfLtImm | Op::JumpIfLeImm | Op::JumpIfEqImm | Op::JumpIfNeImm | Op::JumpIfGtImm | Op::JumpIfGeImm) {
                    self.op_compare_imm_jump(cx, comparison)?
                } else {
                    match self.op_compare_jump(cx, comparison)? {
                        Some(holds) => holds,
                        None => return Ok(None),
                    }
                };
                holds != (i.x() & NEGATE != 0)
            }
        };
        Ok(Some(holds))
    }
}

/// The comparison of an opcode that compares.
fn comparison(op: Op) -> Option<CmpOp> {
    Some(match op {
        Op::CompareLt | Op::JumpIfLt | Op::JumpIfLtImm => CmpOp::Lt,
        Op::CompareLe | Op::JumpIfLe | Op::JumpIfLeImm => CmpOp::Le,
        Op::CompareEq | Op::JumpIfEq | Op::JumpIfEqImm => CmpOp::Eq,
        Op::CompareNe | Op::JumpIfNe | Op::JumpIfNeImm => CmpOp::Ne,
        Op::CompareGt | Op::JumpIfGt | Op::JumpIfGtImm => CmpOp::Gt,
        Op::CompareGe | Op::JumpIfGe | Op::JumpIfGeImm => CmpOp::Ge,
        _ => return None,
    })
}

/// Whether [`called_operation`] executes this opcode.
pub fn is_called_operation(op: Op) -> bool {
    use crate::interp::called::{called_pattern, with_called_ops};
    matches!(op, with_called_ops!(called_pattern))
}

/// Whether [`operation`] executes this opcode.
pub fn is_operation(op: Op) -> bool {
    use crate::interp::called::{called_pattern, with_called_ops};
    let op = unspecialized(krait_bytecode::Instr::new(op, 0, 0, 0, 0)).op();
    // What keeps exceptions and context managers in order is left to the interpreter.
    if matches!(op, Op::PushExc | Op::PopExc | Op::CheckExcMatch | Op::CheckEgMatch | Op::WithExceptStart | Op::LoadSpecial | Op::GetAwaitable | Op::GetAiter | Op::GetAnext | Op::GetYieldFromIter | Op::ImportStar | Op::LoadName | Op::StoreName | Op::DeleteName | Op::SetupAnnotations) {
        return false;
    }
    matches!(op, with_called_ops!(called_pattern))
        || (Op::BinaryAdd as u8..=Op::InplaceXor as u8).contains(&(op as u8))
        || (Op::CompareLt as u8..=Op::CompareGe as u8).contains(&(op as u8))
        || matches!(
            op,
            Op::AddImm | Op::SubImm | Op::UnaryNeg | Op::UnaryPos | Op::UnaryInvert | Op::UnaryNot | Op::ToBool | Op::Contains | Op::NotContains | Op::LoadGlobal | Op::LoadAttr | Op::LoadMethod | Op::StoreAttr | Op::GetItem | Op::SetItem | Op::LoadDeref | Op::StoreDeref | Op::UnpackSequence | Op::ListAppend | Op::GetLen | Op::ListExtend | Op::UnpackEx | Op::MatchClass | Op::Intrinsic2 | Op::MatchSequence | Op::MatchMapping
        )
}

/// Makes room for one more item in a list; false when the quota forbids it.
///
/// # Safety
/// `list` is the address of a list.
pub unsafe extern "C" fn make_room(vm: *mut Vm, list: *mut u8) -> u32 {
    // SAFETY: by contract; the reference is borrowed.
    unsafe {
        let value = std::mem::ManuallyDrop::new(Value::from_bits(list as usize as u64));
        let list = Ref::<List>::from_value_ref_unchecked(&value);
        u32::from(list.reserve(&mut (*vm).heap, 1).is_ok())
    }
}

/// The word of a new iterator over a range; 0 when the step is.
///
/// # Safety
/// Called by compiled code, with ints of one word.
pub unsafe extern "C" fn range_iterator(vm: *mut Vm, start: i64, stop: i64, step: i64) -> u64 {
    let left = match step {
        0 => return EMPTY_WORD,
        1.. if start < stop => (stop - 1 - start) / step + 1,
        ..0 if start > stop => (start - 1 - stop) / -step + 1,
        _ => 0,
    };
    // SAFETY: by contract.
    unsafe { (*vm).heap.alloc(RangeIter { next: start, step, left: left as u64 }).into_value().into_bits() }
}

/// The word of a new iterator over a list.
///
/// # Safety
/// Called by compiled code, with the word of a list.
pub unsafe extern "C" fn list_iterator(vm: *mut Vm, list: u64) -> u64 {
    // SAFETY: by contract; the reference is borrowed.
    unsafe {
        let list = std::mem::ManuallyDrop::new(Value::from_bits(list));
        (*vm).heap.alloc(ListIter { list: Some((*list).clone()), index: 0, reverse: false }).into_value().into_bits()
    }
}

/// The word of the class `range`.
pub fn range_class(vm: &Vm) -> u64 {
    vm.heap.type_object(id::RANGE).as_value().bits()
}

/// Where a dict has a string key: the version of its keys, and the entry's index.
pub fn entry_of(vm: &Vm, dict: &Ref<Dict>, name: &Ref<Str>) -> Option<(u32, usize)> {
    let dict = dict.get(vm);
    let index = dict.find_str(&vm.heap, name)?;
    (dict.table.version != 0).then_some((dict.table.version, index))
}
/// The version of a dict's keys; 0 for none.
pub fn keys_version(vm: &Vm, dict: &Ref<Dict>) -> u32 {
    dict.get(vm).table.version
}

/// The builtin function that a word of a call window stands for.
pub fn native_def_of(word: u64) -> Option<&'static MethodDef> {
    // SAFETY: such a word is made of a definition's address.
    if is_native(word) { Some(unsafe { native_def(word) }) } else { None }
}

/// The name of a function of the module `math`.
pub fn math_function(vm: &Vm, value: &Value) -> Option<&'static str> {
    let function = value.downcast_exact::<BuiltinFn>()?.get(vm);
    let module = function.module.as_ref()?.downcast_exact::<Str>()?;
    if module.view(vm).to_utf8_lossy() == "math" { Some(function.def.name) } else { None }
}

/// The word that stands for a builtin function in call windows.
pub fn native_word_of(value: &Value) -> Option<u64> {
    let function = value.downcast_exact::<BuiltinFn>()?;
    // SAFETY: the payload of a live function.
    Some(crate::value::native_word(unsafe { (*function.payload_ptr()).def }))
}
