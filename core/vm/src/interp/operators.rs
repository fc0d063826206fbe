//! Operators, comparisons and subscripts whose special method is written in Python: the method runs in a frame of the
//! loop instead of a nested run, and what it returns is dealt with when that frame returns.
//!
//! The frame's `dst` says what waits for the result: the destination register, and above its 16 bits an [`Awaited`].
//! Operands stay in the caller's registers meanwhile, because NotImplemented sends the operator on to the other one.

#![allow(unsafe_code, reason = "lays out register windows")]

use crate::Result;
use crate::builtins::dict::Dict;
use crate::builtins::function::Function;
use crate::builtins::int::{Int, big_size};
use crate::builtins::list::List;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::heap::{NativeMethods, flags};
use crate::interp::frame::{Frame, FrameKind};
use crate::interp::ops::Ctx;
use crate::object::Ref;
use crate::runtime::arithmetic::BinOp;
use crate::runtime::compare::CmpOp;
use crate::types::id;
use crate::types::special::Special;
use crate::value::{BITS_FALSE, BITS_NONE, BITS_TRUE, BITS_UNBOUND, Value};
use crate::vm::Vm;
use krait_bytecode::Op;
use std::mem::ManuallyDrop;
use krait_bytecode::ops::{CONST_B, CONST_C, KILL_A, KILL_B, KILL_C, NEGATE};

/// What an instruction does with the result of a special method.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Awaited {
    /// `left.__op__(right)`.
    Binary(BinOp),
    /// `left.__iop__(right)`.
    Inplace(BinOp),
    /// `left.__op__(right)` for `left op= right`.
    BinaryOfInplace(BinOp),
    /// `left.__lt__(right)` and the like; the result is the value.
    Compare(CmpOp),
    /// The same; its truth decides where to go on.
    CompareJump(CmpOp),
    /// `cls.__new__(cls, …)` of a call; the call's window keeps the class and the arguments.
    New,
}

impl Awaited {
    const KINDS: u32 = 6;
    pub(crate) fn encode(self) -> u32 {
        match self {
            Awaited::Binary(op) => op as u32 * Awaited::KINDS,
            Awaited::Inplace(op) => op as u32 * Awaited::KINDS + 1,
            Awaited::BinaryOfInplace(op) => op as u32 * Awaited::KINDS + 2,
            Awaited::Compare(op) => op as u32 * Awaited::KINDS + 3,
            Awaited::CompareJump(op) => op as u32 * Awaited::KINDS + 4,
            Awaited::New => 5,
        }
    }
    fn decode(word: u32) -> Awaited {
        let index = (word / Awaited::KINDS) as usize;
        match word % Awaited::KINDS {
            0 => Awaited::Binary(BinOp::ALL[index]),
            1 => Awaited::Inplace(BinOp::ALL[index]),
            2 => Awaited::BinaryOfInplace(BinOp::ALL[index]),
            3 => Awaited::Compare(CmpOp::ALL[index]),
            4 => Awaited::CompareJump(CmpOp::ALL[index]),
            _ => Awaited::New,
        }
    }
}

/// Whether a Python function takes just this many arguments by position. Its code may be replaced at any time.
#[inline(always)]
pub(crate) fn accepts(function: &Value, arguments: u32) -> bool {
    // SAFETY: callers know that it is a function; it keeps its code alive.
    unsafe { (*(*Ref::<Function>::from_value_ref_unchecked(function).payload_ptr()).code.payload_ptr()).simple_args == arguments }
}

impl Vm {
    /// Pushes the frame of a Python function over owned arguments.
    ///
    /// # Safety
    /// `function` is a Python function that `accepts` these arguments, which are owned words.
    #[inline(always)]
    pub(crate) unsafe fn push_accepting<const N: usize>(&mut self, function: &Value, args: &[u64; N], kind: FrameKind, dst: u32) -> Result<()> {
        // SAFETY: by contract; the window is on top of the stack.
        unsafe {
            let code = Ref::<Function>::from_value_ref_unchecked(function).get(&*self.heap).code.payload_ptr();
            let window = self.thread.place_on_top((*code).nregs as usize);
            for (n, &word) in args.iter().enumerate() {
                *window.regs.add(n) = word;
            }
            self.push_frame(function.clone(), code, window, N, kind, dst)
        }
    }

