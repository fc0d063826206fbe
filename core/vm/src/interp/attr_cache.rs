//! Inline caches of attributes, methods and globals: filling them, and rewriting the opcode to the matching form.
//!
//! The generic look-up in types/attr.rs is the truth; a cache holds only what guards make certain. A site that
//! keeps missing goes back to the generic op and waits longer each time before it specialises again.

#![allow(unsafe_code, reason = "rewrites instruction words of live code objects")]

use crate::Result;
use crate::builtins::code::{CodeObject, Site};
use crate::builtins::dict::Dict;
use crate::builtins::function::{BoundMethod, BuiltinFn, ClassMethod, Function, GetSet, Member, Property, StaticMethod};
use crate::builtins::module::Module;
use crate::builtins::str::Str;
use crate::builtins::tuple::{Tuple, TupleGetter};
use crate::exceptions::Exc;
use crate::heap::{Heap, Instance, NativeDescriptor, flags};
use crate::interp::frame::Frame;
use crate::interp::ops::Ctx;
use crate::object::Ref;
use crate::types::attr::Attributes;
use crate::types::shape::Shape;
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::{BITS_UNBOUND, Value, is_native, native_def, native_word};
use crate::vm::Vm;
use krait_bytecode::ops::{KILL_A, KILL_B, METHOD};
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

/// The second level behind the sites: what attribute names mean on objects of a type and shape, for sites that see
/// many. Cached values are borrowed: an unchanged type version means that the class still owns them.
pub(crate) struct AttributeCache {
    entries: Box<[Entry]>,
}

#[derive(Clone, Copy)]
struct Entry {
    version: u32,
    shape: u32,
    /// The name's word; an odd number for stores.
    name: u64,
    op: Op,
    offset: u32,
    /// A borrowed value or, for `store_attr_add`, the next shape.
    value: u64,
}

const ENTRIES: usize = 2048;

impl Default for AttributeCache {
    fn default() -> AttributeCache {
        let nothing = Entry { version: 0, shape: 0, name: 0, op: Op::Nop, offset: 0, value: 0 };
        AttributeCache { entries: vec![nothing; ENTRIES].into() }
    }
}

impl AttributeCache {
    #[inline(always)]
    fn slot(version: u32, shape: u32, name: u64) -> usize {
        let mixed = (name >> 4) as u32 ^ version.wrapping_mul(0x9E37_79B1) ^ shape.wrapping_mul(0x85EB_CA6B);
        (mixed ^ mixed >> 15) as usize & (ENTRIES - 1)
    }
    #[inline(always)]
    fn get(&self, version: u32, shape: u32, name: u64) -> Option<&Entry> {
        let slot = AttributeCache::slot(version, shape, name);
        let fits = |entry: &&Entry| entry.version == version && entry.shape == shape && entry.name == name;
        // Two names that share a slot live side by side.
        Some(&self.entries[slot]).filter(fits).or_else(|| Some(&self.entries[slot ^ 1]).filter(fits))
    }
    fn put(&mut self, entry: Entry) {
        let slot = AttributeCache::slot(entry.version, entry.shape, entry.name);
        self.entries[slot ^ 1] = std::mem::replace(&mut self.entries[slot], entry);
    }
}

/// Marks the names of stores in the second-level cache: words of strings are even.
const STORE: u64 = 1;
/// Marks those of `object.__setattr__`, which asks no `__setattr__` of the class.
const GENERIC_STORE: u64 = 3;

