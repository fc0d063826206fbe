//! Calls of classes and of instances with a `__call__`, over the call window.
//!
//! A Python `__init__` gets a frame of the loop; builtin constructors are called on the window itself, where the class,
//! and then the instance, stands before the arguments. What needs more is left to `Vm::call_type`.

#![allow(unsafe_code, reason = "moves words within register windows")]

use crate::Result;
use crate::args::{Args, MethodKind};
use crate::builtins::function::{BuiltinFn, Function, StaticMethod};
use crate::heap::flags;
use crate::interp::call::Entered;
use crate::interp::frame::{FrameKind, drop_registers};
use crate::interp::operators::{Awaited, accepts};
use crate::interp::ops::Ctx;
use crate::object::Ref;
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::{Value, native_word};
use crate::vm::Vm;

impl Vm {
    /// The call of a class with the default `__new__`: a frame of a Python `__init__` is pushed, or the instance of a
    /// class without one is the value. `None`: nothing happened yet, the general path must take over.
    pub(crate) fn call_class_in_place(&mut self, cx: Ctx, names: &[Value]) -> Result<Option<Entered>> {
        let (b, argc, regs) = (cx.i.b(), cx.i.c(), cx.regs);
        if cx.word(b + 1) != 0 {
            return Ok(None);
        }
        // SAFETY: the call window of the running frame; its callee is a class.
        unsafe {
            let class: &Ref<Type> = Ref::from_value_ref_unchecked(cx.reg(b));
            let type_id = class.get(&*self.heap).id;
            let (layout, type_flags) = { let info = self.heap.info(type_id); (info.layout, info.flags) };
            if type_flags & flags::HEAP_TYPE == 0 {
                return Ok(self.call_builtin_class(cx, type_id, names)?.map(Entered::Value));
            }
            if !self.heap.shares_special(type_id, id::OBJECT, Special::New) {
                return if names.is_empty() { self.enter_new(cx, type_id) } else { Ok(None) };
            }
            if layout != id::OBJECT || type_flags & flags::ABSTRACT != 0 {
                return Ok(None);
            }
            let Some(init) = self.heap.special(type_id, Special::Init) else { return Ok(None) };
            if argc == 0 && self.heap.special(id::OBJECT, Special::Init).is_some_and(|plain| plain.is(&init)) {
                let object = self.new_instance(type_id)?;
                drop(cx.take(b));
                return Ok(Some(Entered::Value(object)));
            }
            let Some(f) = init.downcast_exact::<Function>() else { return Ok(None) };
            let code = f.get(&*self.heap).code.payload_ptr();
            let simple = (*code).simple_args as usize == argc + 1 && names.is_empty() && !(*cx.frame).is_generator();
            if !simple && type_flags & flags::FINALIZER != 0 {
                // No instance may be given up on the way.
                return Ok(None);
            }
            let object = self.new_instance(type_id)?;
            *regs.add(b + 1) = object.clone().into_bits();
            if simple {
                let window = self.thread.place(regs.add(b + 1), (*code).nregs as usize, argc + 1);
                drop(cx.take(b));
                self.push_frame(init, code, window, argc + 1, FrameKind::Init, cx.i.a() as u32)?;
            } else {
                // The initialiser takes the place of the class, which comes back when it cannot be entered like this.
                let class = std::mem::replace(&mut *regs.add(b), init.into_bits());
                match self.enter_in_place(cx, 1, names, FrameKind::Init) {
                    Some(entered) => {
                        drop(Value::from_bits(class));
                        entered?;
                    }
                    None => {
                        cx.set_word(b, class);
                        cx.set_word(b + 1, 0);
                        return Ok(None);
                    }
                }
            }
            (*self.thread.current()).extra = Some(object);
            Ok(Some(Entered::Frame))
        }
    }


