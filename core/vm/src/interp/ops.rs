//! The data ops' slow halves: one function per opcode family, named as in the opcode table.
//!
//! Each reads its operands in place, does the work, writes its destination and honours the kill flags. What the
//! run loop handles inline (small ints, floats, cached attributes) does not come here.

#![allow(unsafe_code, reason = "registers are raw words")]

use crate::Result;
use crate::builtins::code::{CodeObject, Site};
use crate::builtins::dict::Dict;
use crate::builtins::function::{Cell, Function};
use crate::builtins::list::List;
use crate::builtins::set::Set;
use crate::builtins::str::Str;
use crate::builtins::template::{Interpolation, Template};
use crate::builtins::tuple::{Registers, Tuple, TupleItems};
use crate::exceptions::Exc;
use crate::heap::flags;
use crate::interp::frame::Frame;
use crate::interp::generator::AsyncGenWrapped;
use crate::object::Ref;
use crate::runtime::arithmetic::BinOp;
use crate::runtime::compare::CmpOp;
use crate::types::id;
use crate::types::special::Special;
use crate::value::{BITS_UNBOUND, Value, is_pointer};
use crate::vm::Vm;
use krait_bytecode::Instr;
use krait_bytecode::ops::{Common, FunctionAttr, Intrinsic1, Intrinsic2, KILL_A, KILL_B, KILL_C, CONST_B, CONST_C, PART};

/// An instruction being executed: its frame, registers and operands.
#[derive(Clone, Copy)]
pub(crate) struct Ctx {
    pub frame: *mut Frame,
    pub regs: *mut u64,
    pub i: Instr,
    pub pc: usize,
}

impl Ctx {
    /// A register that holds a value.
    #[inline(always)]
    pub fn reg<'a>(self, n: usize) -> &'a Value {
        // SAFETY: the compiler's registers lie in the window and hold values where they are read.
        unsafe { &*(self.regs.add(n) as *const Value) }
    }
    /// A register, if it holds an object.
    #[inline(always)]
    pub fn object<'a>(self, n: usize) -> Option<&'a Value> {
        if is_pointer(self.word(n)) { Some(self.reg(n)) } else { None }
    }
    /// A register that may be EMPTY.
    #[inline(always)]
    pub fn word(self, n: usize) -> u64 {
        // SAFETY: as above.
        unsafe { *self.regs.add(n) }
    }
    #[inline(always)]
    pub fn a<'a>(self) -> &'a Value {
        self.reg(self.i.a())
    }
    #[inline(always)]
    pub fn b<'a>(self) -> &'a Value {
        if self.i.x() & CONST_B == 0 { self.reg(self.i.b()) } else { self.constant(self.i.b()) }
    }
    #[inline(always)]
    pub fn c<'a>(self) -> &'a Value {
        if self.i.x() & CONST_C == 0 { self.reg(self.i.c()) } else { self.constant(self.i.c()) }
    }
    #[inline(always)]
    fn constant<'a>(self, n: usize) -> &'a Value {
        // SAFETY: constant operands are indices into the running frame's constants.
        unsafe { (&(*(*self.frame).code).consts).get_unchecked(n) }
    }
    /// Whether `R[b] += R[c]` is about exact strings, and the target's register its only place here.
    #[inline(always)]
    pub fn grows_in_place(self) -> bool {
        self.i.x() & CONST_B == 0 && self.i.a() == self.i.b() && self.b().is_exact::<Str>() && self.c().is_exact::<Str>() && !self.b().is(self.c())
    }
    /// Overwrites a register, dropping its old content.
    #[inline(always)]
    pub fn set(self, n: usize, value: Value) {
        self.set_word(n, value.into_bits());
    }
    #[inline(always)]
    pub fn set_word(self, n: usize, word: u64) {
        // SAFETY: as above; the old word is replaced before its reference is dropped.
        unsafe {
            let old = std::ptr::replace(self.regs.add(n), word);
            if is_pointer(old) {
                drop(Value::from_bits(old));
            }
        }
    }
    /// Moves a value out of a register.
    #[inline(always)]
    pub fn take(self, n: usize) -> Value {
        // SAFETY: as above.
        unsafe { Value::from_bits(std::ptr::replace(self.regs.add(n), BITS_UNBOUND)) }
    }
    /// The word of an operand that goes on elsewhere: it leaves a register that dies here, and is counted otherwise.
    #[inline(always)]
    pub fn moved_or_shared(self, n: usize, flag: u8) -> u64 {
        if self.i.x() & flag != 0 { self.take(n).into_bits() } else { self.reg(n).clone().into_bits() }
    }
    /// The inline cache of an instruction on attributes.
    #[inline(always)]
    pub fn site(self) -> *const Site {
        // SAFETY: the running frame's code, whose instructions name sites that it has.
        unsafe { (&(*(*self.frame).code).sites).as_ptr().add(self.i.c()) }
    }
    /// Moves `count` values out of a window.
    pub fn take_window(self, first: usize, count: usize) -> Vec<Value> {
        (first..first + count).map(|n| self.take(n)).collect()
    }
    /// Ends the life of operands whose kill flags are set.
    #[inline(always)]
    pub fn kill(self) {
        let x = self.i.x() & (KILL_A | KILL_B | KILL_C);
        if x != 0 {
            self.kill_flags(x);
        }
    }
    #[inline(always)]
    fn kill_flags(self, x: u8) {
        if x & KILL_B != 0 {
            self.set_word(self.i.b(), BITS_UNBOUND);
        }
        if x & KILL_C != 0 {
            self.set_word(self.i.c(), BITS_UNBOUND);
        }
        if x & KILL_A != 0 {
            self.set_word(self.i.a(), BITS_UNBOUND);
        }
    }
    /// Sets the destination, then kills.
    #[inline(always)]
    pub fn finish(self, value: Value) -> Result<()> {
        self.set(self.i.a(), value);
        self.kill();
        Ok(())
    }
    pub fn ext(self) -> Instr {
        // SAFETY: ops with an ext word are followed by it.
        unsafe { (&(*(*self.frame).code).instrs)[self.pc + 1] }
    }
    pub fn code<'a>(self) -> &'a CodeObject {
        // SAFETY: the running frame's code.
        unsafe { &*(*self.frame).code }
    }
    pub fn function<'a>(self) -> &'a Ref<Function> {
        // SAFETY: the running frame.
        unsafe { (*self.frame).function_ref() }
    }
    pub fn name(self, n: usize) -> Ref<Str> {
        self.code().names[n].clone()
    }
    pub fn site_name(self, n: usize) -> Ref<Str> {
        self.code().sites[n].name.clone()
    }
    /// The locals mapping of a module or class frame (its globals when there is none).
    pub fn locals(self, vm: &Vm) -> Value {
        // SAFETY: the running frame.
        match unsafe { &(*self.frame).locals } {
            Some(l) => l.clone(),
            None => self.function().get(&*vm.heap).globals.to_value(),
        }
    }
}

