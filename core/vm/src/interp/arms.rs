//! Arms of the loop that are methods: what they return says how it goes on.
//!
//! The loop stays small, which its registers need; in WebAssembly they need more (see [`super::spared`]).

#![allow(unsafe_code, reason = "registers, instructions and frames are reached through raw pointers")]

use crate::args::{Args, MethodKind, NativeFn};
use crate::builtins::code::Site;
use crate::builtins::dict::Dict;
use crate::builtins::function::{BoundMethod, BuiltinFn, Function, GetSet};
use crate::builtins::list::List;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::interp::call::Entered;
use crate::interp::frame::{Frame, FrameKind, drop_registers};
use crate::interp::generator::{Generator, GeneratorState};
use crate::interp::operators::accepts;
use crate::interp::ops::Ctx;
use crate::interp::resume::Resumed;
use crate::interp::run::{Exit, rewrite};
use crate::object::Ref;
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::{BITS_UNBOUND, Value, is_native, native_def};
use crate::vm::Vm;
use crate::{Raised, Result};
use krait_bytecode::ops::{DISCARD, KILL_A, KILL_B, KILL_C};
use krait_bytecode::Op;

/// How the loop goes on. With `Err` it is one byte.
#[derive(Clone, Copy)]
pub(crate) enum Next {
    /// Behind the instruction.
    On,
    /// Behind the one that follows, which may be its ext word.
    Skip,
    /// With the instruction once more: it, or what it works on, has changed.
    Again,
    /// It jumps or not, as the condition of a comparison says.
    If(bool),
    /// Where the ext word says: an iterator has ended.
    Ended,
    /// With the frame that was pushed.
    Frame,
    /// With the frame below, behind its instruction.
    Below,
    /// There, where it jumps or not.
    BelowIf(bool),
}

pub(crate) fn pushed(done: Result<bool>) -> Result<Next> {
    done.map(|pushed| if pushed { Next::Frame } else { Next::On })
}
fn entered(cx: Ctx, entered: Entered, behind: Next) -> Next {
    match entered {
        Entered::Frame => Next::Frame,
        Entered::Value(v) => {
            cx.set(cx.i.a(), v);
            behind
        }
    }
}