    /// Whether the class was made by a class statement: only then may the special method be a Python function.
    #[inline(always)]
    fn is_class_instance(&self, value: &Value) -> bool {
        value.is_heap() && self.heap.info(value.type_id()).flags & flags::HEAP_TYPE != 0
    }
    /// What an object's class has inherited from a native type.
    #[inline(always)]
    fn native_methods(&self, value: &Value) -> Option<NativeMethods> {
        if value.is_heap() { self.heap.info(value.type_id()).inherited } else { None }
    }
    /// The special method of an instance of a Python class, if it is a Python function that takes `arguments`. The class
    /// keeps it: no reference is counted.
    #[inline]
    fn python_special(&mut self, this: &Value, special: Special, arguments: u32) -> Option<ManuallyDrop<Value>> {
        let type_id = this.type_id();
        if self.heap.info(type_id).flags & flags::HEAP_TYPE == 0 {
            return None;
        }
        let method = self.heap.special_ref(type_id, special)?;
        let fits = method.type_id() == id::FUNCTION && accepts(method, arguments);
        // SAFETY: the word of a value that the class owns until the frame that is pushed at once owns it, too.
        fits.then(|| ManuallyDrop::new(unsafe { Value::from_bits(method.bits()) }))
    }
    /// Whether the right operand is asked first, as an instance of a subclass.
    fn right_goes_first(&self, a: &Value, b: &Value) -> bool {
        let (ta, tb) = (a.type_id(), b.type_id());
        ta != tb && self.heap.is_subtype(tb, ta)
    }
    /// Enters `left.special(right)` when that is a Python function and comes first.
    fn enter_operator(&mut self, cx: Ctx, a: &Value, b: &Value, special: Special, awaited: Awaited) -> Result<bool> {
        let Some(f) = self.python_special(a, special, 2) else { return Ok(false) };
        if !matches!(awaited, Awaited::Inplace(_)) && self.right_goes_first(a, b) {
            return Ok(false);
        }
        let dst = cx.i.a() as u32 | awaited.encode() << 16;
        // SAFETY: checked by `python_special`; the words are clones.
        unsafe { self.push_accepting(&f, &[a.clone().into_bits(), b.clone().into_bits()], FrameKind::Operator, dst)? };
        Ok(true)
    }