impl Vm {
    pub(crate) fn op_imm(&mut self, cx: Ctx, op: BinOp) -> Result<()> {
        let imm = Value::int32(cx.i.imm() as i32);
        if let Some(v) = self.word_op(op, cx.b(), &imm) {
            return cx.finish(v);
        }
        let v = if cx.i.x() & 0x80 != 0 { self.inplace_op(op, cx.b(), &imm)? } else { self.binary_op(op, cx.b(), &imm)? };
        cx.finish(v)
    }
    pub(crate) fn op_unary(&mut self, cx: Ctx, special: Special) -> Result<()> {
        let v = self.unary_op(special, cx.b())?;
        cx.finish(v)
    }
    /// Truth of an operand of a jump.
    pub(crate) fn op_truth(&mut self, cx: Ctx) -> Result<bool> {
        let b = self.truth(cx.a())?;
        cx.kill();
        Ok(b)
    }
    pub(crate) fn op_compare_imm_jump(&mut self, cx: Ctx, op: CmpOp) -> Result<bool> {
        let imm = Value::int32(cx.i.imm() as i32);
        let b = self.compare_bool(op, cx.a(), &imm)?;
        if cx.i.x() & KILL_A != 0 {
            cx.set_word(cx.i.a(), BITS_UNBOUND);
        }
        Ok(b)
    }

    #[cold]
    pub(crate) fn op_unbound_local(&mut self, name: &Ref<Str>) -> crate::Raised {
        let text = name.get(&*self.heap).to_string_lossy();
        self.error(Exc::UnboundLocalError, format!("cannot access local variable '{text}' where it is not associated with a value"))
    }
    #[cold]
    pub(crate) fn op_unbound_cell(&mut self, code: &CodeObject, register: usize, name: &Ref<Str>) -> crate::Raised {
        let first_temp = code.first_temp as usize;
        if register >= first_temp || register + code.freevars.len() < first_temp {
            return self.op_unbound_local(name);
        }
        let text = name.get(&*self.heap).to_string_lossy();
        self.name_error(Exc::NameError, format!("cannot access free variable '{text}' where it is not associated with a value in enclosing scope"), name)
    }
    fn cell_content(&self, cell: &Value) -> Option<Value> {
        cell.downcast_exact::<Cell>().and_then(|c| c.get(&*self.heap).content.clone())
    }
    fn set_cell(&mut self, cell: &Value, value: Option<Value>) -> Option<Value> {
        let cell = cell.downcast_exact::<Cell>()?;
        std::mem::replace(&mut cell.get_mut(&mut *self.heap).content, value)
    }
    pub(crate) fn op_make_cell(&mut self, cx: Ctx) -> Result<()> {
        let word = cx.word(cx.i.a());
        let content = if word == 0 || word == BITS_UNBOUND { None } else { Some(cx.take(cx.i.a())) };
        let cell = self.heap.alloc(Cell { content }).into_value();
        cx.set(cx.i.a(), cell);
        Ok(())
    }
    pub(crate) fn op_copy_free_vars(&mut self, cx: Ctx) -> Result<()> {
        if let Some(closure) = &cx.function().get(&*self.heap).closure {
            for (n, cell) in closure.items(&*self.heap).iter().enumerate().take(cx.i.b()) {
                cx.set(cx.i.a() + n, cell.clone());
            }
        }
        Ok(())
    }
    pub(crate) fn op_load_deref(&mut self, cx: Ctx) -> Result<()> {
        match self.cell_content(cx.b()) {
            Some(v) => cx.finish(v),
            None => Err(self.op_unbound_cell(cx.code(), cx.i.b(), &cx.name(cx.i.c()))),
        }
    }
    pub(crate) fn op_store_deref(&mut self, cx: Ctx) -> Result<()> {
        let value = cx.b().clone();
        let old = self.set_cell(cx.a(), Some(value));
        drop(old);
        cx.kill();
        Ok(())
    }
    pub(crate) fn op_delete_deref(&mut self, cx: Ctx) -> Result<()> {
        match self.set_cell(cx.a(), None) {
            Some(old) => {
                drop(old);
                Ok(())
            }
            None => Err(self.op_unbound_cell(cx.code(), cx.i.a(), &cx.name(cx.i.bc()))),
        }
    }
    pub(crate) fn op_load_class_deref(&mut self, cx: Ctx) -> Result<()> {
        let name = cx.name(cx.ext().a());
        if let Some(v) = self.mapping_get(cx.b(), &name)? {
            return cx.finish(v);
        }
        match self.cell_content(cx.c()) {
            Some(v) => cx.finish(v),
            None => Err(self.op_unbound_cell(cx.code(), cx.i.c(), &name)),
        }
    }

    /// `mapping[name]`, `None` on KeyError.
    pub(crate) fn mapping_get(&mut self, mapping: &Value, name: &Ref<Str>) -> Result<Option<Value>> {
        if let Some(dict) = mapping.downcast_exact::<Dict>() {
            return Ok(dict.get_str(&*self.heap, name));
        }
        let result = self.get_item(mapping, name.as_value());
        self.catch(result, Exc::KeyError)
    }
    /// A global or builtin by name.
    fn global_or_builtin(&mut self, cx: Ctx, name: &Ref<Str>) -> Result<Option<Value>> {
        let (globals, builtins) = { let f = cx.function().get(&*self.heap); (f.globals.clone(), f.builtins.clone()) };
        if !globals.as_value().is_exact::<Dict>() {
            let found = self.mapping_get(globals.as_value(), name)?;
            return if found.is_some() { Ok(found) } else { self.builtin_by_name(&builtins, name) };
        }
        if let Some(v) = globals.get_str(&*self.heap, name) {
            return Ok(Some(v));
        }
        self.builtin_by_name(&builtins, name)
    }
    /// A name in the builtins of a function, which may be those of a mapping that is no dict.
    pub(crate) fn builtin_by_name(&mut self, builtins: &Ref<Dict>, name: &Ref<Str>) -> Result<Option<Value>> {
        if !builtins.as_value().is_exact::<Dict>() {
            return self.mapping_get(builtins.as_value(), name);
        }
        if let Some(v) = builtins.get_str(&*self.heap, name) {
            return Ok(Some(v));
        }
        match self.mapping_behind(builtins) {
            Some(mapping) => self.mapping_get(&mapping, name),
            None => Ok(None),
        }
    }
    #[cold]
    pub(crate) fn name_not_defined(&mut self, name: &Ref<Str>) -> crate::Raised {
        let text = name.get(&*self.heap).to_string_lossy();
        self.name_error(Exc::NameError, format!("name '{text}' is not defined"), name)
    }
    pub(crate) fn op_load_name(&mut self, cx: Ctx) -> Result<()> {
        let name = cx.site_name(cx.i.bc());
        let locals = cx.locals(self);
        if let Some(v) = self.mapping_get(&locals, &name)? {
            return cx.finish(v);
        }
        match self.global_or_builtin(cx, &name)? {
            Some(v) => cx.finish(v),
            None => Err(self.name_not_defined(&name)),
        }
    }
    pub(crate) fn op_store_name(&mut self, cx: Ctx) -> Result<()> {
        let (name, locals, value) = (cx.name(cx.i.bc()), cx.locals(self), cx.a().clone());
        match locals.downcast_exact::<Dict>() {
            Some(dict) => dict.set_str(self, &name, value),
            None => self.set_item(&locals, name.as_value(), value)?,
        }
        cx.kill();
        Ok(())
    }
    pub(crate) fn op_delete_name(&mut self, cx: Ctx) -> Result<()> {
        let (name, locals) = (cx.name(cx.i.bc()), cx.locals(self));
        let found = match locals.downcast_exact::<Dict>() {
            Some(dict) => dict.remove_str(self, &name).is_some(),
            None => {
                let result = self.del_item(&locals, name.as_value());
                self.catch(result, Exc::KeyError)?.is_some()
            }
        };
        if found { Ok(()) } else { Err(self.name_not_defined(&name)) }
    }
    pub(crate) fn op_store_global(&mut self, cx: Ctx) -> Result<()> {
        let (name, value) = (cx.site_name(cx.i.bc()), cx.a().clone());
        let globals = cx.function().get(&*self.heap).globals.clone();
        globals.set_str(self, &name, value);
        self.specialize_store_global(cx, &globals, &name);
        cx.kill();
        Ok(())
    }
    pub(crate) fn op_delete_global(&mut self, cx: Ctx) -> Result<()> {
        let name = cx.name(cx.i.bc());
        let globals = cx.function().get(&*self.heap).globals.clone();
        match globals.remove_str(self, &name) {
            Some(old) => {
                drop(old);
                Ok(())
            }
            None => Err(self.name_not_defined(&name)),
        }
    }
    pub(crate) fn op_load_dict_or_global(&mut self, cx: Ctx) -> Result<()> {
        let name = cx.name(cx.i.c());
        if let Some(v) = self.mapping_get(cx.b(), &name)? {
            return cx.finish(v);
        }
        match self.global_or_builtin(cx, &name)? {
            Some(v) => cx.finish(v),
            None => Err(self.name_not_defined(&name)),
        }
    }
    pub(crate) fn op_setup_annotations(&mut self, cx: Ctx) -> Result<()> {
        let name = self.names.__annotations__.clone();
        let locals = cx.locals(self);
        if self.mapping_get(&locals, &name)?.is_none() {
            let dict = self.heap.dict().into_value();
            self.set_item(&locals, name.as_value(), dict)?;
        }
        Ok(())
    }