/// Methods of arms, each of which works on registers.
macro_rules! arms {
    ($($(#[doc = $doc:literal])* fn $name:ident($vm:ident, $cx:ident) $body:block)*) => {
        impl Vm {
            $(
                $(#[doc = $doc])*
                #[inline(never)]
                pub(crate) fn $name(&mut self, $cx: Ctx) -> Result<Next> {
                    let $vm = self;
                    // SAFETY: the running frame, its code and the registers of its instruction; the compiler's code keeps
                    // registers inside the window, and words in registers are valid values.
                    unsafe { $body }
                }
            )*
        }
    };
}

arms! {
    fn op_for_iter(vm, cx) {
        let specialised = match cx.reg(cx.i.b()).type_id() {
            id::RANGE_ITERATOR => Op::ForRange,
            id::LIST_ITERATOR => Op::ForList,
            id::GENERATOR => Op::ForGenerator,
            id::ENUMERATE | id::ZIP | id::DICT_ITEM_ITERATOR if !vm.tracing && unpacks_pair(cx) => Op::ForPair,
            _ => {
                return Ok(match vm.next_of_other(cx.reg(cx.i.b()))? {
                    Some(v) => {
                        cx.set(cx.i.a(), v);
                        Next::Skip
                    }
                    None => {
                        cx.set_word(cx.i.b(), BITS_UNBOUND);
                        Next::Ended
                    }
                });
            }
        };
        rewrite((*cx.frame).code, cx.pc, specialised);
        Ok(Next::Again)
    }

    fn op_send(vm, cx) {
        let (a, c) = (cx.i.a(), cx.i.c());
        let (receiver, sent) = (cx.reg(cx.i.b()), cx.word(c));
        let moves = cx.i.x() & KILL_C != 0 || a == c;
        if matches!(receiver.type_id(), id::GENERATOR | id::COROUTINE)
            && Frame::resume_above(cx.frame, &mut vm.thread, vm.recursion_limit, receiver.bits(), sent, FrameKind::GeneratorSend, a as u32).is_some()
        {
            // The value sent has moved into the generator.
            if moves {
                *cx.regs.add(c) = BITS_UNBOUND;
            } else {
                std::mem::forget(cx.reg(c).clone());
            }
            return Ok(Next::Frame);
        }
        let (receiver, sent) = (receiver.clone(), cx.reg(c).clone());
        if matches!(receiver.type_id(), id::GENERATOR | id::COROUTINE) {
            let g: Ref<Generator> = Ref::from_value_unchecked(receiver.clone());
            let state = g.get(&*vm.heap).state;
            if matches!(state, GeneratorState::Suspended) || (state == GeneratorState::Created && sent.is_none()) {
                if moves {
                    cx.set_word(c, BITS_UNBOUND);
                }
                drop(receiver);
                vm.push_generator(g, sent, FrameKind::GeneratorSend, a as u32)?;
                return Ok(Next::Frame);
            }
        }
        Ok(match vm.send_slow(&receiver, sent)? {
            Resumed::Yielded(v) => {
                cx.set(a, v);
                Next::Skip
            }
            Resumed::Returned(v) => {
                cx.set_word(cx.i.b(), BITS_UNBOUND);
                cx.set(a, v);
                Next::Ended
            }
        })
    }

    // ---- attributes whose reading or writing calls ----
    fn op_load_attr_property(vm, cx) {
        let site = &*cx.site();
        let object = cx.reg(cx.i.b());
        if vm.fits(site, object)
            && let Some(getter) = &site.value
            && accepts(getter, 1)
        {
            let this = cx.moved_or_shared(cx.i.b(), KILL_B);
            vm.push_accepting(getter, &[this], FrameKind::Call, cx.i.a() as u32)?;
            return Ok(Next::Frame);
        }
        vm.missed(cx, Op::LoadAttr)
    }
    fn op_load_attr_descriptor(vm, cx) {
        let site = &*cx.site();
        let object = cx.reg(cx.i.b());
        if vm.fits(site, object)
            && vm.heap.info(site.part).version == site.offset
            && let Some(bound) = &site.value
            && let Some((get, descriptor)) = accessor(bound)
        {
            let owner = vm.heap.type_object(site.type_id).to_value().into_bits();
            let this = cx.moved_or_shared(cx.i.b(), KILL_B);
            vm.push_accepting(get, &[descriptor.clone().into_bits(), this, owner], FrameKind::Call, cx.i.a() as u32)?;
            return Ok(Next::Frame);
        }
        if let Some((native, descriptor)) = vm.native_descriptor(site, object) {
            let v = (native.get)(vm, &descriptor, object)?;
            cx.set(cx.i.a(), v);
            cx.kill();
            return Ok(Next::On);
        }
        vm.missed(cx, Op::LoadAttr)
    }
    fn op_load_attr_getset(vm, cx) {
        let site = &*cx.site();
        let object = cx.reg(cx.i.b());
        if vm.fits(site, object)
            && let Some(descriptor) = &site.value
            && let Some(def) = (*Ref::<GetSet>::from_value_ref_unchecked(descriptor).payload_ptr()).get
        {
            let v = (def.entry)(vm, std::slice::from_ref(object), &[])?;
            cx.set(cx.i.a(), v);
            cx.kill();
            return Ok(Next::On);
        }
        vm.missed(cx, Op::LoadAttr)
    }
    fn op_store_attr_property(vm, cx) {
        let site = &*cx.site();
        let object = cx.reg(cx.i.b());
        if vm.fits(site, object)
            && let Some(setter) = &site.value
            && accepts(setter, 2)
        {
            let this = cx.moved_or_shared(cx.i.b(), KILL_B);
            let value = cx.moved_or_shared(cx.i.a(), KILL_A);
            vm.push_accepting(setter, &[this, value], FrameKind::Discard, 0)?;
            return Ok(Next::Frame);
        }
        vm.missed(cx, Op::StoreAttr)
    }
    fn op_store_attr_descriptor(vm, cx) {
        let site = &*cx.site();
        let object = cx.reg(cx.i.b());
        if vm.fits(site, object)
            && vm.heap.info(site.part).version == site.offset
            && let Some(bound) = &site.value
            && let Some((set, descriptor)) = accessor(bound)
        {
            let this = cx.moved_or_shared(cx.i.b(), KILL_B);
            let value = cx.moved_or_shared(cx.i.a(), KILL_A);
            vm.push_accepting(set, &[descriptor.clone().into_bits(), this, value], FrameKind::Discard, 0)?;
            return Ok(Next::Frame);
        }
        if let Some((native, descriptor)) = vm.native_descriptor(site, object) {
            let stored = (native.set)(vm, &descriptor, object, cx.a());
            cx.kill();
            return stored.map(|()| Next::On);
        }
        vm.missed(cx, Op::StoreAttr)
    }

    // ---- calls ----
    /// A call of anything but a Python function that takes its arguments as they are.
    fn op_call_other(vm, cx) {
        let (b, argc) = (cx.i.b(), cx.i.c());
        let own = usize::from(cx.word(b + 1) != 0);
        let callee = cx.reg(b);
        match callee.type_id() {
            id::FUNCTION => {
                let code = Ref::<Function>::from_value_ref_unchecked(callee).get(&*vm.heap).code.payload_ptr();
                let given = argc + own;
                if (*code).simple_args as usize == given {
                    let at = cx.regs.add(b + 2 - own);
                    let function = cx.take(b);
                    let window = if (*cx.frame).is_generator() {
                        let to = vm.thread.place_on_top((*code).nregs as usize);
                        for n in 0..given {
                            *to.regs.add(n) = std::ptr::replace(at.add(n), BITS_UNBOUND);
                        }
                        to
                    } else {
                        vm.thread.place(at, (*code).nregs as usize, given)
                    };
                    vm.push_frame(function, code, window, given, FrameKind::Call, cx.i.a() as u32)?;
                    return Ok(Next::Frame);
                }
                if let Some(done) = vm.enter_in_place(cx, own, &[], FrameKind::Call) {
                    return Ok(entered(cx, done?, Next::On));
                }
            }
            id::BUILTIN_FUNCTION | id::METHOD_DESCRIPTOR | id::WRAPPER_DESCRIPTOR => {
                let function = &*Ref::<BuiltinFn>::from_value_ref_unchecked(callee).payload_ptr();
                match &function.this {
                    // A function of a module, or a descriptor whose receiver is of its class.
                    None if argc + own > 0 => {
                        let receiver = cx.reg(b + 2 - own).type_id();
                        if function.owner == 0 || receiver == function.owner || vm.heap.is_subtype(receiver, function.owner) {
                            return vm.call_over_registers(cx, function.def.entry, b + 2 - own, argc + own);
                        }
                    }
                    None if callee.type_id() == id::BUILTIN_FUNCTION => return vm.call_over_registers(cx, function.def.entry, b + 2, 0),
                    None => {}
                    // A bound method: the receiver goes before the arguments.
                    Some(this) if own == 0 && function.def.kind != MethodKind::New => {
                        *cx.regs.add(b + 1) = this.clone().into_bits();
                        return vm.call_over_registers(cx, function.def.entry, b + 1, argc + 1);
                    }
                    // `T.__new__(cls, …)`.
                    Some(this) if own == 0 && argc > 0 && vm.may_make(this, Some(cx.reg(b + 2))) => {
                        return vm.call_over_registers(cx, function.def.entry, b + 2, argc);
                    }
                    Some(_) => {}
                }
            }
            id::METHOD if own == 0 => {
                spread_method(cx, b);
                return Ok(Next::Again);
            }
            id::TYPE if argc == 1 && own == 0 && (*Ref::<Type>::from_value_ref_unchecked(callee).payload_ptr()).id == id::TYPE => {
                let class = vm.heap.type_of(cx.reg(b + 2)).to_value();
                drop_registers(cx.regs, b, b + 3);
                cx.set(cx.i.a(), class);
                return Ok(Next::On);
            }
            id::TYPE => {
                if let Some(done) = vm.call_class_in_place(cx, &[])? {
                    return Ok(entered(cx, done, Next::On));
                }
            }
            // Classes derived from native ones whose metaclass is native, too.
            meta if own == 0 && vm.heap.info(meta).layout == id::TYPE => {
                if let Some(v) = vm.call_native_class(cx)? {
                    cx.set(cx.i.a(), v);
                    return Ok(Next::On);
                }
            }
            _ if own == 0 && vm.turn_into_call(cx) => return Ok(Next::Again),
            _ => {}
        }
        pushed(vm.call_slow(cx, &[]))
    }
    fn op_call_kw(vm, cx) {
        let Some(names) = cx.code().consts[cx.ext().bc()].downcast_exact::<Tuple>() else { return Err(Raised) };
        // The code keeps its constants while a frame runs it, or one above.
        let list = names.items(&*vm.heap);
        let list: &[Value] = std::slice::from_raw_parts(list.as_ptr(), list.len());
        let own = usize::from(cx.word(cx.i.b() + 1) != 0);
        let word = cx.word(cx.i.b());
        if is_native(word) {
            let (first, end) = (cx.i.b() + 2 - own, cx.i.b() + 2 + cx.i.c());
            let all = std::slice::from_raw_parts(cx.regs.add(first) as *const Value, end - first);
            let v = (native_def(word).entry)(vm, all, list)?;
            drop_registers(cx.regs, first, end);
            cx.set(cx.i.a(), v);
            return Ok(Next::Skip);
        }
        let done = match cx.reg(cx.i.b()).type_id() {
            id::FUNCTION => vm.enter_in_place(cx, own, list, FrameKind::Call).transpose()?,
            id::METHOD if own == 0 => {
                spread_method(cx, cx.i.b());
                return Ok(Next::Again);
            }
            id::TYPE => vm.call_class_in_place(cx, list)?,
            _ => None,
        };
        if let Some(done) = done {
            return Ok(entered(cx, done, Next::Skip));
        }
        Ok(if vm.call_slow(cx, list)? { Next::Frame } else { Next::Skip })
    }
    /// The end of a plain frame that an instruction pushed which is no call: what it returned is no result yet.
    fn op_return_other(vm, cx) {
        let frame = cx.frame;
        let value = cx.take(cx.i.a());
        drop_registers(cx.regs, 0, cx.i.b());
        let (dst, kind) = ((*frame).dst, (*frame).kind);
        drop(vm.thread.pop());
        let below = vm.thread.current();
        match kind {
            FrameKind::Operator => {
                let pc = (*below).pc as usize;
                let cx = Ctx { frame: below, regs: (*below).regs, i: (&(*(*below).code).instrs)[pc], pc };
                return Ok(vm.finish_operator(cx, dst, value)?.map_or(Next::Below, Next::BelowIf));
            }
            FrameKind::Discard => drop(value),
            _ => {
                let instance = (*frame).extra.take();
                if !value.is_none() {
                    return Err(vm.init_returned(&value));
                }
                drop(std::mem::replace(&mut *((*below).regs.add(dst as usize) as *mut Value), instance.unwrap_or(Value::NONE)));
            }
        }
        Ok(Next::Below)
    }
}

impl Vm {
    /// Whether an object is of the class that a site has seen, and the class as it was.
    #[inline(always)]
    fn fits(&self, site: &Site, object: &Value) -> bool {
        object.type_id() == site.type_id && self.heap.info(site.type_id).version == site.guard
    }
    pub(crate) fn op_call_star(&mut self, cx: Ctx) -> Result<Next> {
        pushed(self.call_ex(cx))
    }
    /// The end of a frame that the outer loop deals with, or Rust code waits for.
    #[inline(never)]
    pub(crate) fn return_outside(&mut self, cx: Ctx) -> Exit {
        let frame = cx.frame;
        // SAFETY: the running frame.
        unsafe {
            if (*frame).is_plain() {
                let value = cx.take(cx.i.a());
                drop_registers(cx.regs, 0, cx.i.b());
                drop(self.thread.pop());
                return Exit::Done(value);
            }
            let takes = cx.i.x() & KILL_A != 0 || !(*frame).is_generator();
            // The frame dies: its own reference moves out, unless a frame object will show the variable.
            let value = if takes && !((*frame).object.is_some() && cx.i.x() & KILL_A == 0) { cx.take(cx.i.a()) } else { cx.reg(cx.i.a()).clone() };
            Exit::Return(value)
        }
    }
    /// A specialised site of a `load_attr`, `load_method` or `store_attr` does not fit.
    pub(crate) fn missed(&mut self, cx: Ctx, generic: Op) -> Result<Next> {
        Ok(if self.serve_missed(cx, generic) { Next::On } else { Next::Again })
    }
    /// Calls a builtin function with `count` registers from `first`, which die, as does the window's callee.
    unsafe fn call_over_registers(&mut self, cx: Ctx, entry: NativeFn, first: usize, count: usize) -> Result<Next> {
        // SAFETY: by contract.
        unsafe {
            let v = entry(self, std::slice::from_raw_parts(cx.regs.add(first) as *const Value, count), &[])?;
            drop_registers(cx.regs, cx.i.b(), first + count);
            if cx.i.x() & DISCARD != 0 {
                drop(v);
                return Ok(Next::Skip);
            }
            cx.set(cx.i.a(), v);
        }
        Ok(Next::On)
    }
    fn send_slow(&mut self, receiver: &Value, sent: Value) -> Result<Resumed> {
        if matches!(receiver.type_id(), id::GENERATOR | id::COROUTINE)
            && let Some(g) = receiver.downcast::<Generator>(&*self.heap).cloned()
        {
            if g.get(&*self.heap).state == GeneratorState::Finished && receiver.type_id() == id::GENERATOR {
                return Ok(Resumed::Returned(Value::NONE));
            }
            return self.resume(&g, sent);
        }
        if sent.is_none() {
            let result = match self.heap.special(receiver.type_id(), Special::Next) {
                Some(f) => self.call_unbound(&f, receiver, &[]),
                None => {
                    let name = self.heap.type_name(receiver);
                    Err(self.type_error(format!("'{name}' object is not an iterator")))
                }
            };
            return self.resumed_from_call(result);
        }
        let name = self.names.send.clone();
        let result = match self.get_attr(receiver, &name) {
            Ok(send) => self.call(&send, &[sent]),
            Err(e) => Err(e),
        };
        self.resumed_from_call(result)
    }
    #[cold]
    pub(crate) fn init_returned(&mut self, value: &Value) -> Raised {
        let name = self.heap.type_name(value);
        self.type_error(format!("__init__() should return None, not '{name}'"))
    }
    /// Any call of a window. `true` when a frame was pushed; else the result is in place.
    #[inline(never)]
    fn call_slow(&mut self, cx: Ctx, names: &[Value]) -> Result<bool> {
        let (b, argc) = (cx.i.b(), cx.i.c());
        let own = usize::from(cx.word(b + 1) != 0);
        let callee = cx.reg(b).clone();
        // SAFETY: the call window of the running frame.
        let all = unsafe { std::slice::from_raw_parts(cx.regs.add(b + 2 - own) as *const Value, argc + own) };
        let args = Args::with_names(all, names);
        self.call_in_frame(cx, callee, None, args, b, b + 2 + argc)
    }
    /// Calls a callable for the running frame: Python functions push a frame.
    fn call_in_frame(&mut self, cx: Ctx, callee: Value, this: Option<Value>, args: Args<'_>, first: usize, end: usize) -> Result<bool> {
        if callee.type_id() == id::METHOD
            && this.is_none()
            && let Some(m) = callee.downcast_exact::<BoundMethod>()
        {
            let (function, this) = { let m = m.get(&*self.heap); (m.function.clone(), m.this.clone()) };
            if function.type_id() == id::FUNCTION {
                return self.call_in_frame(cx, function, Some(this), args, first, end);
            }
        }
        if callee.type_id() == id::FUNCTION {
            let entered = match self.enter_with(&callee, this.as_ref(), args, FrameKind::Call, cx.i.a() as u32) {
                Some(entered) => entered?,
                None => self.enter_function(callee, this.as_ref(), args, FrameKind::Call, cx.i.a() as u32)?,
            };
            // SAFETY: the window's registers; the new frame lies above them.
            unsafe { drop_registers(cx.regs, first, end) };
            return match entered {
                Entered::Frame => Ok(true),
                Entered::Value(v) => {
                    cx.set(cx.i.a(), v);
                    Ok(false)
                }
            };
        }
        let v = self.call_args(&callee, args)?;
        // SAFETY: as above.
        unsafe { drop_registers(cx.regs, first, end) };
        cx.set(cx.i.a(), v);
        Ok(false)
    }
    /// `call_ex`: positional arguments from an iterable, keywords from a dict.
    pub(crate) fn call_ex(&mut self, cx: Ctx) -> Result<bool> {
        let (b, has_kw) = (cx.i.b(), cx.i.c() != 0);
        if has_kw && !cx.reg(b + 3).is_exact::<Dict>() {
            let merged = self.heap.dict();
            self.merge_keywords(&merged, cx.reg(b + 3), cx.reg(b))?;
            cx.set(b + 3, merged.into_value());
        }
        if cx.reg(b).type_id() == id::FUNCTION
            && let Some(items) = self.exact_items(cx.reg(b + 2))
        {
            // SAFETY: the items are cloned before anything runs.
            let items = unsafe { &*items };
            let (callee, dst) = (cx.take(b), cx.i.a() as u32);
            let entered = if !has_kw {
                self.enter_with(&callee, None, Args::positional(items), FrameKind::Call, dst)
            } else if let Some(kwargs) = cx.reg(b + 3).downcast_exact::<Dict>() {
                self.enter_unpacked(&callee, items, kwargs, FrameKind::Call, dst)
            } else {
                None
            };
            if let Some(entered) = entered {
                let entered = entered?;
                for n in b + 2..=b + 2 + usize::from(has_kw) {
                    cx.set_word(n, BITS_UNBOUND);
                }
                if let Entered::Value(v) = entered {
                    cx.set(cx.i.a(), v);
                    return Ok(false);
                }
                return Ok(true);
            }
            cx.set(b, callee);
        }
        let callee = cx.reg(b).clone();
        let star = cx.reg(b + 2).clone();
        let mut all = match (star.downcast_exact::<Tuple>(), star.downcast_exact::<List>()) {
            (Some(t), _) => t.items(&*self.heap).to_vec(),
            (_, Some(l)) => l.to_vec(&*self.heap),
            _ => {
                if self.heap.special(star.type_id(), Special::Iter).is_none() && !self.is_sequence(&star) {
                    let (f, found) = (self.callable_name(&callee), self.heap.type_name(&star));
                    return Err(self.type_error(format!("{f} argument after * must be an iterable, not {found}")));
                }
                self.collect(&star)?
            }
        };
        let mut names = Vec::new();
        if has_kw {
            let kwargs = cx.reg(b + 3).clone();
            if let Some(d) = kwargs.downcast::<Dict>(&*self.heap) {
                for (k, v) in d.items(&*self.heap) {
                    if !k.has_payload::<Str>(&*self.heap) {
                        return Err(self.type_error("keywords must be strings"));
                    }
                    names.push(k);
                    all.push(v);
                }
            }
        }
        let end = if has_kw { b + 4 } else { b + 3 };
        self.call_in_frame(cx, callee, None, Args::with_names(&all, &names), b, end)
    }
}

/// A bound method as the callee of a window: its function and receiver take their places.
fn spread_method(cx: Ctx, b: usize) {
    // SAFETY: the caller has looked at the type.
    let m: Ref<BoundMethod> = unsafe { Ref::from_value_unchecked(cx.reg(b).clone()) };
    // SAFETY: the method is kept meanwhile.
    let (function, this) = unsafe { let m = &*m.payload_ptr(); (m.function.clone(), m.this.clone()) };
    cx.set(b, function);
    cx.set_word(b + 1, this.into_bits());
}

/// The `__get__` or `__set__` function and the descriptor of a site, if the function takes three arguments.
#[inline(always)]
fn accessor(bound: &Value) -> Option<(&Value, &Value)> {
    // Otherwise it is a native descriptor.
    let bound = bound.downcast_exact::<BoundMethod>()?;
    // SAFETY: the site owns the method.
    let method = unsafe { &*bound.payload_ptr() };
    accepts(&method.function, 3).then_some((&method.function, &method.this))
}

/// Whether the item of a `for_iter` goes into two registers at once.
fn unpacks_pair(cx: Ctx) -> bool {
    let next = cx.code().instrs[cx.pc + 2];
    next.op_byte() == Op::UnpackSequence as u8 && next.b() == cx.i.a() && next.c() == 2 && next.x() & KILL_B != 0
}