    /// Enters a `__new__` written in Python that takes just these arguments. They and the class stay in the window, for
    /// the `__init__` that may follow.
    ///
    /// # Safety
    /// `cx` is a call instruction of the running frame whose callee is the class, without a receiver.
    unsafe fn enter_new(&mut self, cx: Ctx, type_id: u32) -> Result<Option<Entered>> {
        let (b, argc, regs) = (cx.i.b(), cx.i.c(), cx.regs);
        let Some(new) = self.heap.special(type_id, Special::New) else { return Ok(None) };
        let function = match new.downcast_exact::<StaticMethod>() {
            Some(method) => method.get(&*self.heap).callable.clone(),
            None => new,
        };
        if function.type_id() != id::FUNCTION || !accepts(&function, argc as u32 + 1) || cx.code().instrs[cx.pc].op().has_ext() {
            return Ok(None);
        }
        // SAFETY: the window is on top of the stack, and its words are clones; the function accepts them.
        unsafe {
            let code = Ref::<Function>::from_value_ref_unchecked(&function).get(&*self.heap).code.payload_ptr();
            let window = self.thread.place_on_top((*code).nregs as usize);
            *window.regs = cx.reg(b).clone().into_bits();
            for n in 0..argc {
                *window.regs.add(n + 1) = (*(regs.add(b + 2 + n) as *const Value)).clone().into_bits();
            }
            let dst = cx.i.a() as u32 | Awaited::New.encode() << 16;
            self.push_frame(function, code, window, argc + 1, FrameKind::Operator, dst)?;
        }
        Ok(Some(Entered::Frame))
    }
    /// The end of a call whose `__new__` has returned: `__init__`, and the result is in place.
    pub(crate) fn finish_new(&mut self, cx: Ctx, object: Value) -> Result<()> {
        let (b, argc) = (cx.i.b(), cx.i.c());
        if let Some(class) = cx.reg(b).downcast_exact::<Type>().cloned() {
            // SAFETY: the call's window holds its arguments until here.
            let args = unsafe { std::slice::from_raw_parts(cx.regs.add(b + 2) as *const Value, argc) };
            self.initialise(&class, &object, Args::positional(args))?;
        }
        // SAFETY: as above; nothing uses the window any more.
        unsafe { drop_registers(cx.regs, b, b + 2 + argc) };
        cx.set(cx.i.a(), object);
        Ok(())
    }

    /// The call of a class that inherits from a native type with methods of its own (`TypeInfo::inherited`), by position.
    ///
    /// # Safety
    /// `cx` is a call instruction of the running frame whose callee is a class, without a receiver.
    pub(crate) unsafe fn call_native_class(&mut self, cx: Ctx) -> Result<Option<Value>> {
        // SAFETY: by contract; all metaclasses' instances are types.
        unsafe {
            let class: &Ref<Type> = Ref::from_value_ref_unchecked(cx.reg(cx.i.b()));
            let (type_id, meta) = (class.get(&*self.heap).id, cx.reg(cx.i.b()).type_id());
            if self.heap.info(type_id).inherited.is_none() || !self.heap.shares_special(meta, id::TYPE, Special::Call) {
                return Ok(None);
            }
            self.call_builtin_class(cx, type_id, &[])
        }
    }