    pub(crate) fn op_load_attr(&mut self, cx: Ctx) -> Result<()> {
        let name = cx.site_name(cx.i.c());
        let v = self.get_attr(cx.b(), &name)?;
        cx.finish(v)
    }
    pub(crate) fn op_store_attr(&mut self, cx: Ctx) -> Result<()> {
        let name = cx.site_name(cx.i.c());
        let value = cx.a().clone();
        self.set_attr(cx.b(), &name, Some(value))?;
        cx.kill();
        Ok(())
    }
    pub(crate) fn op_delete_attr(&mut self, cx: Ctx) -> Result<()> {
        let name = cx.name(cx.i.c());
        self.set_attr(cx.b(), &name, None)?;
        cx.kill();
        Ok(())
    }
    pub(crate) fn op_load_method(&mut self, cx: Ctx) -> Result<()> {
        let name = cx.site_name(cx.i.c());
        let (function, this) = self.find_method(cx.b(), &name)?;
        self.set_method(cx, function, this);
        Ok(())
    }
    /// Fills a call window with a method and its receiver (EMPTY when it is bound already).
    pub(crate) fn set_method(&mut self, cx: Ctx, function: Value, this: bool) {
        let (a, b) = (cx.i.a(), cx.i.b());
        let receiver = if this { cx.b().clone().into_bits() } else { 0 };
        // The object may sit in the window itself.
        if cx.i.x() & KILL_B != 0 {
            cx.set_word(b, BITS_UNBOUND);
        }
        cx.set(a, function);
        cx.set_word(a + 1, receiver);
    }
    /// `object.name` for a call: (function, true) when it is a plain method found on the class.
    pub(crate) fn find_method(&mut self, object: &Value, name: &Ref<Str>) -> Result<(Value, bool)> {
        let type_id = object.type_id();
        if self.heap.info(type_id).flags & flags::PLAIN_GETATTR != 0
            && let Some(f) = self.heap.type_lookup(type_id, name)
            && matches!(f.type_id(), id::FUNCTION | id::METHOD_DESCRIPTOR | id::WRAPPER_DESCRIPTOR)
            && self.heap.instance_attribute(object, name).is_none()
        {
            return Ok((f, true));
        }
        Ok((self.get_attr(object, name)?, false))
    }
    pub(crate) fn op_load_attr_dyn(&mut self, cx: Ctx) -> Result<()> {
        let Some(name) = cx.c().downcast::<Str>(&*self.heap).cloned() else { return Ok(()) };
        let v = self.get_attr(cx.b(), &name)?;
        cx.finish(v)
    }
    pub(crate) fn op_store_attr_dyn(&mut self, cx: Ctx) -> Result<()> {
        let Some(name) = cx.c().downcast::<Str>(&*self.heap).cloned() else { return Ok(()) };
        let value = cx.a().clone();
        self.set_attr(cx.b(), &name, Some(value))?;
        cx.kill();
        Ok(())
    }
    pub(crate) fn op_load_super_attr(&mut self, cx: Ctx) -> Result<()> {
        let b = cx.i.b();
        let method = cx.i.x() & krait_bytecode::ops::METHOD != 0;
        if method
            && cx.reg(b).is(self.heap.type_object(id::SUPER).as_value())
            && let Some(function) = self.super_cached(cx.reg(b + 2).type_id(), cx.reg(b + 1), &cx.code().sites[cx.i.c()].name)
        {
            let this = cx.take(b + 2);
            cx.set_word(b, BITS_UNBOUND);
            cx.set_word(b + 1, BITS_UNBOUND);
            cx.set(cx.i.a(), function);
            cx.set_word(cx.i.a() + 1, this.into_bits());
            return Ok(());
        }
        let name = cx.site_name(cx.i.c());
        let (callable, class, this) = (cx.reg(b).clone(), cx.reg(b + 1).clone(), cx.reg(b + 2).clone());
        let is_super = callable.is(self.heap.type_object(id::SUPER).as_value());
        let found = if is_super { self.super_method(&class, &this, &name)? } else { None };
        let (function, bound) = match found {
            Some((f, plain)) if plain && method => (f, true),
            Some((f, plain)) => (if plain { self.descriptor_get(&f, Some(&this), this.type_id())? } else { f }, false),
            None => {
                // What has taken the place of the builtin was called without arguments.
                let given = [class, this.clone()];
                let object = self.call(&callable, if is_super { &given } else { &[] })?;
                (self.get_attr(&object, &name)?, false)
            }
        };
        for n in b..b + 3 {
            cx.set_word(n, BITS_UNBOUND);
        }
        cx.set(cx.i.a(), function);
        if method {
            cx.set_word(cx.i.a() + 1, if bound { this.into_bits() } else { 0 });
        }
        Ok(())
    }
    /// `super(class, this).name` found without making a super object: the value, and whether it is a plain
    /// function still to be bound to `this`. `None` when the slow way must be taken.
    fn super_method(&mut self, class: &Value, this: &Value, name: &Ref<Str>) -> Result<Option<(Value, bool)>> {
        let type_id = this.type_id();
        if name.is(&self.names.__class__) {
            return Ok(None);
        }
        if let Some(function) = self.super_cached(type_id, class, name) {
            return Ok(Some((function, true)));
        }
        let heap = &*self.heap;
        let mro = heap.type_object(type_id).get(heap).mro.items(heap);
        let Some(position) = mro.iter().position(|t| t.is(class)) else { return Ok(None) };
        for t in &mro[position + 1..] {
            if let Some(v) = t.downcast::<crate::types::Type>(heap).and_then(|t| t.get(heap).dict.get_str(heap, name)) {
                if matches!(v.type_id(), id::FUNCTION | id::METHOD_DESCRIPTOR | id::WRAPPER_DESCRIPTOR) {
                    self.remember_super(type_id, class, name, &v);
                    return Ok(Some((v, true)));
                }
                return self.descriptor_get(&v, Some(this), type_id).map(|v| Some((v, false)));
            }
        }
        Ok(None)
    }


