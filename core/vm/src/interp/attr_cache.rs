//! Inline caches of attributes, methods and globals: filling them, and rewriting the opcode to the matching form.
//!
//! The generic look-up in types/attr.rs is the truth; a cache holds only what guards make certain. A site that
//! keeps missing goes back to the generic op and waits longer each time before it specialises again.

#![allow(unsafe_code, reason = "rewrites instruction words of live code objects")]

use crate::Result;
use crate::builtins::code::{CodeObject, Site};
use crate::builtins::dict::Dict;
use crate::builtins::function::Member;
use crate::builtins::module::Module;
use crate::builtins::str::Str;
use crate::exceptions::Exc;
use crate::heap::flags;
use crate::interp::frame::Frame;
use crate::object::Ref;
use crate::types::attr::Attributes;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use krait_bytecode::{Instr, Op};

/// Rewrites the opcode of an instruction in place.
///
/// # Safety
/// `code` is live and `pc` is in range.
unsafe fn rewrite(code: *mut CodeObject, pc: usize, op: Op) {
    // SAFETY: by contract.
    unsafe {
        if let Some(i) = (&mut (*code).instrs).get_mut(pc) {
            *i = Instr((i.0 & !0xFF) | op as u64);
        }
    }
}

/// What a specialised site was filled for.
struct Filled {
    op: Op,
    type_id: u32,
    guard: u32,
    part: u32,
    offset: u32,
    value: Option<Value>,
}

impl Vm {
    fn fill(&mut self, code: *mut CodeObject, pc: usize, site: usize, filled: Option<Filled>) {
        // SAFETY: the running frame's code; site indices come from its instructions.
        unsafe {
            let Some(s) = (&mut (*code).sites).get_mut(site) else { return };
            match filled {
                Some(f) => {
                    s.type_id = f.type_id;
                    s.guard = f.guard;
                    s.part = f.part;
                    s.offset = f.offset;
                    let old = std::mem::replace(&mut s.value, f.value);
                    rewrite(code, pc, f.op);
                    drop(old);
                }
                None => s.wait(),
            }
        }
    }
    /// A specialised site missed: back to the generic op.
    ///
    /// # Safety
    /// `code` is the running frame's code.
    pub(crate) unsafe fn despecialize(&mut self, code: *mut CodeObject, pc: usize, site: usize, op: Op) {
        // SAFETY: by contract.
        unsafe {
            if let Some(s) = (&mut (*code).sites).get_mut(site) {
                s.wait();
                rewrite(code, pc, op);
            }
        }
    }