impl Vm {
    /// The type version and shape of an object with a header; shape 0 when it has none.
    #[inline(always)]
    fn look(&self, object: &Value) -> (u32, u32) {
        let info = self.heap.info(object.type_id());
        if info.instance == 0 || !object.is_heap() {
            return (info.version, 0);
        }
        // SAFETY: the type says that there is an instance part; its shape lives as long as the class.
        let shape = unsafe { (*(*((object.as_ptr() as *mut u8).add(info.instance as usize) as *mut Instance)).shape).id() };
        (info.version, shape)
    }
    fn remember(&mut self, object: &Value, name: u64, filled: &Filled) {
        let (version, shape) = self.look(object);
        let op = if filled.op == Op::LoadMethodNative { Op::LoadMethodBuiltin } else { filled.op };
        let value = match (op, &filled.value) {
            (Op::StoreAttrAdd, Some(next)) => next.as_small_int().unwrap_or(0) as u64,
            (_, Some(value)) => value.bits(),
            (_, None) => 0,
        };
        // A function found on the class is bound to the object: no plain value.
        if op == Op::LoadAttrClass && filled.value.as_ref().is_none_or(|v| v.type_id() == id::FUNCTION) {
            return;
        }
        if matches!(op, Op::LoadAttrSlot | Op::LoadAttrMember | Op::LoadAttrClass | Op::LoadMethodCached | Op::LoadMethodBuiltin | Op::StoreAttrSlot | Op::StoreAttrAdd | Op::StoreAttrMember) {
            self.attributes.put(Entry { version, shape, name, op, offset: filled.offset, value });
        }
    }

    /// What `super(class, …).name` is for objects of a type, if known: a function of a class behind `class`.
    pub(crate) fn super_cached(&self, type_id: u32, class: &Value, name: &Ref<Str>) -> Option<Value> {
        let start = class.downcast::<Type>(&*self.heap)?.id(&self.heap);
        let entry = self.attributes.get(self.heap.info(type_id).version, start, name.as_value().bits())?;
        if entry.op != Op::LoadSuperAttr {
            return None;
        }
        // SAFETY: the type's version is unchanged, so the class behind still owns the function.
        let function = unsafe { std::mem::ManuallyDrop::new(Value::from_bits(entry.value)) };
        Some(Value::clone(&function))
    }
    pub(crate) fn remember_super(&mut self, type_id: u32, class: &Value, name: &Ref<Str>, function: &Value) {
        let Some(start) = class.downcast::<Type>(&*self.heap).map(|t| t.id(&self.heap)) else { return };
        let (version, name) = (self.heap.info(type_id).version, name.as_value().bits());
        self.attributes.put(Entry { version, shape: start, name, op: Op::LoadSuperAttr, offset: 0, value: function.bits() });
    }