    pub(crate) fn op_get_iter(&mut self, cx: Ctx) -> Result<()> {
        let v = self.iter(cx.b())?;
        cx.finish(v)
    }
    pub(crate) fn op_unpack_sequence(&mut self, cx: Ctx) -> Result<()> {
        let (a, count) = (cx.i.a(), cx.i.c());
        if let Some(items) = self.exact_items(cx.b()) {
            // SAFETY: the operand is kept until the items are cloned, and nothing runs meanwhile.
            let items = unsafe { &*items };
            if items.len() != count {
                return Err(self.unpack_count_error(count, items.len(), true));
            }
            let operand = if cx.i.x() & KILL_B != 0 { cx.take(cx.i.b()) } else { cx.b().clone() };
            for (n, v) in items.iter().enumerate() {
                cx.set(a + n, v.clone());
            }
            drop(operand);
            return Ok(());
        }
        let items = self.unpack_iterable(&cx.b().clone(), count)?;
        if cx.i.x() & KILL_B != 0 {
            cx.set_word(cx.i.b(), BITS_UNBOUND);
        }
        for (n, v) in items.into_iter().enumerate() {
            cx.set(a + n, v);
        }
        Ok(())
    }
    fn unpack_count_error(&mut self, expected: usize, found: usize, sized: bool) -> crate::Raised {
        if found < expected {
            self.value_error(format!("not enough values to unpack (expected {expected}, got {found})"))
        } else if sized {
            self.value_error(format!("too many values to unpack (expected {expected}, got {found})"))
        } else {
            self.value_error(format!("too many values to unpack (expected {expected})"))
        }
    }
    fn unpack_iter(&mut self, iterable: &Value) -> Result<Value> {
        let result = self.iter(iterable);
        if result.is_err()
            && self.pending_is(Exc::TypeError)
            && self.heap.special(iterable.type_id(), Special::Iter).is_none()
            && !self.is_sequence(iterable)
        {
            self.thread.pending = None;
            let name = self.heap.type_name(iterable);
            return Err(self.type_error(format!("cannot unpack non-iterable {name} object")));
        }
        result
    }
    fn unpack_iterable(&mut self, iterable: &Value, count: usize) -> Result<Vec<Value>> {
        let iterator = self.unpack_iter(iterable)?;
        let mut items = Vec::with_capacity(count);
        while items.len() < count {
            match self.next(&iterator)? {
                Some(v) => items.push(v),
                None => return Err(self.unpack_count_error(count, items.len(), false)),
            }
        }
        if self.next(&iterator)?.is_some() {
            let sized = iterable.is_exact::<Dict>();
            let found = if sized { self.len(iterable)? } else { count + 1 };
            return Err(self.unpack_count_error(count, found, sized));
        }
        Ok(items)
    }
    pub(crate) fn op_unpack_ex(&mut self, cx: Ctx) -> Result<()> {
        let (a, before, after) = (cx.i.a(), cx.i.c(), cx.ext().a());
        let b = cx.b().clone();
        let mut items = match self.exact_items(&b) {
            // SAFETY: the items are cloned before anything runs.
            Some(items) => unsafe { &*items }.to_vec(),
            None => {
                let iterator = self.unpack_iter(&b)?;
                let mut items = Vec::new();
                while let Some(v) = self.next(&iterator)? {
                    items.push(v);
                }
                items
            }
        };
        if items.len() < before + after {
            let (expected, found) = (before + after, items.len());
            return Err(self.value_error(format!("not enough values to unpack (expected at least {expected}, got {found})")));
        }
        let tail = items.split_off(items.len() - after);
        let middle = items.split_off(before);
        let middle = self.list(middle);
        drop(b);
        if cx.i.x() & KILL_B != 0 {
            cx.set_word(cx.i.b(), BITS_UNBOUND);
        }
        for (n, v) in items.into_iter().chain([middle]).chain(tail).enumerate() {
            cx.set(a + n, v);
        }
        Ok(())
    }

