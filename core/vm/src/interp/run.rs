//! The dispatch loop.
//!
//! One `match` per instruction; the common case of each op inline, the rest in [`super::ops`]. `pc`, `regs` and the
//! frame pointer live in locals; `frame.pc` is written before anything that may raise, call or look at frames.
//! Python calls push frames and go round the outer loop: they never recurse here.

#![allow(unsafe_code, reason = "registers, instructions and frames are reached through raw pointers")]

use crate::args::Inlined;
use crate::builtins::bytes::ByteArray;
use crate::builtins::code::CodeObject;
use crate::builtins::dict::Dict;
use crate::builtins::function::{BoundMethod, BuiltinFn, Function};
use crate::builtins::iterator_methods::Step;
use crate::builtins::iterators::ListIter;
use crate::builtins::list::List;
use crate::builtins::module::Module;
use crate::builtins::slice::RangeIter;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::heap::{Instance, flags};
use crate::interp::TICKS;
use crate::interp::arms::Next;
use crate::interp::called::{self, called_pattern, with_called_ops};
use crate::interp::frame::{Frame, FrameKind, drop_registers};
use crate::interp::generator::{Generator, GeneratorState};
use crate::interp::ops::Ctx;
use crate::interp::spared::{self, HAS_QUICK_LOOP, spared_pattern, with_spared_ops};
use crate::jit::calls::Ran;
use crate::object::Ref;
use crate::runtime::arithmetic::{BinOp, floor_div, floor_mod};
use crate::runtime::compare::CmpOp;
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::{BITS_FALSE, BITS_NONE, BITS_TRUE, BITS_UNBOUND, FLOAT_OFFSET, INT_FIRST, INT_ZERO, Value, is_native, is_pointer, native_def, native_word};
use crate::vm::Vm;
use crate::{Raised, Result};
use krait_bytecode::ops::{CONST_B, CONST_C, DELEGATE, DISCARD, KILL_A, KILL_B, KILL_C, METHOD, NEGATE};
use krait_bytecode::{Instr, Op};

/// Why the inner loop stopped.
pub(crate) enum Exit {
    /// The pending exception looks for a handler.
    Raise,
    /// A frame was pushed: start it.
    Enter,
    /// A frame ends with this result.
    Return(Value),
    /// The frame that Rust code entered was popped with this result.
    Done(Value),
    /// The running generator yielded this.
    Yield(Value),
    /// The generator that Rust code resumed was suspended, having yielded this.
    Yielded(Value),
    /// Go on behind the instruction at the frame's `pc`: tracing was switched on.
    Reload,
    /// Out of fuel, or stopped: the frames stay, and go on at their `pc`.
    Suspend,
    /// The quick loop has no quick way for the instruction at the frame's `pc`.
    Spared,
}

/// Where a frame starts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// At its `pc`.
    At,
    /// Behind the instruction there.
    Behind,
    /// At its `pc`, with an instruction that the quick loop spared itself.
    Spared,
}

/// An instruction where it lies. Each field is one load, when it is needed: less work than to cut a word into fields,
/// and the word takes no register.
#[derive(Clone, Copy)]
struct At(*const Instr);

const _: () = assert!(cfg!(target_endian = "little"), "fields of instructions are read where a little-endian word has them");

impl At {
    /// The whole word.
    #[inline(always)]
    fn word(self) -> Instr {
        // SAFETY: made by the loop from the place of an instruction; the running frame keeps its code.
        unsafe { *self.0 }
    }
    #[inline(always)]
    fn half(self, n: usize) -> u16 {
        // SAFETY: as above; a word has four of these.
        unsafe { *(self.0 as *const u16).add(n) }
    }
    #[inline(always)]
    fn op_byte(self) -> u8 {
        // SAFETY: as above.
        unsafe { *(self.0 as *const u8) }
    }
    /// As `op_byte`, read anew, where the dispatch has done its work: it would occupy a register in every instruction.
    #[inline(always)]
    fn op_byte_again(self) -> u8 {
        // SAFETY: as above.
        unsafe { std::ptr::read_volatile(self.0 as *const u8) }
    }
    #[inline(always)]
    fn is(self, op: Op) -> bool {
        self.op_byte_again() == op as u8
    }
    #[inline(always)]
    fn x(self) -> u8 {
        // SAFETY: as above.
        unsafe { *(self.0 as *const u8).add(1) }
    }
    #[inline(always)]
    fn a(self) -> usize {
        self.half(1) as usize
    }
    #[inline(always)]
    fn b(self) -> usize {
        self.half(2) as usize
    }
    #[inline(always)]
    fn c(self) -> usize {
        self.half(3) as usize
    }
    #[inline(always)]
    fn bc(self) -> usize {
        // SAFETY: as above.
        unsafe { *(self.0 as *const u32).add(1) as usize }
    }
    #[inline(always)]
    fn imm(self) -> i64 {
        i64::from(self.half(3) as i16)
    }
    #[inline(always)]
    fn imm32(self) -> i64 {
        self.bc() as u32 as i32 as i64
    }
}

/// Says that control seldom comes here: such code lies apart, and registers are spilt there rather than elsewhere.
#[cold]
#[inline(always)]
fn rarely() {}

/// Whether an int of one word or a float.
#[inline(always)]
fn is_number(word: u64) -> bool {
    word >= FLOAT_OFFSET
}
#[inline(always)]
fn is_float(word: u64) -> bool {
    word.wrapping_sub(FLOAT_OFFSET) < INT_FIRST - FLOAT_OFFSET
}
/// A truth value as the int it is; other words stay.
#[inline(always)]
fn int_of_bool(word: u64) -> u64 {
    if word & !1 == BITS_FALSE { INT_ZERO + (word & 1) } else { word }
}
#[inline(always)]
fn to_float(word: u64) -> f64 {
    f64::from_bits(word - FLOAT_OFFSET)
}
/// The word of a float that arithmetic made from floats: hardware makes quiet NaNs without a payload of its own, and
/// those of the operands are canonical already.
#[inline(always)]
fn float_word(f: f64) -> u64 {
    f.to_bits().wrapping_add(FLOAT_OFFSET)
}

impl Vm {
    /// Runs the frames above `stop` until they are done.
    pub(crate) fn run(&mut self, stop: usize) -> Result<Value> {
        let mut start = Start::At;
        if self.tick_nested().is_err() && !self.unwind(stop) {
            return Err(Raised);
        }
        loop {
            // SAFETY: the running frame; everything below keeps to its registers and instructions.
            let exit = unsafe {
                if self.tracing || start == Start::Spared {
                    self.run_frame::<true, false>(start)
                } else {
                    self.run_frame::<false, HAS_QUICK_LOOP>(start)
                }
            };
            start = Start::At;
            match exit {
                Exit::Enter => {}
                Exit::Spared => start = Start::Spared,
                Exit::Reload => start = Start::Behind,
                Exit::Suspend => return Err(Raised),
                Exit::Done(value) => {
                    if self.heap.needs_attention() {
                        self.attend();
                    }
                    debug_assert_eq!(self.thread.depth(), stop);
                    self.yielded = false;
                    return Ok(value);
                }
                Exit::Raise => {
                    if !self.unwind(stop) {
                        return Err(Raised);
                    }
                }
                Exit::Return(value) => match self.return_value(value, stop) {
                    Ok(Some(value)) => return Ok(value),
                    Ok(None) => start = Start::Behind,
                    Err(Raised) => {
                        if self.thread.depth() == stop || !self.unwind(stop) {
                            return Err(Raised);
                        }
                    }
                },
                Exit::Yielded(value) => {
                    self.yielded = true;
                    return Ok(value);
                }
                Exit::Yield(value) => {
                    let frame = self.thread.current();
                    // SAFETY: the generator's frame.
                    let (kind, dst, i, pc) = unsafe { ((*frame).kind, (*frame).dst, (&(*(*frame).code).instrs)[(*frame).pc as usize], (*frame).pc) };
                    let delegate = if i.x() & DELEGATE != 0 { i.c() as u32 } else { u32::MAX };
                    self.suspend_generator(pc + 1, i.a() as u32, delegate);
                    if kind == FrameKind::GeneratorEntry {
                        self.yielded = true;
                        return Ok(value);
                    }
                    let frame = self.thread.current();
                    // SAFETY: the frame that resumed the generator.
                    unsafe { set_register((*frame).regs, dst as usize, value.into_bits()) }
                    start = Start::Behind;
                    if self.heap.needs_attention() {
                        self.attend();
                    }
                }
            }
        }
    }

    /// Delivers the result of the running frame, which is left. `Some` when the run is over.
    pub(crate) fn return_value(&mut self, value: Value, stop: usize) -> Result<Option<Value>> {
        let frame = self.thread.current();
        // SAFETY: the running frame.
        let (kind, dst) = unsafe { ((*frame).kind, (*frame).dst) };
        let instance = if kind == FrameKind::Init { unsafe_take_extra(frame) } else { None };
        self.leave_frame();
        if self.heap.needs_attention() {
            self.attend();
        }
        match kind {
            FrameKind::Entry | FrameKind::GeneratorEntry => {
                debug_assert_eq!(self.thread.depth(), stop);
                self.yielded = false;
                return Ok(Some(value));
            }
            FrameKind::Call => {
                let below = self.thread.current();
                // SAFETY: the caller's frame and its destination register.
                unsafe { set_register((*below).regs, dst as usize, value.into_bits()) }
            }
            FrameKind::Discard => drop(value),
            FrameKind::Operator => {
                let below = self.thread.current();
                self.resume_operator(below, dst, value)?;
            }
            FrameKind::Init => {
                if !value.is_none() {
                    return Err(self.init_returned(&value));
                }
                let below = self.thread.current();
                // SAFETY: as above.
                unsafe { set_register((*below).regs, dst as usize, instance.unwrap_or(Value::NONE).into_bits()) }
            }
            FrameKind::GeneratorFor | FrameKind::GeneratorSend => {
                let below = self.thread.current();
                // SAFETY: the frame that executes `for_iter` or `send`, whose ext word has the target.
                unsafe {
                    let pc = (*below).pc as usize;
                    let (i, ext) = ((&(*(*below).code).instrs)[pc], (&(*(*below).code).instrs)[pc + 1]);
                    let regs = (*below).regs;
                    set_register(regs, i.b(), BITS_UNBOUND);
                    if kind == FrameKind::GeneratorSend {
                        set_register(regs, i.a(), value.into_bits());
                    }
                    // The caller goes on behind the instruction and its ext word: two before the target.
                    (*below).pc = (ext.bc() as u32).wrapping_sub(2);
                    self.jumped = true;
                }
            }
        }
        if self.heap.needs_attention() {
            self.attend();
        }
        Ok(None)
    }