    /// The operator with an int object on its left side; whether it is done.
    #[inline(never)]
    fn op_big_ints(&mut self, cx: Ctx, op: BinOp) -> bool {
        if !(cx.c().is_small_int() || cx.c().is_exact::<Int>()) {
            return false;
        }
        let two_words = cx.b().downcast_exact::<Int>().is_some_and(|n| big_size(&n.get(&*self.heap).value) == 0);
        if two_words && let Some(v) = self.word_op(op, cx.b(), cx.c()) {
            return cx.finish(v).is_ok();
        }
        // A target that is overwritten, or an operand that dies here, gives its digits to the result.
        let (b, x) = (cx.i.b(), cx.i.x());
        let given_up = x & CONST_B == 0 && (b == cx.i.a() || x & KILL_B != 0) && (x & CONST_C != 0 || b != cx.i.c());
        if !given_up {
            return self.big_int_op(op, cx.b(), cx.c()).is_some_and(|v| cx.finish(v).is_ok());
        }
        match self.big_int_op_owned(op, cx.take(b), cx.c()) {
            Ok(v) => {
                cx.set(cx.i.a(), v);
                if x & KILL_C != 0 {
                    cx.set_word(cx.i.c(), BITS_UNBOUND);
                }
                true
            }
            Err(kept) => {
                cx.set(b, kept);
                false
            }
        }
    }
    /// `true`: a frame was pushed. So for the others below.
    pub(crate) fn op_binary(&mut self, cx: Ctx, op: BinOp) -> Result<bool> {
        if cx.b().is_exact::<Int>() {
            if self.op_big_ints(cx, op) {
                return Ok(false);
            }
        } else if let Some(v) = self.word_op(op, cx.b(), cx.c()) {
            return cx.finish(v).map(|()| false);
        }
        self.op_binary_other(cx, op)
    }
    /// A binary operator or its in-place form, as the instruction says.
    pub(crate) fn op_arithmetic(&mut self, cx: Ctx, op: BinOp) -> Result<bool> {
        const { assert!(Op::InplaceAdd as u8 > Op::BinaryXor as u8 && Op::InplaceXor as u8 - Op::InplaceAdd as u8 == Op::BinaryXor as u8 - Op::BinaryAdd as u8) };
        if cx.i.op_byte() >= Op::InplaceAdd as u8 { self.op_inplace(cx, op) } else { self.op_binary(cx, op) }
    }
    /// A binary operator that is not one on ints of two words.
    #[inline(never)]
    fn op_binary_other(&mut self, cx: Ctx, op: BinOp) -> Result<bool> {
        // Bools among the numbers, and what overflows a word.
        if !cx.b().is_heap()
            && !cx.c().is_heap()
            && let Some(result) = self.number_op(op, cx.b(), cx.c())
        {
            return cx.finish(result?).map(|()| false);
        }
        if cx.b().is_exact::<Str>()
            && let Some(result) = self.text_op(op, cx.b(), cx.c())
        {
            return cx.finish(result?).map(|()| false);
        }
        if self.is_class_instance(cx.b()) && self.enter_operator(cx, cx.b(), cx.c(), op.special(), Awaited::Binary(op))? {
            return Ok(true);
        }
        let v = self.binary_op(op, cx.b(), cx.c())?;
        cx.finish(v).map(|()| false)
    }
    pub(crate) fn op_inplace(&mut self, cx: Ctx, op: BinOp) -> Result<bool> {
        // The target of `s += t` gives its reference up, so that a unique string can grow in place.
        if op == BinOp::Add && cx.grows_in_place() {
            if self.heap.append_in_room(cx.b(), cx.c()) {
                cx.kill();
                return Ok(false);
            }
            let owned = cx.take(cx.i.b());
            let v = self.inplace_add_owned(owned, cx.c())?;
            return cx.finish(v).map(|()| false);
        }
        let (a, b) = (cx.b(), cx.c());
        if a.is_exact::<Int>() {
            if self.op_big_ints(cx, op) {
                return Ok(false);
            }
        } else if let Some(v) = self.word_op(op, a, b) {
            return cx.finish(v).map(|()| false);
        }
        if self.heap.info(a.type_id()).flags & flags::HEAP_TYPE != 0 {
            if self.enter_operator(cx, a, b, op.inplace(), Awaited::Inplace(op))? {
                return Ok(true);
            }
            if self.heap.special(a.type_id(), op.inplace()).is_none() && self.enter_operator(cx, a, b, op.special(), Awaited::BinaryOfInplace(op))? {
                return Ok(true);
            }
        }
        let v = self.inplace_op(op, a, b)?;
        cx.finish(v).map(|()| false)
    }
    pub(crate) fn op_compare(&mut self, cx: Ctx, op: CmpOp) -> Result<bool> {
        if self.is_class_instance(cx.b()) && self.enter_operator(cx, cx.b(), cx.c(), op.special(), Awaited::Compare(op))? {
            return Ok(true);
        }
        let v = self.compare(op, cx.b(), cx.c())?;
        cx.finish(v).map(|()| false)
    }
    /// `None`: a frame was pushed; else whether the comparison holds.
    pub(crate) fn op_compare_jump(&mut self, cx: Ctx, op: CmpOp) -> Result<Option<bool>> {
        if self.is_class_instance(cx.a()) && self.enter_operator(cx, cx.a(), cx.b(), op.special(), Awaited::CompareJump(op))? {
            return Ok(None);
        }
        let holds = self.compare_bool(op, cx.a(), cx.b())?;
        cx.kill();
        Ok(Some(holds))
    }
    pub(crate) fn op_get_item(&mut self, cx: Ctx) -> Result<bool> {
        if cx.c().is_bool()
            && let Some(v) = self.item_at_bool(cx.b(), cx.c())
        {
            return cx.finish(v).map(|()| false);
        }
        if let Some(native) = self.native_methods(cx.b())
            && let Some(get) = native.get_item
            && self.heap.shares_special(cx.b().type_id(), native.owner, Special::GetItem)
        {
            let v = get(self, cx.b(), cx.c())?;
            return cx.finish(v).map(|()| false);
        }
        if self.is_class_instance(cx.b())
            && let Some(f) = self.python_special(cx.b(), Special::GetItem, 2)
        {
            let args = [cx.b().clone().into_bits(), cx.c().clone().into_bits()];
            // SAFETY: checked by `python_special`; the words are clones.
            unsafe { self.push_accepting(&f, &args, FrameKind::Call, cx.i.a() as u32)? };
            cx.kill();
            return Ok(true);
        }
        let v = self.get_item(cx.b(), cx.c())?;
        cx.finish(v).map(|()| false)
    }
    /// `pair[condition]` of an exact tuple or list that is long enough.
    fn item_at_bool(&self, sequence: &Value, key: &Value) -> Option<Value> {
        let heap = &*self.heap;
        let items = match sequence.downcast_exact::<Tuple>() {
            Some(tuple) => tuple.items(heap),
            None => sequence.downcast_exact::<List>()?.get(heap).items(),
        };
        items.get(usize::from(key.is_true())).cloned()
    }
    pub(crate) fn op_set_item(&mut self, cx: Ctx) -> Result<bool> {
        if let Some(dict) = cx.b().downcast_exact::<Dict>() {
            let dict = dict.clone();
            let value = if cx.i.x() & KILL_A != 0 { cx.take(cx.i.a()) } else { cx.a().clone() };
            dict.set_item_of(self, cx.c(), value)?;
            cx.kill();
            return Ok(false);
        }
        if let Some(native) = self.native_methods(cx.b())
            && let Some(set) = native.set_item
            && self.heap.shares_special(cx.b().type_id(), native.owner, Special::SetItem)
        {
            set(self, cx.b(), cx.c(), cx.a())?;
            cx.kill();
            return Ok(false);
        }
        if self.is_class_instance(cx.b())
            && let Some(f) = self.python_special(cx.b(), Special::SetItem, 3)
        {
            let args = [cx.b().clone().into_bits(), cx.c().clone().into_bits(), cx.a().clone().into_bits()];
            // SAFETY: checked by `python_special`; the words are clones.
            unsafe { self.push_accepting(&f, &args, FrameKind::Discard, 0)? };
            cx.kill();
            return Ok(true);
        }
        let value = cx.a().clone();
        self.set_item(cx.b(), cx.c(), value)?;
        cx.kill();
        Ok(false)
    }