    pub(crate) fn op_build_tuple(&mut self, cx: Ctx) -> Result<()> {
        // SAFETY: the window of the running instruction.
        let first = unsafe { cx.regs.add(cx.i.b()) };
        let v = self.heap.tuple_of(Registers { first, count: cx.i.c() }).into_value();
        cx.set(cx.i.a(), v);
        Ok(())
    }
    pub(crate) fn op_build_list(&mut self, cx: Ctx) -> Result<()> {
        // SAFETY: the window of the running instruction.
        let first = unsafe { cx.regs.add(cx.i.b()) };
        let v = self.list(Registers { first, count: cx.i.c() }.into_vec());
        cx.set(cx.i.a(), v);
        Ok(())
    }
    pub(crate) fn op_build_set(&mut self, cx: Ctx) -> Result<()> {
        let set = self.heap.set();
        for item in cx.take_window(cx.i.b(), cx.i.c()) {
            set.add(self, item)?;
        }
        cx.set(cx.i.a(), set.into_value());
        Ok(())
    }
    pub(crate) fn op_build_map(&mut self, cx: Ctx) -> Result<()> {
        let dict = self.heap.dict();
        let mut items = cx.take_window(cx.i.b(), cx.i.c() * 2).into_iter();
        while let (Some(k), Some(v)) = (items.next(), items.next()) {
            dict.set_item(self, k, v)?;
        }
        cx.set(cx.i.a(), dict.into_value());
        Ok(())
    }
    pub(crate) fn op_build_string(&mut self, cx: Ctx) -> Result<()> {
        // SAFETY: the window of the running instruction; its registers hold values.
        let parts = unsafe { std::slice::from_raw_parts(cx.regs.add(cx.i.b()) as *const Value, cx.i.c()) };
        let size = parts.iter().filter_map(|p| p.downcast::<Str>(&*self.heap)).fold(0usize, |size, s| size.saturating_add(s.get(&*self.heap).len()));
        if size > 1 << 12 {
            let room = self.heap.check_room(size);
            self.memory(room)?;
        }
        let mut text = self.text_builder();
        for part in parts {
            if !self.push_plain(&mut text, part)
                && let Some(s) = part.downcast::<Str>(&*self.heap)
            {
                text.push_ref(s.view(&*self.heap));
            }
        }
        let v = self.finish_text(text)?;
        for n in cx.i.b()..cx.i.b() + cx.i.c() {
            cx.set_word(n, BITS_UNBOUND);
        }
        cx.set(cx.i.a(), v);
        Ok(())
    }
    pub(crate) fn op_build_interpolation(&mut self, cx: Ctx) -> Result<()> {
        let mut parts = cx.take_window(cx.i.b(), 4).into_iter();
        let mut part = || parts.next().unwrap_or(Value::NONE);
        let v = Interpolation { value: part(), expression: part(), conversion: part(), format_spec: part() };
        let v = self.heap.alloc(v).into_value();
        cx.set(cx.i.a(), v);
        Ok(())
    }
    pub(crate) fn op_build_template(&mut self, cx: Ctx) -> Result<()> {
        let (strings, interpolations) = (cx.take(cx.i.b()), cx.take(cx.i.b() + 1));
        let v = self.heap.alloc(Template { strings, interpolations }).into_value();
        cx.set(cx.i.a(), v);
        Ok(())
    }
    pub(crate) fn op_list_append(&mut self, cx: Ctx) -> Result<()> {
        if let Some(list) = cx.a().downcast_exact::<List>() {
            let result = list.push(&mut self.heap, cx.b().clone());
            self.memory(result)?;
        }
        cx.kill();
        Ok(())
    }
    pub(crate) fn op_list_extend(&mut self, cx: Ctx) -> Result<()> {
        let Some(list) = cx.a().downcast_exact::<List>().cloned() else { return Ok(()) };
        let b = cx.b();
        match self.exact_items(b) {
            // SAFETY: the list being built is no operand of its own; the operand lives in a register.
            Some(items) => list.edit(&mut self.heap, |l| l.extend_from_slice(unsafe { &*items })),
            None => {
                let result = self.iter(b);
                if result.is_err() && self.pending_is(Exc::TypeError) && self.heap.special(b.type_id(), Special::Iter).is_none() && !self.is_sequence(b) {
                    self.thread.pending = None;
                    let name = self.heap.type_name(b);
                    let message = if cx.ext().c() == 1 {
                        format!("Value after * must be an iterable, not {name}")
                    } else {
                        format!("Value after * must be an iterable, not {name}")
                    };
                    return Err(self.type_error(message));
                }
                let iterator = result?;
                while let Some(v) = self.next(&iterator)? {
                    let result = list.push(&mut self.heap, v);
                    self.memory(result)?;
                }
            }
        }
        cx.kill();
        Ok(())
    }
    /// The items of an exact tuple or list, for use before anything can change the list.
    pub(crate) fn exact_items(&self, value: &Value) -> Option<*const [Value]> {
        match value.type_id() {
            id::TUPLE => value.downcast_exact::<Tuple>().map(|t| t.items(&*self.heap) as *const [Value]),
            id::LIST => value.downcast_exact::<List>().map(|l| l.get(&*self.heap).items() as *const [Value]),
            _ => None,
        }
    }
    pub(crate) fn op_list_to_tuple(&mut self, cx: Ctx) -> Result<()> {
        let items = match cx.b().downcast_exact::<List>() {
            Some(l) if cx.b().is_unique() => l.clone().edit(&mut self.heap, std::mem::take),
            Some(l) => l.to_vec(&*self.heap),
            None => self.collect(cx.b())?,
        };
        let v = self.tuple(items);
        cx.finish(v)
    }
    pub(crate) fn op_set_add(&mut self, cx: Ctx) -> Result<()> {
        match cx.a().downcast::<Set>(&*self.heap).cloned() {
            Some(set) if cx.a().type_id() == id::SET => drop(set.add(self, cx.b().clone())?),
            // `__conditional_annotations__` is a variable like others.
            _ => {
                let name = self.heap.type_name(cx.a());
                return Err(self.type_error(format!("'{name}' object is not a set")));
            }
        }
        cx.kill();
        Ok(())
    }
    pub(crate) fn op_set_update(&mut self, cx: Ctx) -> Result<()> {
        if let Some(set) = cx.a().downcast::<Set>(&*self.heap).cloned() {
            self.for_each(cx.b(), |vm, v| set.add(vm, v).map(drop))?;
        }
        cx.kill();
        Ok(())
    }
    pub(crate) fn op_map_add(&mut self, cx: Ctx) -> Result<()> {
        if let Some(dict) = cx.a().downcast_exact::<Dict>().cloned() {
            dict.set_item(self, cx.b().clone(), cx.c().clone())?;
        }
        cx.kill();
        Ok(())
    }
    /// The items of a mapping given as `**mapping`; `None` when it is no mapping.
    fn mapping_items(&mut self, mapping: &Value) -> Result<Option<Vec<(Value, Value)>>> {
        if let Some(d) = mapping.downcast_exact::<Dict>() {
            return Ok(Some(d.items(&*self.heap)));
        }
        let name = self.names.keys.clone();
        let Some(keys) = self.get_attr_opt(mapping, &name)? else { return Ok(None) };
        let keys = self.call(&keys, &[])?;
        let keys = self.collect(&keys)?;
        let mut items = Vec::with_capacity(keys.len());
        for k in keys {
            let v = self.get_item(mapping, &k)?;
            items.push((k, v));
        }
        Ok(Some(items))
    }
    pub(crate) fn op_dict_update(&mut self, cx: Ctx) -> Result<()> {
        let Some(dict) = cx.a().downcast_exact::<Dict>().cloned() else { return Ok(()) };
        let Some(items) = self.mapping_items(cx.b())? else {
            let name = self.heap.type_name(cx.b());
            return Err(self.type_error(format!("'{name}' object is not a mapping")));
        };
        for (k, v) in items {
            dict.set_item(self, k, v)?;
        }
        cx.kill();
        Ok(())
    }
    pub(crate) fn op_dict_merge(&mut self, cx: Ctx) -> Result<()> {
        let Some(dict) = cx.a().downcast_exact::<Dict>().cloned() else { return Ok(()) };
        self.merge_keywords(&dict, cx.b(), cx.c())?;
        cx.kill();
        Ok(())
    }
    /// Adds the items of a mapping that stands behind `**` in a call.
    pub(crate) fn merge_keywords(&mut self, dict: &Ref<Dict>, mapping: &Value, callee: &Value) -> Result<()> {
        let Some(items) = self.mapping_items(mapping)? else {
            let (f, name) = (self.callable_name(callee), self.heap.type_name(mapping));
            return Err(self.type_error(format!("{f} argument after ** must be a mapping, not {name}")));
        };
        for (k, v) in items {
            if dict.contains(self, &k)? {
                let shown = self.to_str(&k)?.into_value();
                let (f, k) = (self.callable_name(callee), self.to_text(&shown)?);
                return Err(self.type_error(format!("{f} got multiple values for keyword argument '{k}'")));
            }
            dict.set_item(self, k, v)?;
        }
        Ok(())
    }
    /// `module.qualname()` of a callable, as call errors show it.
    pub(crate) fn callable_name(&mut self, callable: &Value) -> String {
        let qualname = self.names.__qualname__.clone();
        let module = self.names.__module__.clone();
        let name = match self.get_attr_opt(callable, &qualname) {
            Ok(Some(n)) => self.to_text(&n).unwrap_or_default(),
            _ => {
                self.thread.pending = None;
                return match self.repr_text(callable) {
                    Ok(text) => text,
                    Err(_) => {
                        self.thread.pending = None;
                        self.heap.type_name(callable)
                    }
                };
            }
        };
        match self.get_attr_opt(callable, &module) {
            Ok(Some(m)) if !m.is_none() => match self.to_text(&m) {
                Ok(m) if m != "builtins" => format!("{m}.{name}()"),
                _ => format!("{name}()"),
            },
            _ => {
                self.thread.pending = None;
                format!("{name}()")
            }
        }
    }
    pub(crate) fn op_convert_value(&mut self, cx: Ctx) -> Result<()> {
        let v = match cx.i.c() {
            1 => self.to_str(cx.b())?,
            2 => self.repr(cx.b())?,
            _ => self.ascii(cx.b())?,
        };
        cx.finish(v.into_value())
    }
    pub(crate) fn op_format_simple(&mut self, cx: Ctx) -> Result<()> {
        let b = cx.b();
        if b.is_exact::<Str>() || cx.i.x() & PART != 0 && (b.is_small_int() || b.is_float()) {
            return cx.finish(b.clone());
        }
        let empty = self.heap.empty_str().into_value();
        let v = self.format(cx.b(), &empty)?;
        cx.finish(v)
    }
    pub(crate) fn op_format_with_spec(&mut self, cx: Ctx) -> Result<()> {
        let v = self.format(cx.b(), cx.c())?;
        cx.finish(v)
    }