    /// Runs the current frame until something needs the outer loop.
    ///
    /// `TRACE`: the loop that calls tracers. Where there is a `QUICK` one, this one also runs what that spares itself,
    /// until an instruction comes that the quick loop is for.
    #[allow(clippy::cognitive_complexity, reason = "one arm per opcode")]
    unsafe fn run_frame<const TRACE: bool, const QUICK: bool>(&mut self, start: Start) -> Exit {
        // SAFETY: for the whole function: the compiler's code keeps registers inside the window and falls off
        // no end; words in registers are valid values; pointers are refreshed whenever frames change.
        unsafe {
            let mut frame = self.thread.current();
            let mut regs = (*frame).regs;
            let mut code: *mut CodeObject = (*frame).code;
            let mut base: *const Instr = (&(*code).instrs).as_ptr();
            let mut pc: *const Instr = base.add((*frame).pc as usize);
            // The frame whose result goes to Rust code: the outer loop handles its end.
            let mut spared = start == Start::Spared;
            if start == Start::Behind {
                if std::mem::take(&mut self.jumped) {
                    pc = base.add((*frame).pc.wrapping_add(2) as usize);
                } else {
                    let width = if (*pc).op().has_ext() { 2 } else { 1 };
                    pc = pc.add(width);
                }
            }
            let mut ticks: u32 = self.ticks;

            macro_rules! reg {
                ($n:expr) => {
                    *regs.add($n)
                };
            }
            // Continues with the running frame, given or looked up, at its `pc` or behind it.
            macro_rules! enter_frame {
                () => {
                    enter_frame!(self.thread.current(), 0)
                };
                ($running:expr, $behind:expr) => {{
                    frame = $running;
                    regs = (*frame).regs;
                    code = (*frame).code;
                    base = (&(*code).instrs).as_ptr();
                    pc = base.add((*frame).pc as usize + $behind);
                }};
            }
            macro_rules! save_pc {
                ($at:expr) => {
                    (*frame).pc = $at.offset_from(base) as u32
                };
            }
            // What native code below used meanwhile counts as well.
            macro_rules! keep_ticks {
                () => {
                    self.ticks = self.ticks.min(ticks)
                };
            }
            macro_rules! leave {
                ($exit:expr) => {{
                    rarely();
                    keep_ticks!();
                    return $exit;
                }};
            }
            macro_rules! set {
                ($n:expr, $word:expr) => {{
                    let word = $word;
                    let slot = regs.add($n);
                    let old = *slot;
                    *slot = word;
                    if is_pointer(old) {
                        self.drop_word(frame, pc.offset_from(base) as u32, old);
                    }
                }};
            }
            // The word of an operand that goes on elsewhere: it leaves a register that dies here, and is counted otherwise.
            macro_rules! moved_or_shared {
                ($i:expr, $field:ident, $flag:ident) => {{
                    let word = reg!($i.$field());
                    if $i.x() & $flag != 0 {
                        reg!($i.$field()) = BITS_UNBOUND;
                    } else if is_pointer(word) {
                        (*(word as usize as *const crate::heap::Header)).increment();
                    }
                    word
                }};
            }
            macro_rules! kill {
                ($i:expr) => {{
                    let x = $i.x();
                    if x & (KILL_B | KILL_C) != 0 {
                        if x & KILL_B != 0 {
                            set!($i.b(), BITS_UNBOUND);
                        }
                        if x & KILL_C != 0 {
                            set!($i.c(), BITS_UNBOUND);
                        }
                    }
                }};
            }
            macro_rules! slow {
                ($i:expr, |$cx:ident| $body:expr) => {{
                    rarely();
                    spare!();
                    called!($i, |$cx| $body)
                }};
            }
            macro_rules! arm {
                ($i:expr, $method:ident) => {{
                    rarely();
                    save_pc!(pc.sub(1));
                    let next = self.$method(Ctx { frame, regs, i: $i.word(), pc: pc.sub(1).offset_from(base) as usize });
                    if QUICK {
                        break Some(next);
                    }
                    go!($i, next);
                }};
            }
            macro_rules! called {
                ($i:expr, |$cx:ident| $body:expr) => {{
                    rarely();
                    let at = pc.sub(1);
                    save_pc!(at);
                    let $cx = Ctx { frame, regs, i: $i.word(), pc: at.offset_from(base) as usize };
                    match $body {
                        Ok(v) => {
                            if *self.attention {
                                self.attend();
                            }
                            v
                        }
                        Err(Raised) => leave!(Exit::Raise),
                    }
                }};
            }
            // As `slow!`, for what may push a frame (`true`) instead of finishing.
            macro_rules! slow_or_enter {
                ($i:expr, |$cx:ident| $body:expr) => {{
                    if slow!($i, |$cx| $body) {
                        enter_frame!();
                        continue;
                    }
                }};
            }
            // A site that waits is served by the second-level cache, if it can.
            macro_rules! served_or {
                ($i:expr, |$cx:ident| $served:expr) => {{
                    let at = pc.sub(1);
                    let $cx = Ctx { frame, regs, i: $i.word(), pc: at.offset_from(base) as usize };
                    if (&mut (*code).sites).get_unchecked_mut($i.c()).waits() && $served {
                        if *self.attention {
                            save_pc!(at);
                            self.attend();
                        }
                        continue;
                    }
                }};
            }
            // A specialised site does not fit: the second level, or else back to the generic form. One that misses
            // all the time is specialised again.
            macro_rules! missed {
                ($i:expr, $op:ident) => {{
                    rarely();
                    spare!();
                    let at = pc.sub(1);
                    if self.serve_missed(Ctx { frame, regs, i: $i.word(), pc: at.offset_from(base) as usize }, Op::$op) {
                        if *self.attention {
                            save_pc!(at);
                            self.attend();
                        }
                        continue;
                    }
                    pc = at;
                }};
            }
            // The words of two operands that may be constants.
            macro_rules! operands {
                ($i:expr) => {{
                    if $i.x() & (CONST_B | CONST_C) == 0 {
                        (reg!($i.b()), reg!($i.c()))
                    } else {
                        let consts = (*code).consts.as_ptr() as *const u64;
                        let b = if $i.x() & CONST_B != 0 { *consts.add($i.b()) } else { reg!($i.b()) };
                        let c = if $i.x() & CONST_C != 0 { *consts.add($i.c()) } else { reg!($i.c()) };
                        (b, c)
                    }
                }};
            }
            macro_rules! operand {
                ($i:expr, $field:ident, $flag:ident) => {
                    if $i.x() & $flag == 0 { regs.add($i.$field()) as *const Value } else { (*code).consts.as_ptr().add($i.$field()) }
                };
            }
            // Arithmetic: ints, then floats, then the slow half.
            macro_rules! arithmetic {
                ($i:expr, $op:ident, $slow:ident, |$x:ident, $y:ident| $int:expr, |$f:ident, $g:ident| $float:expr) => {{
                    let ($x, $y) = operands!($i);
                    if TRACE {
                        // The slow half does it all, and keeps the traced loop small.
                    } else if $x & $y >= INT_FIRST {
                        if let Some(word) = $int {
                            set!($i.a(), word);
                            continue;
                        }
                    } else if is_float($x) && is_float($y) {
                        let ($f, $g) = (to_float($x), to_float($y));
                        if let Some(v) = $float {
                            set!($i.a(), float_word(v));
                            continue;
                        }
                    } else if is_number($x) && is_number($y) {
                        // An int and a float: ints of one word are exact as floats.
                        let ($f, $g) = (number!($x), number!($y));
                        if let Some(v) = $float {
                            set!($i.a(), float_word(v));
                            continue;
                        }
                    } else if !QUICK && ($x & !1 == BITS_FALSE && $y >= INT_FIRST || $y & !1 == BITS_FALSE && $x >= INT_FIRST) {
                        // An int and a truth value, which counts as 0 or 1: `n += a < b`.
                        let ($x, $y) = (int_of_bool($x), int_of_bool($y));
                        if let Some(word) = $int {
                            set!($i.a(), word);
                            continue;
                        }
                    }
                    if QUICK {
                        // One arm has both forms of an operator.
                        if called!($i, |cx| self.op_arithmetic(cx, BinOp::$op)) {
                            enter_frame!();
                        }
                        continue;
                    }
                    slow_or_enter!($i, |cx| self.$slow(cx, BinOp::$op));
                }};
            }
            macro_rules! int_word {
                ($n:expr) => {{
                    let n: i64 = $n;
                    let word = INT_ZERO.wrapping_add(n as u64);
                    if (crate::value::INT_MIN..=crate::value::INT_MAX).contains(&n) { Some(word) } else { None }
                }};
            }
            macro_rules! add_words {
                ($x:expr, $y:expr) => {{
                    let word = $x.wrapping_add($y.wrapping_sub(INT_ZERO));
                    if word >= INT_FIRST { Some(word) } else { None }
                }};
            }
            macro_rules! sub_words {
                ($x:expr, $y:expr) => {{
                    let word = $x.wrapping_sub($y).wrapping_add(INT_ZERO);
                    if word >= INT_FIRST { Some(word) } else { None }
                }};
            }
            macro_rules! small {
                ($word:expr) => {
                    ($word.wrapping_sub(INT_ZERO) as i64)
                };
            }
            macro_rules! number {
                ($word:expr) => {
                    if $word >= INT_FIRST { small!($word) as f64 } else { to_float($word) }
                };
            }
            macro_rules! mul_words {
                ($x:expr, $y:expr) => {
                    match crate::value::checked_product(small!($x), small!($y)) {
                        Some(n) => int_word!(n),
                        None => None,
                    }
                };
            }
            // Comparison of exact builtin scalars; equality of strings is inline.
            macro_rules! simple_comparison {
                ($op:ident, $x:expr, $y:expr) => {
                    if QUICK {
                        self.compare_simple(CmpOp::$op, $x, $y)
                    } else if matches!(CmpOp::$op, CmpOp::Eq | CmpOp::Ne)
                        && let Some(x) = $x.downcast_exact::<Str>()
                        && let Some(y) = $y.downcast_exact::<Str>()
                    {
                        let equal = x.is(y) || x.get(&*self.heap).same(y.get(&*self.heap));
                        Some(equal == matches!(CmpOp::$op, CmpOp::Eq))
                    } else {
                        self.compare_simple(CmpOp::$op, $x, $y)
                    }
                };
            }
            macro_rules! compare {
                ($i:expr, $op:ident, $cmp:tt) => {{
                    if TRACE {
                        slow_or_enter!($i, |cx| self.op_compare(cx, CmpOp::$op));
                        continue;
                    }
                    let (x, y) = operands!($i);
                    // Words of small ints order as the ints do.
                    if x & y >= INT_FIRST {
                        set!($i.a(), if x $cmp y { BITS_TRUE } else { BITS_FALSE });
                        continue;
                    }
                    if is_float(x) && is_float(y) {
                        set!($i.a(), if to_float(x) $cmp to_float(y) { BITS_TRUE } else { BITS_FALSE });
                        continue;
                    }
                    let (x, y) = (&*operand!($i, b, CONST_B), &*operand!($i, c, CONST_C));
                    if let Some(result) = simple_comparison!($op, x, y) {
                        set!($i.a(), if result { BITS_TRUE } else { BITS_FALSE });
                        kill!($i);
                        continue;
                    }
                    slow_or_enter!($i, |cx| self.op_compare(cx, CmpOp::$op));
                }};
            }
            macro_rules! branch {
                ($i:expr, $cond:expr) => {{
                    if ($cond) != ($i.x() & NEGATE != 0) {
                        pc = base.add(At(pc).bc());
                    } else {
                        pc = pc.add(1);
                    }
                }};
            }
            macro_rules! compare_jump {
                ($i:expr, $op:ident, $cmp:tt) => {{
                    let (x, y) = (reg!($i.a()), (*operand!($i, b, CONST_B)).bits());
                    if !TRACE && x & y >= INT_FIRST {
                        branch!($i, x $cmp y);
                        continue;
                    }
                    if !TRACE && is_float(x) && is_float(y) {
                        branch!($i, to_float(x) $cmp to_float(y));
                        continue;
                    }
                    let (x, y) = (&*(regs.add($i.a()) as *const Value), &*operand!($i, b, CONST_B));
                    if !TRACE && let Some(cond) = simple_comparison!($op, x, y) {
                        if $i.x() & KILL_A != 0 {
                            set!($i.a(), BITS_UNBOUND);
                        }
                        if $i.x() & KILL_B != 0 {
                            set!($i.b(), BITS_UNBOUND);
                        }
                        branch!($i, cond);
                        continue;
                    }
                    match slow!($i, |cx| self.op_compare_jump(cx, CmpOp::$op)) {
                        Some(cond) => branch!($i, cond),
                        None => enter_frame!(),
                    }
                }};
            }
            macro_rules! compare_imm_jump {
                ($i:expr, $op:ident, $cmp:tt) => {{
                    let x = reg!($i.a());
                    if x >= INT_FIRST {
                        branch!($i, small!(x) $cmp $i.imm());
                        continue;
                    }
                    let cond = slow!($i, |cx| self.op_compare_imm_jump(cx, CmpOp::$op));
                    branch!($i, cond);
                }};
            }
            macro_rules! truth_jump {
                ($i:expr, $want:expr) => {{
                    let x = reg!($i.a());
                    let cond = match x {
                        BITS_TRUE => true,
                        BITS_FALSE | BITS_NONE => false,
                        _ => called!($i, |cx| self.op_truth(cx)),
                    };
                    if cond == $want {
                        pc = base.add($i.bc());
                    }
                }};
            }
            // A method and its receiver, which may lie in the window's first register. The window holds nothing else.
            macro_rules! fill_window {
                ($i:expr, $function:expr, $this:expr) => {{
                    if $i.x() & KILL_B != 0 || $i.a() == $i.b() {
                        reg!($i.b()) = BITS_UNBOUND;
                    } else if is_pointer($this) {
                        (*($this as usize as *const crate::heap::Header)).increment();
                    }
                    debug_assert!(!is_pointer(reg!($i.a())) && !is_pointer(reg!($i.a() + 1)));
                    reg!($i.a()) = $function;
                    reg!($i.a() + 1) = $this;
                }};
            }
            // What a call left to be done; it may have switched tracing on.
            macro_rules! attend_after_call {
                () => {
                    if *self.attention {
                        self.attend();
                        if self.tracing != TRACE && !(TRACE && HAS_QUICK_LOOP) {
                            leave!(Exit::Reload);
                        }
                    }
                };
            }
            // The call of a builtin function over registers; the window's registers from `$first` die.
            macro_rules! native_call {
                ($i:expr, $entry:expr, $args:expr, $first:expr, $count:expr) => {{
                    let args = $args;
                    match $entry(self, std::slice::from_raw_parts(regs.add(args) as *const Value, $count), &[]) {
                        Ok(v) => {
                            drop_registers(regs, $first, args + $count);
                            if $i.x() & DISCARD == 0 {
                                set!($i.a(), v.into_bits());
                            } else {
                                pc = pc.add(1);
                                set_dead(self, frame, pc.offset_from(base) as u32, v);
                            }
                            attend_after_call!();
                        }
                        Err(Raised) => leave!(Exit::Raise),
                    }
                    continue;
                }};
            }
            // The result of a builtin function that was not called; the arguments in `$first..$end` die.
            macro_rules! inlined_result {
                ($i:expr, $first:expr, $end:expr, $word:expr) => {{
                    let word = $word;
                    let freed = drop_registers(regs, $first, $end);
                    if $i.x() & DISCARD == 0 {
                        set!($i.a(), word);
                    } else {
                        pc = pc.add(1);
                    }
                    if freed {
                        attend_after_call!();
                    }
                    continue;
                }};
            }
            // Both registers of a fresh call window hold nothing.
            macro_rules! load_global {
                ($i:expr, $word:expr) => {{
                    if $i.x() & METHOD != 0 {
                        debug_assert!(!is_pointer(reg!($i.a())) && !is_pointer(reg!($i.a() + 1)));
                        reg!($i.a()) = $word;
                        reg!($i.a() + 1) = 0;
                    } else {
                        set!($i.a(), $word);
                    }
                }};
            }
            macro_rules! poll {
                () => {{
                    ticks = self.refill();
                    self.ticks = ticks;
                    if self.poll().is_err() {
                        leave!(Exit::Raise);
                    }
                }};
            }

            // Goes on as the method of an arm says. Finalisers see the frame at its instruction.
            macro_rules! go {
                ($i:expr, $next:expr) => {
                    match $next {
                        Ok(next) => {
                            match next {
                                Next::On => {}
                                Next::Skip => pc = pc.add(1),
                                Next::Again => pc = pc.sub(1),
                                Next::If(holds) => branch!($i, holds),
                                Next::Ended => pc = base.add(At(pc).bc()),
                                Next::Frame => {
                                    enter_frame!();
                                    continue;
                                }
                                // An ext word behind the instruction does nothing.
                                Next::Below => enter_frame!(self.thread.current(), 1),
                                Next::BelowIf(holds) => {
                                    enter_frame!(self.thread.current(), 1);
                                    branch!(At(pc.sub(1)), holds);
                                }
                            }
                            if *self.attention {
                                self.attend();
                                if self.tracing != TRACE && !(TRACE && HAS_QUICK_LOOP) {
                                    save_pc!(pc);
                                    leave!(Exit::Enter);
                                }
                            }
                        }
                        Err(Raised) => leave!(Exit::Raise),
                    }
                };
            }
            // What the quick loop has no quick way for: its inner loop ends.
            macro_rules! spare {
                () => {
                    if QUICK {
                        break None;
                    }
                };
            }
            // An engine replaces no running wasm frame by better code: the loop is left and entered again at `frame.pc`,
            // so that what was compiled meanwhile is used.
            macro_rules! pass_outer_loop {
                () => {
                    if cfg!(target_arch = "wasm32") {
                        return Exit::Enter;
                    }
                };
            }

            loop { let next = loop {
                if TRACE {
                    save_pc!(pc);
                    if self.tracing {
                        if At(pc).op_byte() != Op::LoadBody as u8 && self.trace_instruction().is_err() {
                            leave!(Exit::Raise);
                        }
                        pc = base.add((*frame).pc as usize);
                    } else if !HAS_QUICK_LOOP || !spared && spared::is_quick(At(pc).op_byte()) {
                        leave!(Exit::Enter);
                    }
                    spared = false;
                }
                let i = At(pc);
                pc = pc.add(1);
                // The byte of an instruction is always one of an opcode: code from outside is verified when it is read.
                match std::mem::transmute::<u8, Op>(i.op_byte()) {
                    Op::Nop | Op::Ext => {}
                    with_spared_ops!(spared_pattern) if QUICK => spare!(),
                    with_called_ops!(called_pattern) => called!(i, |cx| called::function(i.op_byte_again())(self, cx)),
                    Op::Move => {
                        let word = moved_or_shared!(i, b, KILL_B);
                        set!(i.a(), word);
                    }
                    Op::LoadConst => {
                        let v = (&(*code).consts).get_unchecked(i.bc()).clone();
                        set!(i.a(), v.into_bits());
                    }
                    Op::LoadInt => set!(i.a(), INT_ZERO.wrapping_add(i.imm32() as u64)),
                    Op::PushNull => reg!(i.a()) = 0,
                    Op::Clear => set!(i.a(), BITS_UNBOUND),
                    Op::ClearRange => {
                        for n in i.a()..i.a() + i.c() {
                            set!(n, BITS_UNBOUND);
                        }
                    }
                    Op::CheckBound => {
                        if reg!(i.a()) == BITS_UNBOUND {
                            slow!(i, |cx| {
                                let name = cx.name(i.bc());
                                Err::<(), Raised>(self.op_unbound_local(&name))
                            });
                        }
                    }
                    Op::DeleteLocal => {
                        if reg!(i.a()) == BITS_UNBOUND {
                            slow!(i, |cx| {
                                let name = cx.name(i.bc());
                                Err::<(), Raised>(self.op_unbound_local(&name))
                            });
                        }
                        set!(i.a(), BITS_UNBOUND);
                    }
                    Op::LoadDeref => {
                        let cell = &*(regs.add(i.b()) as *const Value);
                        if let Some(c) = cell.downcast_exact::<crate::builtins::function::Cell>()
                            && let Some(v) = &c.get(&*self.heap).content
                        {
                            let word = v.clone().into_bits();
                            set!(i.a(), word);
                            kill!(i);
                        } else {
                            slow!(i, |cx| self.op_load_deref(cx));
                        }
                    }
                    Op::StoreDeref => {
                        let cell = &*(regs.add(i.a()) as *const Value);
                        if let Some(c) = cell.downcast_exact::<crate::builtins::function::Cell>() {
                            let word = moved_or_shared!(i, b, KILL_B);
                            let old = c.get_mut(&mut *self.heap).content.replace(Value::from_bits(word));
                            if let Some(old) = old {
                                set_dead(self, frame, pc.offset_from(base) as u32, old);
                            }
                        } else {
                            slow!(i, |cx| self.op_store_deref(cx));
                        }
                    }
                    Op::LoadClassDeref => {
                        slow!(i, |cx| self.op_load_class_deref(cx));
                        pc = pc.add(1);
                    }
                    Op::LoadGlobal => slow!(i, |cx| {
                        match self.load_global(frame, cx.pc, i.bc()) {
                            Ok(v) => {
                                if i.x() & METHOD != 0 {
                                    cx.set_word(i.a() + 1, 0);
                                }
                                cx.set(i.a(), v);
                                Ok(())
                            }
                            Err(e) => Err(e),
                        }
                    }),
                    Op::LoadGlobalModule => {
                        let site = (&(*code).sites).get_unchecked(i.bc());
                        let table = &(*frame).function_ref().get(&*self.heap).globals.get(&*self.heap).table;
                        if table.version == site.guard {
                            let word = table.entry_unchecked(site.offset as usize).value.clone().into_bits();
                            load_global!(i, word);
                            continue;
                        }
                        self.despecialize(code, pc.sub(1).offset_from(base) as usize, i.bc(), Op::LoadGlobal);
                        pc = pc.sub(1);
                    }
                    Op::LoadGlobalBuiltin => {
                        let site = (&(*code).sites).get_unchecked(i.bc());
                        let f = (*frame).function_ref().get(&*self.heap);
                        let table = &f.builtins.get(&*self.heap).table;
                        if f.globals.get(&*self.heap).table.version == site.guard && table.version == site.part {
                            let word = table.entry_unchecked(site.offset as usize).value.clone().into_bits();
                            load_global!(i, word);
                            continue;
                        }
                        self.despecialize(code, pc.sub(1).offset_from(base) as usize, i.bc(), Op::LoadGlobal);
                        pc = pc.sub(1);
                    }
                    Op::LoadGlobalNative => {
                        let site = (&(*code).sites).get_unchecked(i.bc());
                        let f = (*frame).function_ref().get(&*self.heap);
                        let table = &f.builtins.get(&*self.heap).table;
                        if f.globals.get(&*self.heap).table.version == site.guard
                            && table.version == site.part
                            && let Some(function) = &site.value
                            && table.entry_unchecked(site.offset as usize).value.is(function)
                        {
                            let def = (*Ref::<BuiltinFn>::from_value_ref_unchecked(function).payload_ptr()).def;
                            debug_assert!(!is_pointer(reg!(i.a())) && !is_pointer(reg!(i.a() + 1)));
                            reg!(i.a()) = native_word(def);
                            reg!(i.a() + 1) = 0;
                            continue;
                        }
                        self.despecialize(code, pc.sub(1).offset_from(base) as usize, i.bc(), Op::LoadGlobal);
                        pc = pc.sub(1);
                    }
                    Op::StoreGlobalModule => {
                        let site = (&(*code).sites).get_unchecked(i.bc());
                        let table = &raw mut (*(*(*frame).function_ref().payload_ptr()).globals.payload_ptr()).table;
                        if (*table).version == site.guard {
                            let word = moved_or_shared!(i, a, KILL_A);
                            let old = std::mem::replace((*table).value_unchecked(site.offset as usize), Value::from_bits(word));
                            set_dead(self, frame, pc.offset_from(base) as u32, old);
                            continue;
                        }
                        self.despecialize(code, pc.sub(1).offset_from(base) as usize, i.bc(), Op::StoreGlobal);
                        pc = pc.sub(1);
                    }
                    Op::LoadLocals => slow!(i, |cx| {
                        let v = cx.locals(self);
                        cx.finish(v)
                    }),

                    // ---- attributes ----
                    Op::LoadAttr => {
                        served_or!(i, |cx| self.load_attr_cached(cx, false));
                        slow!(i, |cx| {
                            self.specialize_load_attr(code, cx.pc, i.c(), cx.b(), false);
                            self.op_load_attr(cx)
                        });
                    }
                    Op::LoadBody => {
                        slow!(i, |cx| self.op_load_body(cx));
                        enter_frame!();
                    }
                    Op::LoadAttrSlot => {
                        let word = reg!(i.b());
                        let site = (&(*code).sites).get_unchecked(i.c());
                        if is_pointer(word) {
                            let object = word as usize as *mut u8;
                            if (*(object as *const crate::heap::Header)).type_id == site.type_id
                                && (*(*(object.add(site.part as usize) as *const Instance)).shape).id() == site.guard
                                && let Some(v) = &*(object.add(site.offset as usize) as *const Option<Value>)
                            {
                                let found = v.clone().into_bits();
                                set!(i.a(), found);
                                kill!(i);
                                continue;
                            }
                        }
                        missed!(i, LoadAttr);
                    }
                    Op::LoadAttrClass => {
                        let word = reg!(i.b());
                        let site = (&(*code).sites).get_unchecked(i.c());
                        if is_pointer(word) {
                            let object = word as usize as *mut u8;
                            if (*(object as *const crate::heap::Header)).type_id == site.type_id
                                && (*(*(object.add(site.part as usize) as *const Instance)).shape).id() == site.guard
                                && self.heap.info(site.type_id).version == site.offset
                                && let Some(v) = &site.value
                            {
                                let mut found = v.clone();
                                if found.type_id() == id::FUNCTION {
                                    let this = (*(regs.add(i.b()) as *const Value)).clone();
                                    found = self.heap.alloc(BoundMethod { function: found, this }).into_value();
                                }
                                set!(i.a(), found.into_bits());
                                kill!(i);
                                continue;
                            }
                        }
                        missed!(i, LoadAttr);
                    }
                    Op::LoadAttrMember => {
                        let word = reg!(i.b());
                        let site = (&(*code).sites).get_unchecked(i.c());
                        if is_pointer(word) {
                            let object = word as usize as *mut u8;
                            if (*(object as *const crate::heap::Header)).type_id == site.type_id
                                && self.heap.info(site.type_id).version == site.guard
                                && let Some(v) = &*(object.add(site.offset as usize) as *const Option<Value>)
                            {
                                let found = v.clone().into_bits();
                                set!(i.a(), found);
                                kill!(i);
                                continue;
                            }
                        }
                        missed!(i, LoadAttr);
                    }
                    Op::LoadAttrItem => {
                        let word = reg!(i.b());
                        let site = (&(*code).sites).get_unchecked(i.c());
                        if is_pointer(word)
                            && (*(word as usize as *const crate::heap::Header)).type_id == site.type_id
                            && self.heap.info(site.type_id).version == site.guard
                            // The site was filled for a subclass of tuple.
                            && let Some(v) = Ref::<Tuple>::from_value_ref_unchecked(&*(regs.add(i.b()) as *const Value)).items(&*self.heap).get(site.offset as usize)
                        {
                            let found = v.clone().into_bits();
                            set!(i.a(), found);
                            kill!(i);
                            continue;
                        }
                        missed!(i, LoadAttr);
                    }
                    Op::LoadAttrModule => {
                        let object = &*(regs.add(i.b()) as *const Value);
                        let site = (&(*code).sites).get_unchecked(i.c());
                        if let Some(m) = object.downcast_exact::<Module>()
                            && let Some(d) = &m.get(&*self.heap).dict
                            && d.get(&*self.heap).table.version == site.guard
                            && let Some(e) = d.get(&*self.heap).table.entry(site.offset as usize)
                        {
                            let found = e.value.clone().into_bits();
                            set!(i.a(), found);
                            kill!(i);
                            continue;
                        }
                        missed!(i, LoadAttr);
                    }
                    Op::LoadAttrType => {
                        let object = &*(regs.add(i.b()) as *const Value);
                        let site = (&(*code).sites).get_unchecked(i.c());
                        if object.type_id() == site.part
                            && Ref::<Type>::from_value_ref_unchecked(object).get(&*self.heap).id == site.type_id
                            && self.heap.info(site.type_id).version == site.guard
                            && let Some(v) = &site.value
                        {
                            let found = v.clone().into_bits();
                            set!(i.a(), found);
                            kill!(i);
                            continue;
                        }
                        missed!(i, LoadAttr);
                    }
                    Op::LoadAttrProperty => arm!(i, op_load_attr_property),
                    Op::LoadAttrDescriptor => arm!(i, op_load_attr_descriptor),
                    Op::LoadAttrDict => {
                        let site = (&raw mut (*code).sites).as_mut().unwrap_unchecked().as_mut_ptr().add(i.c());
                        let object = &*(regs.add(i.b()) as *const Value);
                        if let Some(dict) = self.instance_dict(object, site)
                            && let Some(index) = self.entry_of_site(dict, site)
                            && let Some(e) = dict.get(&*self.heap).table.entry(index)
                        {
                            let word = e.value.clone().into_bits();
                            set!(i.a(), word);
                            kill!(i);
                            continue;
                        }
                        missed!(i, LoadAttr);
                    }
                    Op::LoadAttrGetset => arm!(i, op_load_attr_getset),
                    Op::StoreAttrDict => {
                        let site = (&raw mut (*code).sites).as_mut().unwrap_unchecked().as_mut_ptr().add(i.c());
                        let object = &*(regs.add(i.b()) as *const Value);
                        if let Some(dict) = self.instance_dict(object, site)
                            && let Some(index) = self.entry_of_site(dict, site)
                        {
                            let word = moved_or_shared!(i, a, KILL_A);
                            let entry = (*dict.payload_ptr()).table.entry_mut(index).unwrap_unchecked();
                            let old = std::mem::replace(&mut entry.value, Value::from_bits(word));
                            set_dead(self, frame, pc.offset_from(base) as u32, old);
                            if i.x() & KILL_B != 0 {
                                set!(i.b(), BITS_UNBOUND);
                            }
                            continue;
                        }
                        missed!(i, StoreAttr);
                    }
                    Op::LoadMethodDict => {
                        let site = (&raw mut (*code).sites).as_mut().unwrap_unchecked().as_mut_ptr().add(i.c());
                        let object = &*(regs.add(i.b()) as *const Value);
                        if let Some(dict) = self.instance_dict(object, site)
                            && dict.get(&*self.heap).find_str(&self.heap, &(*site).name).is_none()
                            && let Some(v) = &(*site).value
                        {
                            let (function, word) = (v.clone().into_bits(), reg!(i.b()));
                            fill_window!(i, function, word);
                            continue;
                        }
                        missed!(i, LoadMethod);
                    }
                    Op::StoreAttr => {
                        served_or!(i, |cx| self.store_attr_cached(cx));
                        slow!(i, |cx| {
                            self.specialize_store_attr(code, cx.pc, i.c(), cx.b());
                            self.op_store_attr(cx)
                        });
                    }
                    Op::StoreAttrSlot | Op::StoreAttrAdd => {
                        let word = reg!(i.b());
                        let site = (&(*code).sites).get_unchecked(i.c());
                        if is_pointer(word) {
                            let object = word as usize as *mut u8;
                            let part = object.add(site.part as usize) as *mut Instance;
                            if (*(object as *const crate::heap::Header)).type_id == site.type_id && (*(*part).shape).id() == site.guard {
                                let slot = object.add(site.offset as usize) as *mut u64;
                                let value = moved_or_shared!(i, a, KILL_A);
                                let old = *slot;
                                *slot = value;
                                if i.is(Op::StoreAttrAdd)
                                    && let Some(next) = site.value.as_ref().and_then(Value::as_small_int)
                                {
                                    (*part).shape = next as usize as *const crate::types::shape::Shape;
                                }
                                if is_pointer(old) {
                                    self.drop_word(frame, pc.offset_from(base) as u32, old);
                                }
                                if i.x() & KILL_B != 0 {
                                    set!(i.b(), BITS_UNBOUND);
                                }
                                continue;
                            }
                        }
                        missed!(i, StoreAttr);
                    }
                    Op::StoreAttrMember => {
                        let word = reg!(i.b());
                        let site = (&(*code).sites).get_unchecked(i.c());
                        if is_pointer(word) {
                            let object = word as usize as *mut u8;
                            if (*(object as *const crate::heap::Header)).type_id == site.type_id && self.heap.info(site.type_id).version == site.guard {
                                let slot = object.add(site.offset as usize) as *mut u64;
                                let value = moved_or_shared!(i, a, KILL_A);
                                let old = *slot;
                                *slot = value;
                                if is_pointer(old) {
                                    self.drop_word(frame, pc.offset_from(base) as u32, old);
                                }
                                if i.x() & KILL_B != 0 {
                                    set!(i.b(), BITS_UNBOUND);
                                }
                                continue;
                            }
                        }
                        missed!(i, StoreAttr);
                    }
                    Op::StoreAttrProperty => arm!(i, op_store_attr_property),
                    Op::StoreAttrDescriptor => arm!(i, op_store_attr_descriptor),
                    Op::LoadMethod => {
                        served_or!(i, |cx| self.load_attr_cached(cx, true));
                        slow!(i, |cx| {
                            self.specialize_load_attr(code, cx.pc, i.c(), cx.b(), true);
                            self.op_load_method(cx)
                        });
                    }
                    Op::LoadMethodModule => {
                        let object = &*(regs.add(i.b()) as *const Value);
                        let site = (&(*code).sites).get_unchecked(i.c());
                        if let Some(m) = object.downcast_exact::<Module>()
                            && let Some(d) = &m.get(&*self.heap).dict
                            && d.get(&*self.heap).table.version == site.guard
                            && let Some(e) = d.get(&*self.heap).table.entry(site.offset as usize)
                        {
                            let found = e.value.clone().into_bits();
                            kill!(i);
                            set!(i.a(), found);
                            set!(i.a() + 1, 0);
                            continue;
                        }
                        missed!(i, LoadMethod);
                    }
                    Op::LoadMethodType => {
                        let object = &*(regs.add(i.b()) as *const Value);
                        let site = (&(*code).sites).get_unchecked(i.c());
                        if object.type_id() == site.part
                            && Ref::<Type>::from_value_ref_unchecked(object).get(&*self.heap).id == site.type_id
                            && self.heap.info(site.type_id).version == site.guard
                            && let Some(v) = &site.value
                        {
                            let (found, bound) = (v.clone().into_bits(), site.offset != 0);
                            let this = if bound { object.clone().into_bits() } else { 0 };
                            kill!(i);
                            set!(i.a(), found);
                            set!(i.a() + 1, this);
                            continue;
                        }
                        missed!(i, LoadMethod);
                    }
                    Op::LoadMethodCached => {
                        let word = reg!(i.b());
                        let site = (&(*code).sites).get_unchecked(i.c());
                        if is_pointer(word) {
                            let object = word as usize as *mut u8;
                            if (*(object as *const crate::heap::Header)).type_id == site.type_id
                                && (*(*(object.add(site.part as usize) as *const Instance)).shape).id() == site.guard
                                && let Some(v) = &site.value
                            {
                                let function = v.clone().into_bits();
                                fill_window!(i, function, word);
                                continue;
                            }
                        }
                        missed!(i, LoadMethod);
                    }
                    Op::LoadMethodBuiltin => {
                        let object = &*(regs.add(i.b()) as *const Value);
                        let site = (&(*code).sites).get_unchecked(i.c());
                        if object.type_id() == site.type_id
                            && self.heap.info(site.type_id).version == site.guard
                            && let Some(v) = &site.value
                        {
                            let function = v.clone().into_bits();
                            let word = reg!(i.b());
                            fill_window!(i, function, word);
                            continue;
                        }
                        missed!(i, LoadMethod);
                    }
                    Op::LoadMethodNative => {
                        let object = &*(regs.add(i.b()) as *const Value);
                        let site = (&(*code).sites).get_unchecked(i.c());
                        if object.type_id() == site.type_id {
                            let word = reg!(i.b());
                            fill_window!(i, u64::from(site.offset) << 32 | u64::from(site.part), word);
                            continue;
                        }
                        missed!(i, LoadMethod);
                    }

                    // ---- items ----
                    Op::GetItem if TRACE => slow_or_enter!(i, |cx| self.op_get_item(cx)),
                    Op::GetItem => {
                        let key = &*operand!(i, c, CONST_C);
                        let (b, c) = (&*(regs.add(i.b()) as *const Value), key.bits());
                        if c >= INT_FIRST {
                            let items = match b.type_id() {
                                id::LIST => b.downcast_exact::<List>().map(|l| l.get(&*self.heap).items()),
                                id::TUPLE => b.downcast_exact::<Tuple>().map(|t| t.items(&*self.heap)),
                                _ => None,
                            };
                            if let Some(items) = items {
                                let n = small!(c);
                                let n = if n < 0 { n + items.len() as i64 } else { n };
                                // Compared in 64 bits, which `usize` may not have.
                                if (n as u64) < items.len() as u64 {
                                    let v = items.get_unchecked(n as usize);
                                    let word = v.clone().into_bits();
                                    set!(i.a(), word);
                                    // An int that is left in a register has nothing to drop.
                                    if i.x() & KILL_B != 0 {
                                        set!(i.b(), BITS_UNBOUND);
                                    }
                                    continue;
                                }
                            } else if matches!(b.type_id(), id::STR | id::BYTES | id::BYTEARRAY)
                                && let Some(unit) = self.text_item(b, key)
                            {
                                set!(i.a(), unit.into_bits());
                                if i.x() & KILL_B != 0 {
                                    set!(i.b(), BITS_UNBOUND);
                                }
                                continue;
                            }
                        } else if let Some(d) = b.downcast_exact::<Dict>()
                            && let Some(key) = key.downcast_exact::<Str>()
                            && let Some(v) = d.get_str(&*self.heap, key)
                        {
                            set!(i.a(), v.into_bits());
                            kill!(i);
                            continue;
                        }
                        if called!(i, |cx| self.op_get_item(cx)) {
                            enter_frame!();
                        }
                    }
                    Op::SetItem if TRACE => slow_or_enter!(i, |cx| self.op_set_item(cx)),
                    Op::SetItem => {
                        let (b, c) = (&*(regs.add(i.b()) as *const Value), (*operand!(i, c, CONST_C)).bits());
                        if c >= INT_FIRST
                            && let Some(l) = b.downcast_exact::<List>()
                        {
                            let items = l.get_mut(&mut *self.heap).items_mut();
                            let n = small!(c);
                            let n = if n < 0 { n + items.len() as i64 } else { n };
                            if (n as u64) < items.len() as u64 {
                                let slot = items.get_unchecked_mut(n as usize);
                                let word = moved_or_shared!(i, a, KILL_A);
                                let old = std::mem::replace(slot, Value::from_bits(word)).into_bits();
                                if is_pointer(old) {
                                    self.drop_word(frame, pc.offset_from(base) as u32, old);
                                }
                                if i.x() & KILL_B != 0 {
                                    set!(i.b(), BITS_UNBOUND);
                                }
                                continue;
                            }
                        } else if c >= INT_FIRST
                            && let Some(bytes) = b.downcast_exact::<ByteArray>()
                            && let Ok(n) = usize::try_from(small!(c))
                            && let Some(byte) = bytes.get_mut(&mut *self.heap).data.get_mut(n)
                            && small!(reg!(i.a())) as u64 <= 255
                        {
                            *byte = small!(reg!(i.a())) as u8;
                            if i.x() & KILL_B != 0 {
                                set!(i.b(), BITS_UNBOUND);
                            }
                            continue;
                        }
                        if let Some(dict) = b.downcast_exact::<Dict>()
                            && let Some(key) = (*operand!(i, c, CONST_C)).downcast_exact::<Str>()
                            && let Some(n) = dict.get(&*self.heap).find_str(&self.heap, key)
                            && let Some(entry) = dict.get_mut(&mut *self.heap).table.entry_mut(n)
                        {
                            let word = moved_or_shared!(i, a, KILL_A);
                            let old = std::mem::replace(&mut entry.value, Value::from_bits(word)).into_bits();
                            if is_pointer(old) {
                                self.drop_word(frame, pc.offset_from(base) as u32, old);
                            }
                            kill!(i);
                            continue;
                        }
                        if called!(i, |cx| self.op_set_item(cx)) {
                            enter_frame!();
                        }
                    }

                    // ---- arithmetic ----
                    // In the quick loop both forms are one: what differs is slow.
                    Op::BinaryAdd | Op::InplaceAdd if QUICK => arithmetic!(i, Add, op_binary, |x, y| add_words!(x, y), |f, g| Some(f + g)),
                    Op::BinarySub | Op::InplaceSub if QUICK => arithmetic!(i, Sub, op_binary, |x, y| sub_words!(x, y), |f, g| Some(f - g)),
                    Op::BinaryMul | Op::InplaceMul if QUICK => arithmetic!(i, Mul, op_binary, |x, y| mul_words!(x, y), |f, g| Some(f * g)),
                    Op::BinaryTruediv | Op::InplaceTruediv if QUICK => arithmetic!(i, Truediv, op_binary, |x, y| if small!(y) != 0 { Some(Value::float(small!(x) as f64 / small!(y) as f64).into_bits()) } else { None }, |f, g| if g != 0.0 { Some(f / g) } else { None }),
                    Op::BinaryFloordiv | Op::InplaceFloordiv if QUICK => arithmetic!(i, Floordiv, op_binary, |x, y| if small!(y) != 0 { int_word!(floor_div(small!(x), small!(y))) } else { None }, |_f, _g| None::<f64>),
                    Op::BinaryMod | Op::InplaceMod if QUICK => arithmetic!(i, Mod, op_binary, |x, y| if small!(y) != 0 { int_word!(floor_mod(small!(x), small!(y))) } else { None }, |_f, _g| None::<f64>),
                    Op::BinaryAnd | Op::InplaceAnd if QUICK => arithmetic!(i, And, op_binary, |x, y| int_word!(small!(x) & small!(y)), |_f, _g| None::<f64>),
                    Op::BinaryOr | Op::InplaceOr if QUICK => arithmetic!(i, Or, op_binary, |x, y| int_word!(small!(x) | small!(y)), |_f, _g| None::<f64>),
                    Op::BinaryXor | Op::InplaceXor if QUICK => arithmetic!(i, Xor, op_binary, |x, y| int_word!(small!(x) ^ small!(y)), |_f, _g| None::<f64>),
                    Op::BinaryLshift | Op::InplaceLshift if QUICK => arithmetic!(i, Lshift, op_binary, |x, y| if (0..14).contains(&small!(y)) { int_word!(small!(x) << small!(y)) } else { None }, |_f, _g| None::<f64>),
                    Op::BinaryRshift | Op::InplaceRshift if QUICK => arithmetic!(i, Rshift, op_binary, |x, y| if small!(y) >= 0 { int_word!(small!(x) >> small!(y).min(63)) } else { None }, |_f, _g| None::<f64>),
                    Op::BinaryAdd => arithmetic!(i, Add, op_binary, |x, y| add_words!(x, y), |f, g| Some(f + g)),
                    Op::InplaceAdd => arithmetic!(i, Add, op_inplace, |x, y| add_words!(x, y), |f, g| Some(f + g)),
                    Op::BinarySub => arithmetic!(i, Sub, op_binary, |x, y| sub_words!(x, y), |f, g| Some(f - g)),
                    Op::InplaceSub => arithmetic!(i, Sub, op_inplace, |x, y| sub_words!(x, y), |f, g| Some(f - g)),
                    Op::BinaryMul => arithmetic!(i, Mul, op_binary, |x, y| mul_words!(x, y), |f, g| Some(f * g)),
                    Op::InplaceMul => arithmetic!(i, Mul, op_inplace, |x, y| mul_words!(x, y), |f, g| Some(f * g)),
                    Op::BinaryTruediv => arithmetic!(
                        i, Truediv, op_binary,
                        |x, y| if small!(y) != 0 { Some(Value::float(small!(x) as f64 / small!(y) as f64).into_bits()) } else { None },
                        |f, g| if g != 0.0 { Some(f / g) } else { None }
                    ),
                    Op::InplaceTruediv => arithmetic!(
                        i, Truediv, op_inplace,
                        |x, y| if small!(y) != 0 { Some(Value::float(small!(x) as f64 / small!(y) as f64).into_bits()) } else { None },
                        |f, g| if g != 0.0 { Some(f / g) } else { None }
                    ),
                    Op::BinaryFloordiv => arithmetic!(i, Floordiv, op_binary, |x, y| if small!(y) != 0 { int_word!(floor_div(small!(x), small!(y))) } else { None }, |_f, _g| None::<f64>),
                    Op::InplaceFloordiv => arithmetic!(i, Floordiv, op_inplace, |x, y| if small!(y) != 0 { int_word!(floor_div(small!(x), small!(y))) } else { None }, |_f, _g| None::<f64>),
                    Op::BinaryMod => arithmetic!(i, Mod, op_binary, |x, y| if small!(y) != 0 { int_word!(floor_mod(small!(x), small!(y))) } else { None }, |_f, _g| None::<f64>),
                    Op::InplaceMod => arithmetic!(i, Mod, op_inplace, |x, y| if small!(y) != 0 { int_word!(floor_mod(small!(x), small!(y))) } else { None }, |_f, _g| None::<f64>),
                    Op::BinaryAnd => arithmetic!(i, And, op_binary, |x, y| int_word!(small!(x) & small!(y)), |_f, _g| None::<f64>),
                    Op::InplaceAnd => arithmetic!(i, And, op_inplace, |x, y| int_word!(small!(x) & small!(y)), |_f, _g| None::<f64>),
                    Op::BinaryOr => arithmetic!(i, Or, op_binary, |x, y| int_word!(small!(x) | small!(y)), |_f, _g| None::<f64>),
                    Op::InplaceOr => arithmetic!(i, Or, op_inplace, |x, y| int_word!(small!(x) | small!(y)), |_f, _g| None::<f64>),
                    Op::BinaryXor => arithmetic!(i, Xor, op_binary, |x, y| int_word!(small!(x) ^ small!(y)), |_f, _g| None::<f64>),
                    Op::InplaceXor => arithmetic!(i, Xor, op_inplace, |x, y| int_word!(small!(x) ^ small!(y)), |_f, _g| None::<f64>),
                    Op::BinaryLshift => arithmetic!(i, Lshift, op_binary, |x, y| if (0..14).contains(&small!(y)) { int_word!(small!(x) << small!(y)) } else { None }, |_f, _g| None::<f64>),
                    Op::InplaceLshift => arithmetic!(i, Lshift, op_inplace, |x, y| if (0..14).contains(&small!(y)) { int_word!(small!(x) << small!(y)) } else { None }, |_f, _g| None::<f64>),
                    Op::BinaryRshift => arithmetic!(i, Rshift, op_binary, |x, y| if small!(y) >= 0 { int_word!(small!(x) >> small!(y).min(63)) } else { None }, |_f, _g| None::<f64>),
                    Op::InplaceRshift => arithmetic!(i, Rshift, op_inplace, |x, y| if small!(y) >= 0 { int_word!(small!(x) >> small!(y).min(63)) } else { None }, |_f, _g| None::<f64>),
                    Op::BinaryPow => slow_or_enter!(i, |cx| self.op_binary(cx, BinOp::Pow)),
                    Op::InplacePow => slow_or_enter!(i, |cx| self.op_inplace(cx, BinOp::Pow)),
                    Op::BinaryMatmul => slow_or_enter!(i, |cx| self.op_binary(cx, BinOp::Matmul)),
                    Op::InplaceMatmul => slow_or_enter!(i, |cx| self.op_inplace(cx, BinOp::Matmul)),
                    Op::AddImm => {
                        let x = reg!(i.b());
                        if x >= INT_FIRST {
                            let word = x.wrapping_add(i.imm() as u64);
                            // The sum of an int word and 16 bits can only leave the int words at either end; past the last it wraps.
                            if word >= INT_FIRST {
                                set!(i.a(), word);
                                continue;
                            }
                        } else if is_float(x) {
                            set!(i.a(), Value::float(to_float(x) + i.imm() as f64).into_bits());
                            continue;
                        }
                        slow!(i, |cx| self.op_imm(cx, BinOp::Add));
                    }
                    Op::SubImm => {
                        let x = reg!(i.b());
                        if x >= INT_FIRST {
                            let word = x.wrapping_sub(i.imm() as u64);
                            if word >= INT_FIRST {
                                set!(i.a(), word);
                                continue;
                            }
                        } else if is_float(x) {
                            set!(i.a(), Value::float(to_float(x) - i.imm() as f64).into_bits());
                            continue;
                        }
                        slow!(i, |cx| self.op_imm(cx, BinOp::Sub));
                    }
                    Op::UnaryNeg => {
                        let x = reg!(i.b());
                        if is_float(x) {
                            set!(i.a(), Value::float(-to_float(x)).into_bits());
                        } else if x >= INT_FIRST
                            && let Some(word) = int_word!(-small!(x))
                        {
                            set!(i.a(), word);
                        } else {
                            slow!(i, |cx| self.op_unary(cx, Special::Neg));
                        }
                    }
                    Op::UnaryPos => slow!(i, |cx| self.op_unary(cx, Special::Pos)),
                    Op::UnaryInvert => slow!(i, |cx| self.op_unary(cx, Special::Invert)),
                    Op::UnaryNot => match reg!(i.b()) {
                        BITS_TRUE => set!(i.a(), BITS_FALSE),
                        BITS_FALSE | BITS_NONE => set!(i.a(), BITS_TRUE),
                        _ => slow!(i, |cx| match self.truth(cx.b()) {
                            Ok(b) => cx.finish(Value::bool(!b)),
                            Err(e) => Err(e),
                        }),
                    },
                    Op::ToBool => match reg!(i.b()) {
                        word @ (BITS_TRUE | BITS_FALSE) => set!(i.a(), word),
                        _ => slow!(i, |cx| match self.truth(cx.b()) {
                            Ok(b) => cx.finish(Value::bool(b)),
                            Err(e) => Err(e),
                        }),
                    },

                    // ---- comparisons ----
                    Op::CompareLt => compare!(i, Lt, <),
                    Op::CompareLe => compare!(i, Le, <=),
                    Op::CompareEq => compare!(i, Eq, ==),
                    Op::CompareNe => compare!(i, Ne, !=),
                    Op::CompareGt => compare!(i, Gt, >),
                    Op::CompareGe => compare!(i, Ge, >=),
                    Op::Is => {
                        let same = reg!(i.b()) == reg!(i.c());
                        set!(i.a(), if same { BITS_TRUE } else { BITS_FALSE });
                        kill!(i);
                    }
                    Op::IsNot => {
                        let same = reg!(i.b()) == reg!(i.c());
                        set!(i.a(), if same { BITS_FALSE } else { BITS_TRUE });
                        kill!(i);
                    }
                    Op::Contains | Op::NotContains => {
                        let wanted = i.is(Op::Contains);
                        let (item, container) = (&*operand!(i, b, CONST_B), &*operand!(i, c, CONST_C));
                        if let Some(found) = self.contains_plain(container, item) {
                            set!(i.a(), if found == wanted { BITS_TRUE } else { BITS_FALSE });
                            kill!(i);
                            continue;
                        }
                        slow!(i, |cx| match self.contains(cx.c(), cx.b()) {
                            Ok(found) => cx.finish(Value::bool(found == wanted)),
                            Err(e) => Err(e),
                        });
                    }

                    // ---- jumps ----
                    Op::Jump => pc = base.add(i.bc()),
                    Op::JumpBack => {
                        if ticks == 1 {
                            spare!();
                        }
                        pc = base.add(i.bc());
                        ticks -= 1;
                        if ticks == 0 {
                            rarely();
                            save_pc!(pc);
                            poll!();
                            match self.burn(TICKS) {
                                Ok(false) => {}
                                Ok(true) => leave!(Exit::Suspend),
                                Err(Raised) => leave!(Exit::Raise),
                            }
                            if self.jit.is_some() && self.sample_loop(frame, i.0.offset_from(base) as usize) {
                                leave!(Exit::Enter);
                            }
                            pass_outer_loop!();
                            continue;
                        }
                        // A range goes on without another dispatch.
                        let head = At(pc);
                        if !TRACE && head.is(Op::ForRange) {
                            let it = &*(regs.add(head.b()) as *const Value);
                            if let Some(r) = it.downcast_exact::<RangeIter>() {
                                let r = &mut *r.payload_ptr();
                                if r.left != 0
                                    && let Some(word) = int_word!(r.next)
                                {
                                    r.left -= 1;
                                    r.next = r.next.wrapping_add(r.step);
                                    pc = pc.add(2);
                                    set!(head.a(), word);
                                }
                            }
                        }
                    }
                    Op::EnterLoop => {
                        if ticks == 1 {
                            spare!();
                        }
                        pc = base.add(i.bc());
                        ticks -= 1;
                        if ticks == 0 {
                            rarely();
                            save_pc!(pc);
                            poll!();
                            match self.burn(TICKS) {
                                Ok(false) => {}
                                Ok(true) => leave!(Exit::Suspend),
                                Err(Raised) => leave!(Exit::Raise),
                            }
                            pass_outer_loop!();
                            continue;
                        }
                        if TRACE || (*frame).object.is_some() {
                            continue;
                        }
                        rarely();
                        save_pc!(pc);
                        self.ticks = ticks;
                        if self.run_loop(frame, regs, i.a()).is_err() {
                            return Exit::Raise;
                        }
                        ticks = self.ticks;
                        enter_frame!();
                        if self.tracing {
                            leave!(Exit::Enter);
                        }
                    }
                    Op::JumpIfTrue => truth_jump!(i, true),
                    Op::JumpIfFalse => truth_jump!(i, false),
                    Op::JumpIfNone => {
                        let none = reg!(i.a()) == BITS_NONE;
                        if i.x() & KILL_A != 0 {
                            set!(i.a(), BITS_UNBOUND);
                        }
                        if none {
                            pc = base.add(i.bc());
                        }
                    }
                    Op::JumpIfNotNone => {
                        let none = reg!(i.a()) == BITS_NONE;
                        if i.x() & KILL_A != 0 {
                            set!(i.a(), BITS_UNBOUND);
                        }
                        if !none {
                            pc = base.add(i.bc());
                        }
                    }
                    Op::JumpIfLt => compare_jump!(i, Lt, <),
                    Op::JumpIfLe => compare_jump!(i, Le, <=),
                    Op::JumpIfEq => compare_jump!(i, Eq, ==),
                    Op::JumpIfNe => compare_jump!(i, Ne, !=),
                    Op::JumpIfGt => compare_jump!(i, Gt, >),
                    Op::JumpIfGe => compare_jump!(i, Ge, >=),
                    Op::JumpIfLtImm => compare_imm_jump!(i, Lt, <),
                    Op::JumpIfLeImm => compare_imm_jump!(i, Le, <=),
                    Op::JumpIfEqImm => compare_imm_jump!(i, Eq, ==),
                    Op::JumpIfNeImm => compare_imm_jump!(i, Ne, !=),
                    Op::JumpIfGtImm => compare_imm_jump!(i, Gt, >),
                    Op::JumpIfGeImm => compare_imm_jump!(i, Ge, >=),
                    Op::JumpIfIs => {
                        let same = reg!(i.a()) == reg!(i.b());
                        if i.x() & KILL_A != 0 {
                            set!(i.a(), BITS_UNBOUND);
                        }
                        if i.x() & KILL_B != 0 {
                            set!(i.b(), BITS_UNBOUND);
                        }
                        branch!(i, same);
                    }
                    Op::JumpIfIn => {
                        let (item, container) = (&*(regs.add(i.a()) as *const Value), &*operand!(i, b, CONST_B));
                        if let Some(found) = self.contains_plain(container, item) {
                            if i.x() & KILL_A != 0 {
                                set!(i.a(), BITS_UNBOUND);
                            }
                            if i.x() & KILL_B != 0 {
                                set!(i.b(), BITS_UNBOUND);
                            }
                            branch!(i, found);
                            continue;
                        }
                        let cond = slow!(i, |cx| {
                            let found = self.contains(cx.b(), cx.a());
                            if found.is_ok() {
                                cx.kill();
                            }
                            found
                        });
                        branch!(i, cond);
                    }

                    // ---- iteration ----
                    Op::ForIter => arm!(i, op_for_iter),
                    Op::ForRange => {
                        let it = &*(regs.add(i.b()) as *const Value);
                        if let Some(r) = it.downcast_exact::<RangeIter>() {
                            let r = r.get_mut(&mut *self.heap);
                            if r.left != 0 {
                                let n = r.next;
                                if let Some(word) = int_word!(n) {
                                    r.left -= 1;
                                    r.next = n.wrapping_add(r.step);
                                    set!(i.a(), word);
                                    pc = pc.add(1);
                                    continue;
                                }
                            } else {
                                pc = base.add(At(pc).bc());
                                set!(i.b(), BITS_UNBOUND);
                                continue;
                            }
                        } else {
                            rewrite(code, pc.sub(1).offset_from(base) as usize, Op::ForIter);
                            pc = pc.sub(1);
                            continue;
                        }
                        let next = slow!(i, |cx| self.next(cx.b()));
                        if let Some(v) = next {
                            set!(i.a(), v.into_bits());
                            pc = pc.add(1);
                        }
                    }
                    Op::ForList => {
                        let it = &*(regs.add(i.b()) as *const Value);
                        if let Some(l) = it.downcast_exact::<ListIter>() {
                            match self.next_of_list(l) {
                                Some(v) => {
                                    set!(i.a(), v.into_bits());
                                    pc = pc.add(1);
                                }
                                None => {
                                    pc = base.add(At(pc).bc());
                                    set!(i.b(), BITS_UNBOUND);
                                    if *self.attention {
                                        save_pc!(pc);
                                        self.attend();
                                    }
                                }
                            }
                        } else {
                            rewrite(code, pc.sub(1).offset_from(base) as usize, Op::ForIter);
                            pc = pc.sub(1);
                        }
                    }
                    Op::ForPair => {
                        let it = &*(regs.add(i.b()) as *const Value);
                        if TRACE || !matches!(it.type_id(), id::ENUMERATE | id::ZIP | id::DICT_ITEM_ITERATOR) {
                            rewrite(code, pc.sub(1).offset_from(base) as usize, Op::ForIter);
                            pc = pc.sub(1);
                            continue;
                        }
                        let unpack = At(pc.add(1));
                        match called!(i, |cx| self.next_unpacked(cx.b())) {
                            Some(Step::Pair([first, second])) => {
                                set!(unpack.a(), first.into_bits());
                                set!(unpack.a() + 1, second.into_bits());
                                pc = pc.add(2);
                            }
                            Some(Step::Other(item)) => {
                                set!(i.a(), item.into_bits());
                                pc = pc.add(1);
                            }
                            None => {
                                pc = base.add(At(pc).bc());
                                set!(i.b(), BITS_UNBOUND);
                            }
                        }
                    }
                    Op::ForGenerator => {
                        let it = &*(regs.add(i.b()) as *const Value);
                        if it.type_id() != id::GENERATOR {
                            rewrite(code, pc.sub(1).offset_from(base) as usize, Op::ForIter);
                            pc = pc.sub(1);
                            continue;
                        }
                        save_pc!(pc.sub(1));
                        if let Some(next) = Frame::resume_above(frame, &mut self.thread, self.recursion_limit, it.bits(), BITS_NONE, FrameKind::GeneratorFor, i.a() as u32) {
                            enter_frame!(next, 0);
                            continue;
                        }
                        let g: Ref<Generator> = Ref::from_value_unchecked(it.clone());
                        if g.get(&*self.heap).state == GeneratorState::Finished {
                            pc = base.add(At(pc).bc());
                            set!(i.b(), BITS_UNBOUND);
                            continue;
                        }
                        spare!();
                        let pushed = match self.check_resumable(&g) {
                            Ok(()) => self.push_generator(g, Value::NONE, FrameKind::GeneratorFor, i.a() as u32),
                            Err(e) => Err(e),
                        };
                        if pushed.is_err() {
                            leave!(Exit::Raise);
                        }
                        enter_frame!();
                    }
                    Op::UnpackSequence => {
                        let tuple = &*(regs.add(i.b()) as *const Value);
                        if let Some(t) = tuple.downcast_exact::<Tuple>()
                            && t.len(&*self.heap) == i.c()
                        {
                            // The destinations may include the tuple's own register.
                            let t = t.clone();
                            if i.x() & KILL_B != 0 {
                                set!(i.b(), BITS_UNBOUND);
                            }
                            for n in 0..i.c() {
                                let word = t.items(&*self.heap).get_unchecked(n).clone().into_bits();
                                set!(i.a() + n, word);
                            }
                            set_dead(self, frame, pc.offset_from(base) as u32, t.into_value());
                        } else {
                            slow!(i, |cx| self.op_unpack_sequence(cx));
                        }
                    }
                    Op::UnpackEx => {
                        slow!(i, |cx| self.op_unpack_ex(cx));
                        pc = pc.add(1);
                    }

                    // ---- building ----
                    Op::ListAppend => {
                        let list = &*(regs.add(i.a()) as *const Value);
                        if let Some(list) = list.downcast_exact::<List>()
                            && list.push_in_room(&mut self.heap, || Value::from_bits(moved_or_shared!(i, b, KILL_B)))
                        {
                            continue;
                        }
                        slow!(i, |cx| self.op_list_append(cx));
                    }
                    Op::ListExtend => {
                        slow!(i, |cx| self.op_list_extend(cx));
                        pc = pc.add(1);
                    }
                    Op::ImportName => {
                        slow!(i, |cx| self.op_import_name(cx));
                        pc = pc.add(1);
                    }
                    Op::Intrinsic2 => {
                        slow!(i, |cx| self.op_intrinsic2(cx));
                        pc = pc.add(1);
                    }

                    // ---- calls ----
                    Op::Call | Op::CallPyExact | Op::CallBuiltin | Op::CallClass => {
                        let (b, argc) = (i.b(), i.c());
                        let word = reg!(b);
                        // What neither loops nor calls back takes no ticks.
                        if !is_pointer(word) && is_native(word) {
                            let def = native_def(word);
                            if !TRACE && let Some(inlined) = def.inlined {
                                let argument = |n: usize| &*(regs.add(b + 2 + n) as *const Value);
                                match inlined {
                                    // The item moves into the list, if that need not grow.
                                    Inlined::Append if argc == 1 => {
                                        let list: &Ref<List> = Ref::from_value_ref_unchecked(&*(regs.add(b + 1) as *const Value));
                                        if list.push_in_room(&mut self.heap, || Value::from_bits(std::mem::replace(&mut reg!(b + 2), BITS_UNBOUND))) {
                                            inlined_result!(i, b + 1, b + 2, BITS_NONE);
                                        }
                                    }
                                    Inlined::Len if argc == 1 => {
                                        if let Some(n) = self.usual_len(argument(0)) {
                                            inlined_result!(i, b + 2, b + 3, INT_ZERO + n as u64);
                                        }
                                    }
                                    Inlined::IsInstance if argc == 2 => {
                                        let (value, class) = (argument(0), argument(1));
                                        if let Some(is) = self.is_plain_instance(value, class).or_else(|| self.is_plain_instance_of_any(value, class)) {
                                            inlined_result!(i, b + 2, b + 4, if is { BITS_TRUE } else { BITS_FALSE });
                                        }
                                    }
                                    Inlined::IsSubclass if argc == 2 => {
                                        if let Some(is) = self.is_plain_subclass(argument(0), argument(1)) {
                                            inlined_result!(i, b + 2, b + 4, if is { BITS_TRUE } else { BITS_FALSE });
                                        }
                                    }
                                    _ => {}
                                }
                            }
                            let own = usize::from(reg!(b + 1) != 0);
                            save_pc!(pc.sub(1));
                            native_call!(i, def.entry, b + 2 - own, b + 2 - own, argc + own);
                        }
                        if QUICK && ticks == 1 {
                            save_pc!(pc.sub(1));
                            leave!(Exit::Spared);
                        }
                        ticks -= 1;
                        if ticks == 0 {
                            rarely();
                            save_pc!(pc.sub(1));
                            poll!();
                            match self.burn(TICKS) {
                                Ok(false) => {}
                                Ok(true) => leave!(Exit::Suspend),
                                Err(Raised) => leave!(Exit::Raise),
                            }
                            // Where fuel is counted, a turn's worth of it was burnt: the next look is a turn away.
                            if self.jit.is_some() && self.sample_call(word) {
                                leave!(Exit::Enter);
                            }
                            if self.fuel.is_none()
                                && let Some(jit) = &mut self.jit
                            {
                                ticks = jit.ticks_after_call(ticks);
                                self.ticks = ticks;
                            }
                            // The call is executed anew: with the last tick it would come back here, and who traces it
                            // would see it twice.
                            if !TRACE && ticks > 1 {
                                pass_outer_loop!();
                            }
                        }
                        save_pc!(pc.sub(1));
                        if is_pointer(word) && (*(word as usize as *const crate::heap::Header)).type_id == id::FUNCTION {
                            let own = usize::from(reg!(b + 1) != 0);
                            let callee = &*(regs.add(b) as *const Value);
                            let callee_code = (*Ref::<Function>::from_value_ref_unchecked(callee).payload_ptr()).code.payload_ptr();
                            let (at, given) = (regs.add(b + 2 - own), argc + own);
                            let plain = (*callee_code).plain_args as usize == given;
                            // Else it has compiled code, which tracers do not see.
                            if (plain || !TRACE && (*callee_code).simple_args as usize == given && (*callee_code).simple_args != (*callee_code).plain_args)
                                && !(*frame).is_generator()
                                && let Some(next) = Frame::call_above(frame, &mut self.thread, self.recursion_limit, word, callee_code, at, given, i.a() as u32)
                            {
                                reg!(b) = BITS_UNBOUND;
                                if plain {
                                    frame = next;
                                    regs = at;
                                    code = callee_code;
                                    base = (&(*code).instrs).as_ptr();
                                    pc = base;
                                    continue;
                                }
                                self.ticks = ticks;
                                let Ok(ran) = self.run_pushed(next) else { return Exit::Raise };
                                ticks = self.ticks;
                                if matches!(ran, Ran::Goes) {
                                    enter_frame!();
                                    if self.tracing {
                                        leave!(Exit::Enter);
                                    }
                                } else {
                                    attend_after_call!();
                                    if self.tracing {
                                        leave!(Exit::Reload);
                                    }
                                }
                                continue;
                            }
                        } else if !QUICK && is_pointer(word) && (*(word as usize as *const crate::heap::Header)).type_id == id::BUILTIN_FUNCTION && reg!(b + 1) == 0 {
                            let function = &*Ref::<BuiltinFn>::from_value_ref_unchecked(&*(regs.add(b) as *const Value)).payload_ptr();
                            if function.this.is_none() {
                                native_call!(i, function.def.entry, b + 2, b, argc);
                            }
                        }
                        keep_ticks!();
                        arm!(i, op_call_other);
                    }
                    Op::CallKw => {
                        keep_ticks!();
                        arm!(i, op_call_kw);
                    }
                    Op::CallEx => {
                        keep_ticks!();
                        arm!(i, op_call_star);
                    }
                    Op::Return => {
                        if TRACE && self.tracing && self.trace_return(Some(i.a())).is_err() {
                            leave!(Exit::Raise);
                        }
                        if (*frame).kind == FrameKind::Call && (*frame).is_plain() {
                            // The result moves out.
                            let word = std::mem::replace(&mut reg!(i.a()), BITS_UNBOUND);
                            let mut freed = drop_registers(regs, 0, i.b());
                            let dst = (*frame).dst as usize;
                            let (below, function) = Frame::leave_to_below(frame, &mut self.thread);
                            let header = function as usize as *mut crate::heap::Header;
                            if (*header).decrement_is_zero() {
                                freed = true;
                                crate::heap::release(header);
                            }
                            // An ext word behind the instruction does nothing.
                            enter_frame!(below, 1);
                            set!(dst, word);
                            if freed && *self.attention {
                                save_pc!(pc.sub(1));
                                self.attend();
                            }
                            continue;
                        }
                        if (*frame).is_plain() && (*frame).kind != FrameKind::Entry {
                            arm!(i, op_return_other);
                            continue;
                        }
                        save_pc!(pc.sub(1));
                        keep_ticks!();
                        return self.return_outside(Ctx { frame, regs, i: i.word(), pc: (*frame).pc as usize });
                    }

                    // ---- generators ----
                    Op::YieldValue => {
                        if TRACE && self.tracing && self.trace_return(Some(i.b())).is_err() {
                            leave!(Exit::Raise);
                        }
                        let word = reg!(i.b());
                        if i.x() & KILL_B != 0 || i.a() == i.b() {
                            reg!(i.b()) = BITS_UNBOUND;
                        } else if is_pointer(word) {
                            (*(word as usize as *const crate::heap::Header)).increment();
                        }
                        save_pc!(pc.sub(1));
                        let (kind, dst) = ((*frame).kind, (*frame).dst as usize);
                        let delegate = if i.x() & DELEGATE != 0 { i.c() as u32 } else { u32::MAX };
                        let next_pc = pc.offset_from(base) as u32;
                        if matches!(kind, FrameKind::GeneratorFor | FrameKind::GeneratorSend) {
                            // The frame below goes on at once: behind `for_iter` or `send` and its ext word.
                            let below = match Frame::yield_below(frame, &mut self.thread, next_pc, i.a() as u32, delegate) {
                                Some(below) => below,
                                None => {
                                    self.suspend_generator(next_pc, i.a() as u32, delegate);
                                    self.thread.current()
                                }
                            };
                            enter_frame!(below, 2);
                            set!(dst, word);
                            continue;
                        }
                        if kind == FrameKind::GeneratorEntry && Frame::yield_below(frame, &mut self.thread, next_pc, i.a() as u32, delegate).is_some() {
                            keep_ticks!();
                            return Exit::Yielded(Value::from_bits(word));
                        }
                        keep_ticks!();
                        return Exit::Yield(Value::from_bits(word));
                    }
                    Op::Send => arm!(i, op_send),
                    Op::EndAsyncFor => {
                        let exception = (*(regs.add(i.b()) as *const Value)).clone();
                        if self.is_exception(&exception, crate::Exc::StopAsyncIteration) {
                            set!(i.b(), BITS_UNBOUND);
                            set!(i.a(), BITS_UNBOUND);
                        } else {
                            save_pc!(pc.sub(1));
                            self.reraise(exception);
                            leave!(Exit::Raise);
                        }
                    }

                    // ---- context managers, exceptions ----
                    Op::Raise => {
                        save_pc!(pc.sub(1));
                        match self.handled_exception() {
                            Some(e) => {
                                self.reraise(e);
                            }
                            None => {
                                self.runtime_error("No active exception to reraise");
                            }
                        }
                        leave!(Exit::Raise);
                    }
                    Op::RaiseExc | Op::RaiseFrom => {
                        save_pc!(pc.sub(1));
                        let exc = (*(regs.add(i.a()) as *const Value)).clone();
                        let cause = if i.is(Op::RaiseFrom) { Some((*(regs.add(i.b()) as *const Value)).clone()) } else { None };
                        self.op_raise(exc, cause);
                        leave!(Exit::Raise);
                    }
                    Op::Reraise => {
                        save_pc!(pc.sub(1));
                        let exc = (*(regs.add(i.a()) as *const Value)).clone();
                        self.reraise(exc);
                        leave!(Exit::Raise);
                    }

                    // ---- patterns ----
                    Op::MatchSequence | Op::MatchMapping => {
                        let flag = if i.is(Op::MatchSequence) { flags::SEQUENCE } else { flags::MAPPING };
                        let matches = self.heap.info((*(regs.add(i.b()) as *const Value)).type_id()).flags & flag != 0;
                        set!(i.a(), if matches { BITS_TRUE } else { BITS_FALSE });
                        kill!(i);
                    }
                    Op::MatchClass => {
                        slow!(i, |cx| self.op_match_class(cx));
                        pc = pc.add(1);
                    }
                    Op::GetLen => {
                        let object = &*(regs.add(i.b()) as *const Value);
                        let len = match object.type_id() {
                            id::LIST => object.downcast_exact::<List>().map(|l| l.get(&*self.heap).len()),
                            id::TUPLE => object.downcast_exact::<Tuple>().map(|t| t.len(&*self.heap)),
                            _ => None,
                        };
                        match len {
                            Some(n) if i.x() & KILL_B == 0 => set!(i.a(), INT_ZERO + n as u64),
                            _ => slow!(i, |cx| self.op_get_len(cx)),
                        }
                    }
                }
            };
                // Only the quick loop comes here.
                let at = pc.sub(1);
                let i = At(at);
                let next = match next {
                    Some(next) => next,
                    None => {
                        save_pc!(at);
                        let Some(rest) = spared::rest(i.op_byte_again()) else { leave!(Exit::Spared) };
                        keep_ticks!();
                        rest(self, Ctx { frame, regs, i: i.word(), pc: at.offset_from(base) as usize })
                    }
                };
                go!(i, next);
            }
        }
    }