    /// Tries to specialise a `load_attr` of `object`.
    pub(crate) fn specialize_load_attr(&mut self, code: *mut CodeObject, pc: usize, site: usize, object: &Value, method: bool) {
        // SAFETY: the running frame's code.
        let name = unsafe {
            let Some(s) = (&mut (*code).sites).get_mut(site) else { return };
            if s.backoff > 0 {
                s.backoff -= 1;
                return;
            }
            s.name.clone()
        };
        let filled = self.plan_load_attr(object, &name, method);
        self.fill(code, pc, site, filled);
    }
    fn plan_load_attr(&mut self, object: &Value, name: &Ref<Str>, method: bool) -> Option<Filled> {
        let type_id = object.type_id();
        let (type_flags, part, inline) = { let i = self.heap.info(type_id); (i.flags, i.instance, i.inline) };
        if let Some(module) = object.downcast_exact::<Module>() {
            let dict = module.get(&*self.heap).dict.clone()?;
            let index = dict.get(&*self.heap).find_str(&self.heap, name)?;
            let guard = dict.keys_version(&mut self.heap);
            return if method { None } else { Some(Filled { op: Op::LoadAttrModule, type_id, guard, part: 0, offset: index as u32, value: None }) };
        }
        if let Some(ty) = object.downcast::<Type>(&*self.heap) {
            // A class attribute of the class itself, when the metaclass does not interfere.
            if type_id != id::TYPE || self.heap.type_lookup(type_id, name).is_some() {
                return None;
            }
            let target = ty.id(&self.heap);
            let value = self.heap.type_lookup(target, name)?;
            if method || !matches!(value.type_id(), id::FUNCTION | id::INT | id::STR | id::TYPE | id::FLOAT | id::NONE | id::BOOL | id::TUPLE | id::LIST | id::DICT) {
                return None;
            }
            let guard = self.heap.info(target).version;
            return Some(Filled { op: Op::LoadAttrType, type_id: target, guard, part: 0, offset: 0, value: Some(value) });
        }
        if type_flags & flags::PLAIN_GETATTR == 0 {
            return None;
        }
        let class_value = self.heap.type_lookup(type_id, name);
        if let Some(descriptor) = &class_value
            && self.is_data_descriptor(descriptor)
        {
            if let Some(member) = descriptor.downcast_exact::<Member>() {
                let offset = member.get(&*self.heap).offset;
                let guard = self.heap.info(type_id).version;
                return if method { None } else { Some(Filled { op: Op::LoadAttrMember, type_id, guard, part: 0, offset, value: None }) };
            }
            if let Some(property) = descriptor.downcast_exact::<crate::builtins::function::Property>() {
                let getter = property.get(&*self.heap).get.clone()?;
                let function = getter.downcast_exact::<crate::builtins::function::Function>()?;
                let simple = function.get(&*self.heap).code.get(&*self.heap).simple_args;
                if method || simple != 1 {
                    return None;
                }
                let guard = self.heap.info(type_id).version;
                return Some(Filled { op: Op::LoadAttrProperty, type_id, guard, part: 0, offset: 0, value: Some(getter) });
            }
            return None;
        }
        let is_function = class_value.as_ref().is_some_and(|v| matches!(v.type_id(), id::FUNCTION | id::METHOD_DESCRIPTOR));
        match self.heap.attributes(object) {
            Attributes::Shaped(shape) => {
                // SAFETY: shapes live as long as their class.
                let shape = unsafe { &*shape };
                if let Some(index) = shape.find(name) {
                    if index >= inline || method {
                        return None;
                    }
                    let offset = part + 16 + 8 * index;
                    return Some(Filled { op: Op::LoadAttrSlot, type_id, guard: shape.id(), part, offset, value: None });
                }
                let value = class_value?;
                if method {
                    return is_function.then_some(Filled { op: Op::LoadMethodCached, type_id, guard: shape.id(), part, offset: 0, value: Some(value) });
                }
                // Plain values on the class: a write to the class may leave shapes alone, so the type's version is
                // guarded as well, by the value's being a function or by not caching.
                None
            }
            Attributes::None => {
                let value = class_value?;
                if !method || !is_function {
                    return None;
                }
                let guard = self.heap.info(type_id).version;
                Some(Filled { op: Op::LoadMethodBuiltin, type_id, guard, part: 0, offset: 0, value: Some(value) })
            }
            Attributes::Dict(_) => None,
        }
    }