    /// The second-level cache for the generic form of an opcode.
    pub(crate) fn serve_attribute(&mut self, cx: Ctx, op: Op) -> bool {
        match op {
            Op::StoreAttr => self.store_attr_cached(cx),
            op => self.load_attr_cached(cx, op == Op::LoadMethod),
        }
    }
    /// A specialised site does not fit: the second level, or else back to the generic form; whether the former could. One
    /// that misses all the time is specialised again.
    #[inline(never)]
    pub(crate) fn serve_missed(&mut self, cx: Ctx, op: Op) -> bool {
        // SAFETY: the running frame's code and the site of its instruction.
        unsafe {
            let code = (*cx.frame).code;
            if !(&mut (*code).sites).get_unchecked_mut(cx.i.c()).is_stale() && self.serve_attribute(cx, op) {
                return true;
            }
            self.despecialize(code, cx.pc, cx.i.c(), op);
        }
        false
    }
    /// Serves a `load_attr` or `load_method` whose site does not fit from the second-level cache; whether it could.
    #[inline(never)]
    pub(crate) fn load_attr_cached(&mut self, cx: Ctx, method: bool) -> bool {
        let object = cx.b();
        let (version, shape) = self.look(object);
        // SAFETY: the running frame's code and registers; offsets were computed for this layout.
        unsafe {
            let name = (&(*(*cx.frame).code).sites).get_unchecked(cx.i.c()).name.as_value().bits();
            let Some(&entry) = self.attributes.get(version, shape, name) else { return false };
            match entry.op {
                Op::LoadAttrSlot | Op::LoadAttrMember if !method => {
                    let Some(value) = &*((object.as_ptr() as *const u8).add(entry.offset as usize) as *const Option<Value>) else { return false };
                    cx.set(cx.i.a(), value.clone());
                    cx.kill();
                    true
                }
                Op::LoadAttrClass if !method => {
                    let value = std::mem::ManuallyDrop::new(Value::from_bits(entry.value));
                    cx.set(cx.i.a(), Value::clone(&value));
                    cx.kill();
                    true
                }
                Op::LoadAttrSlot | Op::LoadAttrMember => {
                    let Some(value) = &*((object.as_ptr() as *const u8).add(entry.offset as usize) as *const Option<Value>) else { return false };
                    cx.set(cx.i.a(), value.clone());
                    cx.set_word(cx.i.a() + 1, 0);
                    if cx.i.x() & KILL_B != 0 && cx.i.b() != cx.i.a() && cx.i.b() != cx.i.a() + 1 {
                        cx.set_word(cx.i.b(), BITS_UNBOUND);
                    }
                    true
                }
                Op::LoadMethodCached | Op::LoadMethodBuiltin if method => {
                    let function = std::mem::ManuallyDrop::new(Value::from_bits(entry.value));
                    let function = Value::clone(&function);
                    let this = if cx.i.x() & KILL_B != 0 { cx.take(cx.i.b()) } else { object.clone() };
                    cx.set(cx.i.a(), function);
                    cx.set(cx.i.a() + 1, this);
                    true
                }
                _ => false,
            }
        }
    }
    /// What the second-level cache has for an attribute, or for a method of the object: a borrowed word, 0 for nothing.
    pub(crate) fn cached_attribute(&self, object: &Value, name: u64, method: bool) -> u64 {
        let (version, shape) = self.look(object);
        match self.attributes.get(version, shape, name) {
            Some(entry) if !method => match entry.op {
                // SAFETY: the offset was computed for this layout; an empty slot is 0.
                Op::LoadAttrSlot | Op::LoadAttrMember => unsafe { *((object.as_ptr() as *const u8).add(entry.offset as usize) as *const u64) },
                Op::LoadAttrClass => entry.value,
                _ => 0,
            },
            Some(entry) if matches!(entry.op, Op::LoadMethodCached | Op::LoadMethodBuiltin) => entry.value,
            _ => 0,
        }
    }
    /// Stores an attribute as the second-level cache says: what was there before, an owned word, or `None` when it does
    /// not know.
    pub(crate) fn cached_store(&mut self, object: &Value, name: u64, value: &Value) -> Option<u64> {
        let (version, shape) = self.look(object);
        let entry = *self.attributes.get(version, shape, name | STORE)?;
        // SAFETY: the entry is one of a store, for this version and shape.
        let old = unsafe { std::mem::take(&mut *((object.as_ptr() as *mut u8).add(entry.offset as usize) as *mut Option<Value>)) };
        // SAFETY: as above.
        unsafe { self.store_entry(object, &entry, value.clone()) }
        Some(old.map_or(0, Value::into_bits))
    }
    /// As `load_attr_cached`, for `store_attr`.
    #[inline(never)]
    pub(crate) fn store_attr_cached(&mut self, cx: Ctx) -> bool {
        let object = cx.b();
        let (version, shape) = self.look(object);
        // SAFETY: as above.
        unsafe {
            let name = (&(*(*cx.frame).code).sites).get_unchecked(cx.i.c()).name.as_value().bits() | STORE;
            let Some(&entry) = self.attributes.get(version, shape, name) else { return false };
            let value = if cx.i.x() & KILL_A != 0 { cx.take(cx.i.a()) } else { cx.a().clone() };
            self.store_entry(object, &entry, value);
            if cx.i.x() & KILL_B != 0 {
                cx.set_word(cx.i.b(), BITS_UNBOUND);
            }
            true
        }
    }