    pub(crate) fn op_load_common(&mut self, cx: Ctx) -> Result<()> {
        let builtin = |vm: &mut Vm, name: &str| {
            let name = vm.heap.intern(name);
            let builtins = vm.builtins.clone();
            builtins.get_str(&*vm.heap, &name).unwrap_or(Value::NONE)
        };
        let v = match Common::from_index(cx.i.b()) {
            Some(Common::BuildClass) => {
                let name = self.heap.intern("__build_class__");
                let builtins = cx.function().get(&*self.heap).builtins.clone();
                match self.builtin_by_name(&builtins, &name)? {
                    Some(v) => v,
                    None => return Err(self.name_error(Exc::NameError, "__build_class__ not found".into(), &name)),
                }
            }
            Some(Common::AssertionError) => self.exc.get(Exc::AssertionError).to_value(),
            Some(Common::NotImplementedError) => self.exc.get(Exc::NotImplementedError).to_value(),
            Some(Common::Ellipsis) => Value::ELLIPSIS,
            Some(Common::NotImplemented) => Value::NOT_IMPLEMENTED,
            Some(Common::None) | None => Value::NONE,
            Some(Common::True) => Value::TRUE,
            Some(Common::False) => Value::FALSE,
            Some(Common::BuiltinTuple) => self.core_type(id::TUPLE).into_value(),
            Some(Common::BuiltinList) => self.core_type(id::LIST).into_value(),
            Some(Common::BuiltinSet) => self.core_type(id::SET).into_value(),
            Some(Common::BuiltinAll) => builtin(self, "all"),
            Some(Common::BuiltinAny) => builtin(self, "any"),
            Some(Common::EmptyTuple) => self.heap.tuple(Vec::new()).into_value(),
        };
        cx.finish(v)
    }
    pub(crate) fn op_make_function(&mut self, cx: Ctx) -> Result<()> {
        let code = cx.code().consts[cx.i.bc()].clone();
        let Some(code) = code.downcast_exact::<CodeObject>().cloned() else { return Ok(()) };
        let (globals, builtins) = { let f = cx.function().get(&*self.heap); (f.globals.clone(), f.builtins.clone()) };
        let f = self.new_function(&code, globals, builtins);
        cx.finish(f.into_value())
    }
    /// A function object of a code object.
    pub fn new_function(&mut self, code: &Ref<CodeObject>, globals: Ref<Dict>, builtins: Ref<Dict>) -> Ref<Function> {
        let key = self.names.__name__.clone();
        let module = globals.get_str(&*self.heap, &key);
        let payload = code.get(&*self.heap);
        let (name, qualname) = (payload.name.clone(), payload.qualname.clone());
        let function = Function {
            code: code.clone(),
            globals,
            builtins,
            name,
            qualname,
            module,
            doc: None,
            defaults: None,
            kwdefaults: None,
            closure: None,
            annotate: None,
            annotations: None,
            type_params: None,
            dict: None,
            retired: Vec::new(),
        };
        self.heap.alloc(function)
    }
    /// `function.__doc__`.
    pub(crate) fn function_doc(&mut self, function: &Ref<Function>) -> Result<Value> {
        if let Some(doc) = &function.get(&*self.heap).doc {
            return Ok(doc.clone());
        }
        let code = function.get(&*self.heap).code.clone();
        if !code.get(&*self.heap).info.flags.has(krait_bytecode::CodeFlags::HAS_DOCSTRING) {
            return Ok(Value::NONE);
        }
        self.load_body(&code)?;
        Ok(code.get(&*self.heap).consts.first().cloned().unwrap_or(Value::NONE))
    }
    /// Makes sure that a code object has its body.
    pub(crate) fn load_body(&mut self, code: &Ref<CodeObject>) -> Result<()> {
        match self.heap.load_body(code) {
            Ok(()) => Ok(()),
            Err(_) => {
                let file = code.get(&*self.heap).filename.get(&*self.heap).to_string_lossy();
                Err(self.error(Exc::ImportError, format!("the library's module {file} is damaged")))
            }
        }
    }
    /// The code of the running frame has only a head: decodes the rest.
    #[cold]
    pub(crate) fn op_load_body(&mut self, cx: Ctx) -> Result<()> {
        // SAFETY: the running frame.
        let code = unsafe { (*cx.frame).code_ref() };
        self.load_body(&code)
    }
    pub(crate) fn op_set_function_attr(&mut self, cx: Ctx) -> Result<()> {
        let Some(f) = cx.a().downcast_exact::<Function>().cloned() else { return Ok(()) };
        let v = cx.b().clone();
        let (tuple, dict) = (v.downcast_exact::<Tuple>().cloned(), v.downcast_exact::<Dict>().cloned());
        let payload = f.get_mut(&mut *self.heap);
        match FunctionAttr::from_index(cx.i.c()) {
            Some(FunctionAttr::Defaults) => payload.defaults = tuple,
            Some(FunctionAttr::KwDefaults) => payload.kwdefaults = dict,
            Some(FunctionAttr::Annotate) => payload.annotate = Some(v),
            Some(FunctionAttr::Annotations) => payload.annotations = Some(v),
            Some(FunctionAttr::Closure) => payload.closure = tuple,
            Some(FunctionAttr::TypeParams) => payload.type_params = Some(v),
            None => {}
        }
        cx.kill();
        Ok(())
    }
    pub(crate) fn op_import_name(&mut self, cx: Ctx) -> Result<()> {
        let name = cx.name(cx.ext().bc()).into_value();
        let (globals, builtins) = { let f = cx.function().get(&*self.heap); (f.globals.to_value(), f.builtins.clone()) };
        let key = self.names.__import__.clone();
        let Some(import) = self.builtin_by_name(&builtins, &key)? else {
            return Err(self.error(Exc::ImportError, "__import__ not found"));
        };
        // SAFETY: the running frame.
        let locals = unsafe { (*cx.frame).locals.clone() }.unwrap_or(Value::NONE);
        let v = self.call(&import, &[name, globals, locals, cx.c().clone(), cx.b().clone()])?;
        cx.finish(v)
    }
    pub(crate) fn op_import_from(&mut self, cx: Ctx) -> Result<()> {
        let name = cx.name(cx.i.c());
        let v = self.import_from(cx.b(), &name)?;
        cx.finish(v)
    }
    pub(crate) fn op_import_star(&mut self, cx: Ctx) -> Result<()> {
        let (module, locals) = (cx.b().clone(), cx.locals(self));
        self.import_star(&module, &locals)?;
        cx.kill();
        Ok(())
    }