    /// The call of a builtin class: its `__new__` and, if it has one of its own, `__init__`. `None`, with nothing
    /// changed, when the general path must take over.
    ///
    /// # Safety
    /// `cx` is a call instruction of the running frame whose callee is the class, without a receiver.
    unsafe fn call_builtin_class(&mut self, cx: Ctx, type_id: u32, names: &[Value]) -> Result<Option<Value>> {
        let (b, argc, regs) = (cx.i.b(), cx.i.c(), cx.regs);
        // SAFETY: by contract; the window's words stay owned by the registers they are in.
        unsafe {
            // `type(x)` is a matter of the loop, and new classes of the general path.
            if type_id == id::TYPE {
                return Ok(None);
            }
            if argc == 1
                && names.is_empty()
                && let Some(result) = self.plain_conversion(type_id, cx.reg(b + 2))
            {
                let value = result?;
                drop_registers(regs, b, b + 3);
                return Ok(Some(value));
            }
            if names.is_empty() && self.is_plain_exception_type(type_id) {
                let class: Ref<Type> = Ref::from_value_unchecked(cx.reg(b).clone());
                let exception = self.alloc_exception(&class, std::slice::from_raw_parts(regs.add(b + 2) as *const Value, argc));
                drop_registers(regs, b, b + 2 + argc);
                return Ok(Some(exception));
            }
            if self.heap.info(type_id).flags & flags::DISALLOW_INSTANTIATION != 0 {
                return Ok(None);
            }
            let Some(new) = self.heap.special(type_id, Special::New) else { return Ok(None) };
            let Some(f) = new.downcast_exact::<BuiltinFn>() else { return Ok(None) };
            let def = { let f = f.get(&*self.heap); if f.def.kind == MethodKind::New { f.def } else { return Ok(None) } };
            let owner = f.get(&*self.heap).this.as_ref().and_then(|o| o.downcast::<Type>(&*self.heap)).map(|o| self.heap.info(o.id(&self.heap)).layout);
            if owner != Some(self.heap.info(type_id).layout) {
                return Ok(None);
            }
            // The class moves next to its arguments.
            let class = cx.take(b);
            *regs.add(b + 1) = class.into_bits();
            let all = std::slice::from_raw_parts(regs.add(b + 1) as *const Value, argc + 1);
            let object = (def.entry)(self, all, names)?;
            let own = object.type_id() == type_id;
            let init = if own { self.heap.special(type_id, Special::Init) } else { None };
            if let Some(init) = init {
                // `object.__init__` minds arguments only where `object.__new__` did not.
                let plain = |vm: &mut Vm, special, f: &Value| vm.heap.special(id::OBJECT, special).is_some_and(|p| p.is(f));
                if !plain(self, Special::Init, &init) || plain(self, Special::New, &new) {
                    cx.set(b + 1, object.clone());
                    let all = std::slice::from_raw_parts(regs.add(b + 1) as *const Value, argc + 1);
                    match init.downcast::<BuiltinFn>(&*self.heap).map(|f| f.get(&*self.heap).def) {
                        Some(def) if def.kind == MethodKind::Slot => drop((def.entry)(self, all, names)?),
                        _ => drop(self.call_args(&init, crate::Args::with_names(all, names))?),
                    }
                }
            } else if !own && self.heap.is_subtype(object.type_id(), type_id) {
                // An instance of another class that is initialised as such.
                if let Some(init) = self.heap.special(object.type_id(), Special::Init) {
                    cx.set(b + 1, object.clone());
                    let all = std::slice::from_raw_parts(regs.add(b + 1) as *const Value, argc + 1);
                    let bound = self.descriptor_get(&init, Some(&object), object.type_id())?;
                    self.call_args(&bound, crate::Args::with_names(all, names).rest())?;
                }
            }
            drop_registers(regs, b + 1, b + 2 + argc);
            Ok(Some(object))
        }
    }

    /// Makes the call of an instance the call of its class's `__call__`, if that is a Python function or a builtin's own.
    pub(crate) fn turn_into_call(&mut self, cx: Ctx) -> bool {
        let (b, type_id) = (cx.i.b(), cx.reg(cx.i.b()).type_id());
        if self.heap.info(type_id).layout == id::TYPE {
            return false;
        }
        if let Some(native) = self.heap.info(type_id).inherited
            && let Some(def) = native.call
            && self.heap.shares_special(type_id, native.owner, Special::Call)
        {
            let this = cx.take(b);
            cx.set_word(b, native_word(def));
            cx.set_word(b + 1, this.into_bits());
            return true;
        }
        let Some(f) = self.heap.special(type_id, Special::Call) else { return false };
        let function = match f.type_id() {
            id::FUNCTION => f.into_bits(),
            id::WRAPPER_DESCRIPTOR => {
                let Some(slot) = f.downcast::<BuiltinFn>(&*self.heap) else { return false };
                let slot = slot.get(&*self.heap);
                if slot.this.is_some() || slot.def.kind != MethodKind::Slot || !self.heap.is_subtype(type_id, slot.owner) {
                    return false;
                }
                native_word(slot.def)
            }
            _ => return false,
        };
        let this = cx.take(b);
        cx.set_word(b, function);
        cx.set_word(b + 1, this.into_bits());
        true
    }
}