    /// Stores an attribute where an entry says.
    ///
    /// # Safety
    /// The entry is one of a store, for the object's type version and shape.
    #[inline(always)]
    unsafe fn store_entry(&mut self, object: &Value, entry: &Entry, value: Value) {
        // SAFETY: the offset was computed for this layout; the next shape lives as long as the class.
        unsafe {
            let slot = (object.as_ptr() as *mut u8).add(entry.offset as usize) as *mut Option<Value>;
            let old = std::mem::replace(&mut *slot, Some(value));
            if entry.op == Op::StoreAttrAdd {
                let part = self.heap.info(object.type_id()).instance as usize;
                (*((object.as_ptr() as *mut u8).add(part) as *mut Instance)).shape = entry.value as usize as *const Shape;
            }
            drop(old);
        }
    }
    /// `object.__setattr__(object, name, value)` for instances of Python classes, from the second-level cache; the value
    /// comes back when that does not know the attribute yet.
    pub(crate) fn generic_store_cached(&mut self, object: &Value, name: &Value, value: Value) -> Result<(), Value> {
        let Some(text) = name.downcast_exact::<Str>() else { return Err(value) };
        if !object.is_heap() || !text.get(&*self.heap).is_interned() {
            return Err(value);
        }
        let info = self.heap.info(object.type_id());
        if info.flags & flags::HEAP_TYPE == 0 || info.flags & flags::TYPE_SUBCLASS != 0 {
            return Err(value);
        }
        let ((version, shape), key) = (self.look(object), name.bits() | GENERIC_STORE);
        match self.attributes.get(version, shape, key) {
            Some(&entry) => {
                // SAFETY: the entry was found for this version and shape.
                unsafe { self.store_entry(object, &entry, value) }
                Ok(())
            }
            None => {
                if let Some(filled) = self.plan_generic_store(object, text) {
                    self.remember(object, key, &filled);
                }
                Err(value)
            }
        }
    }