    /// Tries to specialise a `store_attr` on `object`, before the store.
    pub(crate) fn specialize_store_attr(&mut self, code: *mut CodeObject, pc: usize, site: usize, object: &Value) {
        // SAFETY: the running frame's code.
        let name = unsafe {
            let Some(s) = (&mut (*code).sites).get_mut(site) else { return };
            if s.backoff > 0 {
                s.backoff -= 1;
                return;
            }
            s.name.clone()
        };
        let filled = self.plan_store_attr(object, &name);
        self.fill(code, pc, site, filled);
    }
    fn plan_store_attr(&mut self, object: &Value, name: &Ref<Str>) -> Option<Filled> {
        let type_id = object.type_id();
        let (type_flags, part, inline) = { let i = self.heap.info(type_id); (i.flags, i.instance, i.inline) };
        if type_flags & flags::PLAIN_SETATTR == 0 {
            return None;
        }
        let class_value = self.heap.type_lookup(type_id, name);
        if let Some(descriptor) = &class_value
            && self.is_data_descriptor(descriptor)
        {
            let member = descriptor.downcast_exact::<Member>()?;
            let offset = member.get(&*self.heap).offset;
            let guard = self.heap.info(type_id).version;
            return Some(Filled { op: Op::StoreAttrMember, type_id, guard, part: 0, offset, value: None });
        }
        let Attributes::Shaped(shape) = self.heap.attributes(object) else { return None };
        // SAFETY: shapes live as long as their class.
        let shape = unsafe { &*shape };
        if let Some(index) = shape.find(name) {
            let offset = part + 16 + 8 * index;
            return (index < inline).then_some(Filled { op: Op::StoreAttrSlot, type_id, guard: shape.id(), part, offset, value: None });
        }
        if shape.count >= inline {
            return None;
        }
        let offset = part + 16 + 8 * shape.count;
        let heap = &mut self.heap;
        let next = shape.with(name, || heap.fresh_version());
        // The next shape travels as an int: its address is stable while the class lives, which the guard ensures.
        let value = Value::small_int(next as usize as i64);
        Some(Filled { op: Op::StoreAttrAdd, type_id, guard: shape.id(), part, offset, value })
    }

    /// `load_global`, with specialisation.
    pub(crate) fn load_global(&mut self, frame: *mut Frame, pc: usize, site: usize) -> Result<Value> {
        // SAFETY: the running frame.
        let (code, name, globals, builtins) = unsafe {
            let code = (*frame).code;
            let f = (*frame).function_ref().get(&*self.heap);
            ((*frame).code, (&(*code).sites)[site].name.clone(), f.globals.clone(), f.builtins.clone())
        };
        let backoff = unsafe_backoff(code, site);
        if let Some(index) = globals.get(&*self.heap).find_str(&self.heap, &name) {
            if !backoff {
                let guard = globals.keys_version(&mut self.heap);
                self.fill(code, pc, site, Some(Filled { op: Op::LoadGlobalModule, type_id: 0, guard, part: 0, offset: index as u32, value: None }));
            }
            if let Some(e) = globals.get(&*self.heap).table.entry(index) {
                return Ok(e.value.clone());
            }
        }
        if let Some(index) = builtins.get(&*self.heap).find_str(&self.heap, &name) {
            if !backoff {
                let (guard, part) = (globals.keys_version(&mut self.heap), builtins.keys_version(&mut self.heap));
                self.fill(code, pc, site, Some(Filled { op: Op::LoadGlobalBuiltin, type_id: 0, guard, part, offset: index as u32, value: None }));
            }
            if let Some(e) = builtins.get(&*self.heap).table.entry(index) {
                return Ok(e.value.clone());
            }
        }
        // Globals may be a dict subclass with `__missing__`, builtins any mapping.
        if !globals.as_value().is_exact::<Dict>() {
            let result = self.get_item(globals.as_value(), name.as_value());
            if let Some(v) = self.catch(result, Exc::KeyError)? {
                return Ok(v);
            }
        }
        let text = name.get(&*self.heap).to_string_lossy();
        Err(self.name_error(Exc::NameError, format!("name '{text}' is not defined"), &name))
    }
}

/// Counts down a site's waiting time; whether it still waits.
fn unsafe_backoff(code: *mut CodeObject, site: usize) -> bool {
    // SAFETY: called with the running frame's code.
    unsafe {
        match (&mut (*code).sites).get_mut(site) {
            Some(s) if s.backoff > 0 => {
                s.backoff -= 1;
                true
            }
            Some(_) => false,
            None => true,
        }
    }
}

impl Site {
    /// Waits before the next specialisation, longer after each miss.
    fn wait(&mut self) {
        self.misses = (self.misses + 1).min(12);
        self.backoff = 1 << self.misses;
        self.guard = 0;
        self.type_id = 0;
    }
}