    pub(crate) fn op_intrinsic1(&mut self, cx: Ctx) -> Result<()> {
        let b = cx.b().clone();
        let v = match Intrinsic1::from_index(cx.i.c()) {
            Some(Intrinsic1::Print) => {
                let name = self.names.displayhook.clone();
                match self.sys.clone().get_str(&*self.heap, &name) {
                    Some(hook) => self.call(&hook, &[b])?,
                    None => return Err(self.runtime_error("lost sys.displayhook")),
                }
            }
            Some(Intrinsic1::StopIterationError) => self.stop_iteration_error(cx, b),
            Some(Intrinsic1::AsyncGenWrap) => self.heap.alloc(AsyncGenWrapped { value: b }).into_value(),
            Some(Intrinsic1::TypeVar) => self.make_type_param(id::TYPE_VAR, b),
            Some(Intrinsic1::ParamSpec) => self.make_type_param(id::PARAM_SPEC, b),
            Some(Intrinsic1::TypeVarTuple) => self.make_type_param(id::TYPE_VAR_TUPLE, b),
            Some(Intrinsic1::SubscriptGeneric) => self.subscript_generic(&b)?,
            Some(Intrinsic1::TypeAlias) => self.make_type_alias(&b)?,
            Some(Intrinsic1::DictFromMapping) => match self.mapping_items(&b)? {
                Some(items) => {
                    let dict = self.heap.dict();
                    for (k, v) in items {
                        dict.set_item(self, k, v)?;
                    }
                    dict.into_value()
                }
                None => {
                    let name = self.heap.type_name(&b);
                    return Err(self.type_error(format!("argument after ** must be a mapping, not {name}")));
                }
            },
            None => Value::NONE,
        };
        cx.finish(v)
    }
    fn stop_iteration_error(&mut self, cx: Ctx, exception: Value) -> Value {
        let flags = cx.code().info.flags;
        let what = if flags.has(krait_bytecode::CodeFlags::ASYNC_GENERATOR) {
            "async generator"
        } else if flags.has(krait_bytecode::CodeFlags::COROUTINE) {
            "coroutine"
        } else {
            "generator"
        };
        let stop = if self.is_exception(&exception, Exc::StopIteration) {
            "StopIteration"
        } else if self.is_exception(&exception, Exc::StopAsyncIteration) && what == "async generator" {
            "StopAsyncIteration"
        } else {
            return exception;
        };
        let text = self.str(&format!("{what} raised {stop}"));
        let error = self.new_exception(Exc::RuntimeError, vec![text]);
        if let Some(e) = self.exception_payload(&error) {
            let e = e.get_mut(&mut *self.heap);
            e.cause = Some(exception.clone());
            e.context = Some(exception);
            e.suppress_context = true;
        }
        error
    }
    pub(crate) fn op_intrinsic2(&mut self, cx: Ctx) -> Result<()> {
        let (b, c) = (cx.b().clone(), cx.c().clone());
        let v = match Intrinsic2::from_index(cx.ext().a()) {
            Some(Intrinsic2::PrepReraiseStar) => self.prep_reraise_star(&b, &c)?,
            Some(Intrinsic2::TypeVarWithBound) => self.make_type_var_with(b, Some(c), None),
            Some(Intrinsic2::TypeVarWithConstraints) => self.make_type_var_with(b, None, Some(c)),
            Some(Intrinsic2::SetTypeParamDefault) => self.set_type_param_default(b, c),
            None => Value::NONE,
        };
        cx.finish(v)
    }