    /// Puts the method itself into a call window where a word stands for it.
    pub(crate) fn materialize_callee(&mut self, cx: Ctx, b: usize) {
        let word = cx.word(b);
        if !is_native(word) {
            return;
        }
        // SAFETY: checked above.
        let def = unsafe { native_def(word) };
        if cx.word(b + 1) == 0 {
            let stands_for = |v: &Value| v.downcast_exact::<BuiltinFn>().map(|f| f.get(&*self.heap)).is_some_and(|f| f.this.is_none() && std::ptr::eq(f.def, def));
            let known = self.builtins.get(&*self.heap).table.iter().map(|(_, v)| v).find(|v| stands_for(v)).cloned();
            let function = known.unwrap_or_else(|| self.heap.alloc(BuiltinFn { def, owner: 0, this: None, module: None }).into_value());
            cx.set_word(b, function.into_bits());
            return;
        }
        // Such a word is made by `load_method` on an object whose type never changes.
        let name = self.heap.intern(def.name);
        if let Some(method) = self.heap.type_lookup(cx.reg(b + 1).type_id(), &name) {
            cx.set_word(b, method.into_bits());
        }
    }

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
                    s.hopeless = false;
                    let old = std::mem::replace(&mut s.value, f.value);
                    rewrite(code, pc, f.op);
                    drop(old);
                }
                None => s.wait(),
            }
        }
    }
    /// Nothing fits the object of a site: it waits long.
    fn give_up(&mut self, code: *mut CodeObject, site: usize) {
        // SAFETY: as in `fill`.
        if let Some(s) = unsafe { (&mut (*code).sites).get_mut(site) } {
            s.hopeless = true;
            s.wait();
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

    /// The `__dict__` of an instance that has a real one, when the type and shape are those of the site.
    ///
    /// # Safety
    /// `site` is one of a `_dict` op of the running frame's code.
    #[inline(always)]
    pub(crate) unsafe fn instance_dict(&self, object: &Value, site: *const Site) -> Option<&Ref<Dict>> {
        // SAFETY: the type id says that there is an instance part; a dict shape's overflow is the dict.
        unsafe {
            let info = self.heap.info((*site).type_id);
            if !object.is_heap() || object.type_id() != (*site).type_id || info.version != (*site).part {
                return None;
            }
            let part = (object.as_ptr() as *const u8).add(info.instance as usize) as *const Instance;
            if (*(*part).shape).id() != (*site).guard {
                return None;
            }
            (*part).overflow.as_ref()?.downcast_exact::<Dict>()
        }
    }
    /// The index of the site's name in a dict, looked for first where it was.
    ///
    /// # Safety
    /// As for `instance_dict`.
    #[inline(always)]
    pub(crate) unsafe fn entry_of_site(&self, dict: &Ref<Dict>, site: *mut Site) -> Option<usize> {
        // SAFETY: by contract.
        unsafe {
            let hint = (*site).offset as usize;
            let name = &(*site).name;
            if let Some(e) = dict.get(&*self.heap).table.entry(hint)
                && e.key.as_ref().is_some_and(|k| k.is(name.as_value()))
            {
                return Some(hint);
            }
            let index = dict.get(&*self.heap).find_str(&self.heap, name)?;
            (*site).offset = index as u32;
            Some(index)
        }
    }

    /// Tries to specialise a `load_attr` of `object`.
    pub(crate) fn specialize_load_attr(&mut self, code: *mut CodeObject, pc: usize, site: usize, object: &Value, method: bool) {
        // SAFETY: the running frame's code.
        let (name, waits) = unsafe {
            let Some(s) = (&mut (*code).sites).get_mut(site) else { return };
            if s.backoff > 0 && s.hopeless {
                return;
            }
            (s.name.clone(), s.backoff > 0)
        };
        let filled = self.plan_load_attr(object, &name, method);
        if let Some(filled) = &filled {
            self.remember(object, name.as_value().bits(), filled);
        }
        // Attributes of the instance that are called have the second level only.
        let fits = filled.as_ref().is_none_or(|f| !method || matches!(f.op, Op::LoadMethodCached | Op::LoadMethodBuiltin | Op::LoadMethodNative | Op::LoadMethodModule | Op::LoadMethodType));
        if filled.is_none() {
            self.give_up(code, site);
        } else if !waits {
            self.fill(code, pc, site, filled.filter(|_| fits));
        }
    }
    fn plan_load_attr(&mut self, object: &Value, name: &Ref<Str>, method: bool) -> Option<Filled> {
        let type_id = object.type_id();
        let (type_flags, part, inline) = { let i = self.heap.info(type_id); (i.flags, i.instance, i.inline) };
        if let Some(module) = object.downcast_exact::<Module>() {
            let dict = module.get(&*self.heap).dict.clone()?;
            let index = dict.get(&*self.heap).find_str(&self.heap, name)?;
            let guard = dict.keys_version(&mut self.heap);
            let op = if method { Op::LoadMethodModule } else { Op::LoadAttrModule };
            return Some(Filled { op, type_id, guard, part: 0, offset: index as u32, value: None });
        }
        if let Some(ty) = object.downcast::<Type>(&*self.heap) {
            let target = ty.id(&self.heap);
            return self.plan_load_class_attr(type_id, target, name, method);
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
                return Some(Filled { op: Op::LoadAttrMember, type_id, guard, part: 0, offset, value: None });
            }
            if let Some(property) = descriptor.downcast_exact::<Property>() {
                let getter = property.get(&*self.heap).get.clone()?;
                let function = getter.downcast_exact::<Function>()?;
                let simple = function.get(&*self.heap).code.get(&*self.heap).simple_args;
                if method || simple != 1 {
                    return None;
                }
                let guard = self.heap.info(type_id).version;
                return Some(Filled { op: Op::LoadAttrProperty, type_id, guard, part: 0, offset: 0, value: Some(getter) });
            }
            if descriptor.downcast_exact::<GetSet>().is_some_and(|g| g.get(&*self.heap).get.is_some()) {
                if method {
                    return None;
                }
                let guard = self.heap.info(type_id).version;
                return Some(Filled { op: Op::LoadAttrGetset, type_id, guard, part: 0, offset: 0, value: Some(descriptor.clone()) });
            }
            if let Some(getter) = descriptor.downcast::<TupleGetter>(&*self.heap)
                && self.heap.info(descriptor.type_id()).flags & flags::HEAP_TYPE == 0
                && object.has_payload::<Tuple>(&*self.heap)
            {
                let index = getter.get(&*self.heap).index;
                let guard = self.heap.info(type_id).version;
                let offset = u32::try_from(index).ok().filter(|_| !method)?;
                return Some(Filled { op: Op::LoadAttrItem, type_id, guard, part: 0, offset, value: None });
            }
            return if method { None } else { self.plan_descriptor(Op::LoadAttrDescriptor, type_id, descriptor, Special::Get) };
        }
        let is_function = class_value.as_ref().is_some_and(|v| matches!(v.type_id(), id::FUNCTION | id::METHOD_DESCRIPTOR));
        match self.heap.attributes(object) {
            Attributes::Shaped(shape) => {
                // SAFETY: shapes live as long as their class.
                let shape = unsafe { &*shape };
                if let Some(index) = shape.find(name) {
                    if index >= inline {
                        return None;
                    }
                    let offset = part + 16 + 8 * index;
                    return Some(Filled { op: Op::LoadAttrSlot, type_id, guard: shape.id(), part, offset, value: None });
                }
                let value = class_value?;
                if method && is_function {
                    return Some(Filled { op: Op::LoadMethodCached, type_id, guard: shape.id(), part, offset: 0, value: Some(value) });
                }
                // A write to the class may leave shapes alone: the type's version is guarded as well.
                if method || !(value.type_id() == id::FUNCTION || self.is_plain_class_value(&value)) {
                    return None;
                }
                let version = self.heap.info(type_id).version;
                Some(Filled { op: Op::LoadAttrClass, type_id, guard: shape.id(), part, offset: version, value: Some(value) })
            }
            Attributes::None => {
                let value = class_value?;
                // Functions, modules and the like may have a dict by the next time.
                let layout = self.heap.info(type_id).layout;
                let may_have_dict = matches!(layout, id::FUNCTION | id::MODULE | id::CLASSMETHOD | id::STATICMETHOD);
                if !method || !is_function || part != 0 || may_have_dict {
                    return None;
                }
                if type_flags & flags::HEAP_TYPE == 0
                    && value.type_id() == id::METHOD_DESCRIPTOR
                    && let Some(method) = value.downcast::<BuiltinFn>(&*self.heap)
                {
                    // A type that never changes: its id is guard enough. The word's halves travel apart.
                    let word = native_word(method.get(&*self.heap).def);
                    return Some(Filled { op: Op::LoadMethodNative, type_id, guard: 0, part: word as u32, offset: (word >> 32) as u32, value: Some(value) });
                }
                let guard = self.heap.info(type_id).version;
                Some(Filled { op: Op::LoadMethodBuiltin, type_id, guard, part: 0, offset: 0, value: Some(value) })
            }
            Attributes::Dict(dict) if part != 0 && dict.as_value().is_exact::<Dict>() => {
                // The class says nothing that comes before the dict's entry.
                let (guard, version) = (self.shape_of(object), self.heap.info(type_id).version);
                match dict.get(&*self.heap).find_str(&self.heap, name) {
                    Some(index) if !method => Some(Filled { op: Op::LoadAttrDict, type_id, guard, part: version, offset: index as u32, value: None }),
                    None if method && is_function => Some(Filled { op: Op::LoadMethodDict, type_id, guard, part: version, offset: 0, value: class_value }),
                    Some(_) | None => None,
                }
            }
            Attributes::Dict(_) => None,
        }
    }
    /// The shape's id of an instance.
    fn shape_of(&self, object: &Value) -> u32 {
        self.look(object).1
    }

    /// The access through a descriptor that is native, or whose `__get__` or `__set__` is a Python function.
    fn plan_descriptor(&mut self, op: Op, type_id: u32, descriptor: &Value, special: Special) -> Option<Filled> {
        let own = descriptor.type_id();
        if self.heap.info(own).descriptor.is_some() {
            let (guard, version) = (self.heap.info(type_id).version, self.heap.info(own).version);
            return Some(Filled { op, type_id, guard, part: own, offset: version, value: Some(descriptor.clone()) });
        }
        let function = self.heap.special(own, special)?;
        if function.downcast_exact::<Function>()?.get(&*self.heap).code.get(&*self.heap).simple_args != 3 {
            return None;
        }
        let (guard, version) = (self.heap.info(type_id).version, self.heap.info(own).version);
        let value = self.heap.alloc(BoundMethod { function, this: descriptor.clone() }).into_value();
        Some(Filled { op, type_id, guard, part: own, offset: version, value: Some(value) })
    }

    /// The native descriptor of a `_descriptor` site, when the object is of the type it was filled for.
    ///
    /// # Safety
    /// `site` is one of a `_descriptor` op of the running frame's code.
    #[inline]
    pub(crate) unsafe fn native_descriptor(&self, site: *const Site, object: &Value) -> Option<(NativeDescriptor, Value)> {
        // SAFETY: by contract.
        let site = unsafe { &*site };
        if object.type_id() != site.type_id || self.heap.info(site.type_id).version != site.guard {
            return None;
        }
        let value = site.value.as_ref()?;
        self.heap.info(value.type_id()).descriptor.map(|d| (d, value.clone()))
    }

    /// Whether looking a class attribute up just gives the value: its type has no `__get__`.
    fn is_plain_class_value(&mut self, value: &Value) -> bool {
        self.heap.special(value.type_id(), Special::Get).is_none()
    }
    /// An attribute of a class itself, when the metaclass does not interfere.
    fn plan_load_class_attr(&mut self, meta: u32, target: u32, name: &Ref<Str>, method: bool) -> Option<Filled> {
        let own = |heap: &mut Heap, meta| heap.special(meta, Special::GetAttribute).map(|f| f.bits());
        if meta != id::TYPE && own(&mut self.heap, meta) != own(&mut self.heap, id::TYPE) {
            return None;
        }
        // What the metaclass has comes first when it is a data descriptor, and last otherwise. `type` itself never changes.
        if let Some(of_meta) = self.heap.type_lookup(meta, name) {
            if meta != id::TYPE {
                return None;
            }
            if self.is_data_descriptor(&of_meta) {
                let computed = of_meta.downcast_exact::<GetSet>().is_some_and(|g| g.get(&*self.heap).get.is_some());
                let guard = self.heap.info(meta).version;
                return (computed && !method).then_some(Filled { op: Op::LoadAttrGetset, type_id: meta, guard, part: 0, offset: 0, value: Some(of_meta) });
            }
        }
        let found = self.heap.type_lookup(target, name)?;
        let mut receiver = 0;
        let value = if let Some(f) = found.downcast_exact::<StaticMethod>() {
            f.get(&*self.heap).callable.clone()
        } else if let Some(f) = found.downcast_exact::<ClassMethod>() {
            receiver = 1;
            f.get(&*self.heap).callable.clone()
        } else {
            found
        };
        let plain = matches!(value.type_id(), id::FUNCTION | id::METHOD_DESCRIPTOR | id::WRAPPER_DESCRIPTOR) || self.is_plain_class_value(&value);
        if !plain || receiver == 1 && (!method || value.type_id() != id::FUNCTION) {
            return None;
        }
        let op = if method { Op::LoadMethodType } else { Op::LoadAttrType };
        let guard = self.heap.info(target).version;
        Some(Filled { op, type_id: target, guard, part: meta, offset: receiver, value: Some(value) })
    }

    /// Tries to specialise a `store_attr` on `object`, before the store.
    pub(crate) fn specialize_store_attr(&mut self, code: *mut CodeObject, pc: usize, site: usize, object: &Value) {
        // SAFETY: the running frame's code.
        let (name, waits) = unsafe {
            let Some(s) = (&mut (*code).sites).get_mut(site) else { return };
            if s.backoff > 0 && s.hopeless {
                return;
            }
            (s.name.clone(), s.backoff > 0)
        };
        let filled = self.plan_store_attr(object, &name);
        if let Some(filled) = &filled {
            self.remember(object, name.as_value().bits() | STORE, filled);
        }
        if filled.is_none() {
            self.give_up(code, site);
        } else if !waits {
            self.fill(code, pc, site, filled);
        }
    }
    fn plan_store_attr(&mut self, object: &Value, name: &Ref<Str>) -> Option<Filled> {
        let type_id = object.type_id();
        if self.heap.info(type_id).flags & flags::PLAIN_SETATTR == 0 {
            return None;
        }
        self.plan_generic_store(object, name)
    }
    /// What a store does where no `__setattr__` interferes.
    fn plan_generic_store(&mut self, object: &Value, name: &Ref<Str>) -> Option<Filled> {
        let type_id = object.type_id();
        let (part, inline) = { let i = self.heap.info(type_id); (i.instance, i.inline) };
        let class_value = self.heap.type_lookup(type_id, name);
        if let Some(descriptor) = &class_value
            && self.is_data_descriptor(descriptor)
        {
            if let Some(property) = descriptor.downcast_exact::<Property>() {
                let setter = property.get(&*self.heap).set.clone()?;
                let function = setter.downcast_exact::<Function>()?;
                if function.get(&*self.heap).code.get(&*self.heap).simple_args != 2 {
                    return None;
                }
                let guard = self.heap.info(type_id).version;
                return Some(Filled { op: Op::StoreAttrProperty, type_id, guard, part: 0, offset: 0, value: Some(setter) });
            }
            let Some(member) = descriptor.downcast_exact::<Member>() else {
                return self.plan_descriptor(Op::StoreAttrDescriptor, type_id, descriptor, Special::Set);
            };
            let offset = member.get(&*self.heap).offset;
            let guard = self.heap.info(type_id).version;
            return Some(Filled { op: Op::StoreAttrMember, type_id, guard, part: 0, offset, value: None });
        }
        let shape = match self.heap.attributes(object) {
            Attributes::Shaped(shape) => shape,
            Attributes::Dict(dict) if part != 0 && dict.as_value().is_exact::<Dict>() => {
                let index = dict.get(&*self.heap).find_str(&self.heap, name)?;
                let (guard, version) = (self.shape_of(object), self.heap.info(type_id).version);
                return Some(Filled { op: Op::StoreAttrDict, type_id, guard, part: version, offset: index as u32, value: None });
            }
            Attributes::Dict(_) | Attributes::None => return None,
        };
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

    /// Remembers where `store_global` found its entry.
    pub(crate) fn specialize_store_global(&mut self, cx: Ctx, globals: &Ref<Dict>, name: &Ref<Str>) {
        // SAFETY: the running frame.
        let code = unsafe { (*cx.frame).code };
        if unsafe_backoff(code, cx.i.bc()) {
            return;
        }
        if let Some(index) = globals.get(&*self.heap).find_str(&self.heap, name) {
            let guard = globals.keys_version(&mut self.heap);
            self.fill(code, cx.pc, cx.i.bc(), Some(Filled { op: Op::StoreGlobalModule, type_id: 0, guard, part: 0, offset: index as u32, value: None }));
        }
    }

    /// `load_global`, with specialisation.
    pub(crate) fn load_global(&mut self, frame: *mut Frame, pc: usize, site: usize) -> Result<Value> {
        // SAFETY: the running frame.
        let (code, name, globals, builtins) = unsafe {
            let code = (*frame).code;
            let f = (*frame).function_ref().get(&*self.heap);
            ((*frame).code, (&(*code).sites)[site].name.clone(), f.globals.clone(), f.builtins.clone())
        };
        if !globals.as_value().is_exact::<Dict>() {
            // A subclass of dict has the say on what its items are.
            let result = self.get_item(globals.as_value(), name.as_value());
            if let Some(v) = self.catch(result, Exc::KeyError)? {
                return Ok(v);
            }
        }
        let backoff = !globals.as_value().is_exact::<Dict>() || unsafe_backoff(code, site);
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
                // SAFETY: the running frame's code.
                let called = unsafe { (&(*code).instrs)[pc].x() & METHOD != 0 };
                let entry = builtins.get(&*self.heap).table.entry(index).map(|e| e.value.clone());
                let native = entry.filter(|v| called && v.downcast_exact::<BuiltinFn>().is_some_and(|f| f.get(&*self.heap).this.is_none()));
                let op = if native.is_some() { Op::LoadGlobalNative } else { Op::LoadGlobalBuiltin };
                self.fill(code, pc, site, Some(Filled { op, type_id: 0, guard, part, offset: index as u32, value: native }));
            }
            if let Some(e) = builtins.get(&*self.heap).table.entry(index) {
                return Ok(e.value.clone());
            }
        }
        if let Some(v) = self.builtin_by_name(&builtins, &name)? {
            return Ok(v);
        }
        Err(self.name_not_defined(&name))
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
    /// Whether the site waits before it specialises again; counts down.
    #[inline(always)]
    pub(crate) fn waits(&mut self) -> bool {
        let waits = self.backoff > 0;
        self.backoff = self.backoff.saturating_sub(1);
        waits
    }
    /// Counts a miss of a specialised site; true when it is time to look for what fits better.
    pub(crate) fn is_stale(&mut self) -> bool {
        self.served = self.served.wrapping_add(1);
        self.served == 0
    }
    /// Waits before the next specialisation, longer after each miss.
    fn wait(&mut self) {
        self.misses = (self.misses + 1).min(12);
        self.backoff = 1 << self.misses;
        self.guard = 0;
        self.type_id = 0;
    }
}