    /// Deals with what a special method returned to the instruction `cx`. `Some` says whether its branch holds.
    pub(crate) fn finish_operator(&mut self, cx: Ctx, dst: u32, value: Value) -> Result<Option<bool>> {
        let awaited = Awaited::decode(dst >> 16);
        let missing = value.is_not_implemented();
        let value = match awaited {
            Awaited::New => return self.finish_new(cx, value).map(|()| None),
            _ if !missing => value,
            Awaited::Binary(op) => self.binary_after_left(op, cx.b(), cx.c(), op.symbol())?,
            Awaited::BinaryOfInplace(op) => self.binary_after_left(op, cx.b(), cx.c(), op.inplace_symbol())?,
            Awaited::Inplace(op) => self.inplace_after_left(op, cx.b(), cx.c())?,
            Awaited::Compare(op) => self.compare_after_left(op, cx.b(), cx.c())?,
            Awaited::CompareJump(op) => self.compare_after_left(op, cx.a(), cx.b())?,
        };
        if !matches!(awaited, Awaited::CompareJump(_)) {
            cx.finish(value)?;
            return Ok(None);
        }
        let holds = match value.bits() {
            BITS_TRUE => true,
            BITS_FALSE | BITS_NONE => false,
            _ => self.truth(&value)?,
        };
        cx.kill();
        Ok(Some(holds))
    }
    /// As `finish_operator` for the outer loop: the caller is the running frame, and goes on from there.
    pub(crate) fn resume_operator(&mut self, frame: *mut Frame, dst: u32, value: Value) -> Result<()> {
        // SAFETY: the running frame waits in the instruction at its `pc`.
        unsafe {
            let (regs, pc) = ((*frame).regs, (*frame).pc as usize);
            let i = (&(*(*frame).code).instrs)[pc];
            let Some(holds) = self.finish_operator(Ctx { frame, regs, i, pc }, dst, value)? else { return Ok(()) };
            if holds != (i.x() & NEGATE != 0) {
                let ext = (&(*(*frame).code).instrs)[pc + 1];
                // The loop goes on two words behind.
                (*frame).pc = (ext.bc() as u32).wrapping_sub(2);
                self.jumped = true;
            }
        }
        Ok(())
    }
}