    /// Drops a word that was overwritten; runs finalisers that this made due.
    #[inline(always)]
    fn drop_word(&mut self, frame: *mut Frame, next_pc: u32, word: u64) {
        // SAFETY: the word owned its reference.
        unsafe {
            let header = word as usize as *mut crate::heap::Header;
            if (*header).decrement_is_zero() {
                if HAS_QUICK_LOOP {
                    self.release_at(header, frame, next_pc);
                    return;
                }
                crate::heap::release(header);
                if self.heap.needs_attention() {
                    self.attend_at(frame, next_pc);
                }
            }
        }
    }
    #[inline(never)]
    unsafe fn release_at(&mut self, header: *mut crate::heap::Header, frame: *mut Frame, next_pc: u32) {
        // SAFETY: nobody owns the object any more.
        unsafe { crate::heap::release(header) }
        if self.heap.needs_attention() {
            self.attend_at(frame, next_pc);
        }
    }
    #[cold]
    #[inline(never)]
    fn attend_at(&mut self, frame: *mut Frame, next_pc: u32) {
        // SAFETY: the running frame.
        unsafe { (*frame).pc = next_pc.saturating_sub(1) }
        self.attend();
    }
}

/// Drops a value the loop held, running finalisers that become due.
#[inline(always)]
fn set_dead(vm: &mut Vm, frame: *mut Frame, next_pc: u32, value: Value) {
    let word = value.into_bits();
    if is_pointer(word) {
        vm.drop_word(frame, next_pc, word);
    }
}

/// Rewrites the opcode of an instruction in place.
pub(crate) unsafe fn rewrite(code: *mut CodeObject, pc: usize, op: Op) {
    // SAFETY: `code` is the running frame's, `pc` its instruction.
    unsafe {
        if let Some(i) = (&mut (*code).instrs).get_mut(pc) {
            *i = Instr((i.0 & !0xFF) | op as u64);
        }
    }
}

/// # Safety
/// `n` is a register of a live window.
pub(crate) unsafe fn set_register(regs: *mut u64, n: usize, word: u64) {
    // SAFETY: by contract.
    unsafe {
        let old = std::ptr::replace(regs.add(n), word);
        if is_pointer(old) {
            drop(Value::from_bits(old));
        }
    }
}

fn unsafe_take_extra(frame: *mut Frame) -> Option<Value> {
    // SAFETY: the running frame.
    unsafe { (*frame).extra.take() }
}