    pub(crate) fn op_get_yield_from_iter(&mut self, cx: Ctx) -> Result<()> {
        let flags = cx.code().info.flags;
        if cx.b().type_id() == id::COROUTINE {
            let allowed = krait_bytecode::CodeFlags::COROUTINE | krait_bytecode::CodeFlags::ITERABLE_COROUTINE;
            if !flags.has(allowed) {
                return Err(self.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator"));
            }
            return cx.finish(cx.b().clone());
        }
        let v = self.iter(cx.b())?;
        cx.finish(v)
    }
    pub(crate) fn op_get_awaitable(&mut self, cx: Ctx) -> Result<()> {
        let b = cx.b().clone();
        let result = self.awaitable_iter(&b);
        let v = match result {
            Ok(v) => v,
            Err(e) => {
                if cx.i.c() != 0 && self.pending_is(Exc::TypeError) && self.heap.special(b.type_id(), Special::Await).is_none() {
                    self.thread.pending = None;
                    let (name, method) = (self.heap.type_name(&b), if cx.i.c() == 1 { "__aenter__" } else { "__aexit__" });
                    return Err(self.type_error(format!("'async with' received an object from {method} that does not implement __await__: {name}")));
                }
                return Err(e);
            }
        };
        if v.type_id() == id::COROUTINE
            && let Some(g) = v.downcast::<crate::interp::generator::Generator>(&*self.heap)
            && g.get(&*self.heap).delegate().is_some()
        {
            return Err(self.runtime_error("coroutine is being awaited already"));
        }
        cx.finish(v)
    }
    /// The iterator of an awaitable.
    pub fn awaitable_iter(&mut self, value: &Value) -> Result<Value> {
        if value.type_id() == id::COROUTINE {
            return Ok(value.clone());
        }
        if value.type_id() == id::GENERATOR
            && let Some(g) = value.downcast::<crate::interp::generator::Generator>(&*self.heap)
            && g.get(&*self.heap).code.get(&*self.heap).info.flags.has(krait_bytecode::CodeFlags::ITERABLE_COROUTINE)
        {
            return Ok(value.clone());
        }
        let Some(f) = self.heap.special(value.type_id(), Special::Await) else {
            let name = self.heap.type_name(value);
            return Err(self.type_error(format!("'{name}' object can't be awaited")));
        };
        let it = self.call_unbound(&f, value, &[])?;
        if it.type_id() == id::COROUTINE {
            return Err(self.type_error("__await__() returned a coroutine"));
        }
        if self.heap.special(it.type_id(), Special::Next).is_none() {
            let name = self.heap.type_name(&it);
            return Err(self.type_error(format!("__await__() returned non-iterator of type '{name}'")));
        }
        Ok(it)
    }
    pub(crate) fn op_get_aiter(&mut self, cx: Ctx) -> Result<()> {
        let b = cx.b().clone();
        let name = self.heap.type_name(&b);
        let Some(f) = self.heap.special(b.type_id(), Special::Aiter) else {
            return Err(self.type_error(format!("'async for' requires an object with __aiter__ method, got {name}")));
        };
        let it = self.call_unbound(&f, &b, &[])?;
        if self.heap.special(it.type_id(), Special::Anext).is_none() {
            let name = self.heap.type_name(&it);
            return Err(self.type_error(format!("'async for' received an object from __aiter__ that does not implement __anext__: {name}")));
        }
        cx.finish(it)
    }
    pub(crate) fn op_get_anext(&mut self, cx: Ctx) -> Result<()> {
        let b = cx.b().clone();
        let name = self.heap.type_name(&b);
        let Some(f) = self.heap.special(b.type_id(), Special::Anext) else {
            return Err(self.type_error(format!("'async for' requires an iterator with __anext__ method, got {name}")));
        };
        let awaitable = self.call_unbound(&f, &b, &[])?;
        let result = self.awaitable_iter(&awaitable);
        if result.is_err() {
            let cause = self.take_pending();
            let name = self.heap.type_name(&awaitable);
            let text = self.str(&format!("'async for' received an invalid object from __anext__: {name}"));
            let e = self.new_exception(Exc::TypeError, vec![text]);
            if let Some(p) = self.exception_payload(&e) {
                let p = p.get_mut(&mut *self.heap);
                p.cause = Some(cause.clone());
                p.context = Some(cause);
                p.suppress_context = true;
            }
            return Err(self.raise(e));
        }
        cx.finish(result?)
    }

    pub(crate) fn op_load_special(&mut self, cx: Ctx) -> Result<()> {
        let (special, asynchronous) = match cx.i.c() {
            0 => (Special::Enter, false),
            1 => (Special::Exit, false),
            2 => (Special::Aenter, true),
            _ => (Special::Aexit, true),
        };
        let b = cx.b().clone();
        let type_id = b.type_id();
        let Some(f) = self.heap.special(type_id, special) else { return Err(self.context_manager_error(&b, special, asynchronous)) };
        if matches!(f.type_id(), id::FUNCTION | id::METHOD_DESCRIPTOR | id::WRAPPER_DESCRIPTOR) {
            cx.set(cx.i.a(), f);
            cx.set_word(cx.i.a() + 1, b.into_bits());
        } else {
            let bound = self.descriptor_get(&f, Some(&b), type_id)?;
            cx.set(cx.i.a(), bound);
            cx.set_word(cx.i.a() + 1, 0);
        }
        Ok(())
    }
    #[cold]
    fn context_manager_error(&mut self, b: &Value, special: Special, asynchronous: bool) -> crate::Raised {
        let ty = self.heap.type_of(b).clone();
        let name = self.shown_type_name(&ty);
        let has = |vm: &mut Vm, s: Special| vm.heap.special(b.type_id(), s).is_some();
        let (kind, enter, exit, other) = if asynchronous {
            ("asynchronous context manager", Special::Aenter, Special::Aexit, has(self, Special::Enter) && has(self, Special::Exit))
        } else {
            ("context manager", Special::Enter, Special::Exit, has(self, Special::Aenter) && has(self, Special::Aexit))
        };
        let missed = if special == exit { exit } else { enter };
        let missed = format!(" (missed {} method)", missed.name());
        let hint = match (other, asynchronous) {
            (true, false) => " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?",
            (true, true) => " but it supports the context manager protocol. Did you mean to use 'with'?",
            _ => "",
        };
        self.type_error(format!("'{name}' object does not support the {kind} protocol{missed}{hint}"))
    }
    pub(crate) fn op_with_except_start(&mut self, cx: Ctx) -> Result<()> {
        let (b, exception) = (cx.i.b(), cx.c().clone());
        let exit = cx.reg(b).clone();
        let class = self.heap.type_of(&exception).to_value();
        let traceback = self.exception_payload(&exception).and_then(|e| e.get(&*self.heap).traceback.clone()).unwrap_or(Value::NONE);
        let args = [class, exception, traceback];
        let v = if cx.word(b + 1) == 0 { self.call(&exit, &args)? } else { self.call_unbound(&exit, &cx.reg(b + 1).clone(), &args)? };
        cx.set(cx.i.a(), v);
        Ok(())
    }

    pub(crate) fn op_push_exc(&mut self, cx: Ctx) -> Result<()> {
        let exception = cx.b().clone();
        let previous = match self.thread.handled.last_mut() {
            Some(top) => top.replace(exception),
            None => None,
        };
        cx.set(cx.i.a(), previous.unwrap_or(Value::NONE));
        Ok(())
    }
    pub(crate) fn op_pop_exc(&mut self, cx: Ctx) -> Result<()> {
        let previous = cx.take(cx.i.a());
        let previous = if previous.is_none() { None } else { Some(previous) };
        let old = self.thread.handled.last_mut().and_then(|top| std::mem::replace(top, previous));
        drop(old);
        Ok(())
    }
    pub(crate) fn op_check_exc_match(&mut self, cx: Ctx) -> Result<()> {
        let matches = self.exception_matches(cx.b(), cx.c())?;
        cx.finish(Value::bool(matches))
    }
    /// `except` matching: class or tuple of classes, no hooks.
    pub fn exception_matches(&mut self, exception: &Value, class: &Value) -> Result<bool> {
        let is_class = |vm: &Vm, v: &Value| v.downcast::<crate::types::Type>(&*vm.heap).map(|t| t.id(&vm.heap)).filter(|&t| vm.is_exception_type(t));
        if let Some(t) = is_class(self, class) {
            return Ok(self.heap.is_instance(exception, t));
        }
        if let Some(tuple) = class.downcast::<Tuple>(&*self.heap) {
            let classes: Option<Vec<u32>> = tuple.items(&*self.heap).iter().map(|v| is_class(self, v)).collect();
            if let Some(classes) = classes {
                return Ok(classes.into_iter().any(|t| self.heap.is_instance(exception, t)));
            }
        }
        Err(self.type_error("catching classes that do not inherit from BaseException is not allowed"))
    }
    pub(crate) fn op_check_eg_match(&mut self, cx: Ctx) -> Result<()> {
        let (rest, matched) = self.exception_group_match(&cx.b().clone(), &cx.c().clone())?;
        if !matched.is_none()
            && let Some(top) = self.thread.handled.last_mut()
        {
            let old = top.replace(matched.clone());
            drop(old);
        }
        cx.kill();
        cx.set(cx.i.a(), rest);
        cx.set(cx.i.a() + 1, matched);
        Ok(())
    }
    /// Prepares `raise exc [from cause]`.
    pub(crate) fn op_raise(&mut self, exc: Value, cause: Option<Value>) -> crate::Raised {
        let exception = match self.exception_from(&exc) {
            Ok(e) => e,
            Err(e) => return e,
        };
        if let Some(cause) = cause {
            let cause = if cause.is_none() {
                None
            } else {
                let base = self.exc.get(Exc::BaseException).id(&self.heap);
                let ok = self.heap.is_instance(&cause, base) || cause.downcast::<crate::types::Type>(&*self.heap).is_some_and(|t| self.heap.is_subtype(t.id(&self.heap), base));
                if !ok {
                    return self.type_error("exception causes must derive from BaseException");
                }
                match self.exception_from(&cause) {
                    Ok(c) => Some(c),
                    Err(e) => return e,
                }
            };
            if let Some(e) = self.exception_payload(&exception) {
                let e = e.get_mut(&mut *self.heap);
                e.suppress_context = true;
                let old = std::mem::replace(&mut e.cause, cause);
                drop(old);
            }
        }
        self.raise_with_context(exception)
    }
}
