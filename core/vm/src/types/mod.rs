//! Types: the payload of `type`, attribute look-up along the MRO with its caches, subtype tests.
//!
//! Building types is in [`build`], generic attribute access in [`attr`], hidden classes in [`shape`], the special
//! method table in [`special`], core type ids in [`id`].

#![allow(unsafe_code, reason = "type objects are found through the type table; caches hold borrowed words")]

pub mod attr;
pub mod build;
pub mod id;
pub mod shape;
pub mod special;

use crate::builtins::dict::Dict;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::heap::{Heap, flags};
use crate::object::{Payload, Ref};
use crate::value::{BITS_UNBOUND, Value};
use shape::Shape;
use special::{SPECIAL_COUNT, Special};

/// The payload of `type` and other metaclasses' instances.
pub struct Type {
    /// Index into the heap's type table.
    pub id: u32,
    pub name: Ref<Str>,
    /// `module.name` of types that native modules define: how error messages call them.
    pub full_name: Option<&'static str>,
    pub qualname: Ref<Str>,
    pub bases: Ref<Tuple>,
    pub base: Option<Ref<Type>>,
    /// The method resolution order, starting with the type itself.
    pub mro: Ref<Tuple>,
    pub dict: Ref<Dict>,
    /// Type ids of direct subclasses.
    pub subclasses: Vec<u32>,
    /// Classes whose `mro()` puts this one into their MRO.
    pub(crate) followers: Vec<u32>,
    /// Names in `__slots__` of this class itself, mangled, in order; `None` without `__slots__`.
    pub slots: Option<Vec<Ref<Str>>>,
    /// Further table entries of this type: layouts with other numbers of inline slots (see `Heap::change_type`).
    pub(crate) variants: Vec<u32>,
    root_shape: Box<Shape>,
    dict_shape: Box<Shape>,
    /// What special methods resolve to: 0 not looked up yet, UNBOUND absent, else a borrowed value. Entries are
    /// valid as long as neither this type nor a base changes, and are wiped when one does.
    specials: Option<Box<[u64; SPECIAL_COUNT]>>,
    /// Which attributes that decide type flags are in this type's own dict (`hooks`).
    hooks: u8,
}

/// Attributes that take an object's behaviour out of the runtime's hands.
mod hooks {
    pub const GETATTRIBUTE: u8 = 1;
    pub const GETATTR: u8 = 2;
    /// `__setattr__` or `__delattr__`.
    pub const SETATTR: u8 = 4;
    pub const DEL: u8 = 8;
    pub const CLASS: u8 = 16;
}

// SAFETY: every reference owned is visited.
unsafe impl Payload for Type {
    const FIXED_ID: u32 = id::TYPE;
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.name.as_value());
        visit(self.qualname.as_value());
        visit(self.bases.as_value());
        if let Some(base) = &self.base {
            visit(base.as_value());
        }
        visit(self.mro.as_value());
        visit(self.dict.as_value());
    }
    fn clear(&mut self, _out: &mut Vec<Value>) {
        // A type's cycles run through its dict and MRO; the collector empties the dict, `Vm::cut_type` the MRO.
    }
}

impl Type {
    #[inline(always)]
    pub fn root_shape(&self) -> *const Shape {
        &*self.root_shape
    }
    pub(crate) fn dict_shape(&self) -> *const Shape {
        &*self.dict_shape
    }
    pub fn mro_items<'a>(&'a self, heap: &'a Heap) -> &'a [Value] {
        self.mro.items(heap)
    }
}

/// The cache of MRO look-ups: (type version, name) → value. Values are borrowed: an unchanged version means that
/// the owning dict entry is unchanged.
pub(crate) struct MethodCache {
    entries: Vec<CacheEntry>,
}

#[derive(Clone, Copy, Default)]
struct CacheEntry {
    version: u32,
    name: u64,
    /// 0: absent.
    value: u64,
}

const CACHE_SIZE: usize = 4096;

impl Default for MethodCache {
    fn default() -> MethodCache {
        MethodCache { entries: vec![CacheEntry::default(); CACHE_SIZE] }
    }
}

impl Heap {
    /// The type object of a type id.
    #[inline(always)]
    pub fn type_object(&self, type_id: u32) -> &Ref<Type> {
        // SAFETY: ids of live objects have a live type object; the table entry is a word holding its pointer, which
        // reads as a borrowed reference.
        unsafe {
            let slot: *const u64 = &self.info(type_id).type_object;
            debug_assert!(*slot != 0);
            Ref::from_value_ref_unchecked(&*(slot as *const Value))
        }
    }
    /// The type object of a type id that may have died.
    pub fn live_type_object(&self, type_id: u32) -> Option<Ref<Type>> {
        let dead = type_id == 0 || type_id as usize >= self.type_count() || self.info(type_id).type_object == 0;
        if dead { None } else { Some(self.type_object(type_id).clone()) }
    }
    /// The type of a value.
    #[inline]
    pub fn type_of(&self, value: &Value) -> &Ref<Type> {
        self.type_object(value.type_id())
    }
    /// `issubclass` for real subclasses (along the MRO).
    pub fn is_subtype(&self, a: u32, b: u32) -> bool {
        if a == b || b == id::OBJECT {
            return true;
        }
        let target = self.type_object(b).as_value().bits();
        self.type_object(a).get(self).mro_items(self).iter().any(|t| t.bits() == target)
    }
    /// `isinstance` for real instances, ignoring `__instancecheck__` and `__class__`.
    pub fn is_instance(&self, value: &Value, type_id: u32) -> bool {
        self.is_subtype(value.type_id(), type_id)
    }
    /// Finds a class attribute along the MRO, cached. `name` must be interned.
    #[inline]
    pub fn type_lookup(&mut self, type_id: u32, name: &Ref<Str>) -> Option<Value> {
        let version = self.info(type_id).version;
        let bits = name.as_value().bits();
        let slot = (version as usize).wrapping_mul(31).wrapping_add(bits as usize >> 4) & (CACHE_SIZE - 1);
        let entry = self.method_cache.entries[slot];
        if entry.version == version && entry.name == bits {
            return borrowed(entry.value);
        }
        let found = self.type_lookup_uncached(type_id, name);
        let value = found.as_ref().map_or(0, Value::bits);
        self.method_cache.entries[slot] = CacheEntry { version, name: bits, value };
        found
    }
    fn type_lookup_uncached(&self, type_id: u32, name: &Ref<Str>) -> Option<Value> {
        let mro = self.type_object(type_id).get(self).mro_items(self);
        mro.iter().find_map(|t| {
            // SAFETY: MROs hold types only.
            let t: &Ref<Type> = unsafe { Ref::from_value_ref_unchecked(t) };
            t.get(self).dict.get_str(self, name)
        })
    }
    /// As `type_lookup`, with the class that provides the attribute.
    pub fn type_lookup_where(&self, type_id: u32, name: &Ref<Str>) -> Option<(Value, Ref<Type>)> {
        let mro = self.type_object(type_id).get(self).mro_items(self);
        mro.iter().find_map(|t| {
            let t = t.downcast::<Type>(self)?;
            t.get(self).dict.get_str(self, name).map(|v| (v, t.clone()))
        })
    }
    /// The special method of a type, unbound.
    #[inline]
    pub fn special(&mut self, type_id: u32, special: Special) -> Option<Value> {
        let pointer = self.info(type_id).type_pointer();
        // SAFETY: the type object is live and its payload a `Type`; this token is exclusive.
        let ty = unsafe { &mut *(pointer.add(1) as *mut Type) };
        if let Some(specials) = &ty.specials {
            match specials[special as usize] {
                0 => {}
                BITS_UNBOUND => return None,
                bits => return borrowed(bits),
            }
        }
        self.special_slow(type_id, special)
    }
    /// As `special`, without counting a reference.
    #[inline]
    pub(crate) fn special_ref(&mut self, type_id: u32, special: Special) -> Option<&Value> {
        if self.special_word(type_id, special) == BITS_UNBOUND {
            return None;
        }
        // SAFETY: the word just looked at is cached in the type, and that of a value the class owns.
        unsafe {
            let ty = &*(self.info(type_id).type_pointer().add(1) as *const Type);
            ty.specials.as_ref().map(|specials| &*(&raw const specials[special as usize] as *const Value))
        }
    }
    /// Whether two types have the same special method. Counts no references.
    #[inline]
    pub(crate) fn shares_special(&mut self, a: u32, b: u32, special: Special) -> bool {
        a == b || self.special_word(a, special) == self.special_word(b, special)
    }
    /// The word of a type's special method; BITS_UNBOUND when it has none.
    #[inline]
    fn special_word(&mut self, type_id: u32, special: Special) -> u64 {
        // SAFETY: as above.
        let ty = unsafe { &*(self.info(type_id).type_pointer().add(1) as *const Type) };
        match ty.specials.as_ref().map_or(0, |specials| specials[special as usize]) {
            0 => self.special_slow(type_id, special).as_ref().map_or(BITS_UNBOUND, Value::bits),
            word => word,
        }
    }
    #[cold]
    fn special_slow(&mut self, type_id: u32, special: Special) -> Option<Value> {
        let name = self.special_names.get(special as usize)?.clone();
        let found = self.type_lookup_uncached(type_id, &name);
        let pointer = self.info(type_id).type_pointer();
        // SAFETY: as above.
        let ty = unsafe { &mut *(pointer.add(1) as *mut Type) };
        let specials = ty.specials.get_or_insert_with(|| Box::new([0; SPECIAL_COUNT]));
        specials[special as usize] = found.as_ref().map_or(BITS_UNBOUND, Value::bits);
        found
    }
    /// Whether the type has a special method.
    pub fn has_special(&mut self, value: &Value, special: Special) -> bool {
        self.special(value.type_id(), special).is_some_and(|v| !v.is_none())
    }

    /// After an attribute of a type changed: new versions and empty caches for it and all its subclasses.
    /// `shapes` says that instance look-ups are affected too.
    pub fn type_modified(&mut self, type_id: u32, shapes: bool) {
        self.note_hooks(type_id);
        self.renew_type(type_id, shapes);
    }
    fn renew_type(&mut self, type_id: u32, shapes: bool) {
        let Some((subclasses, followers)) = self.renew_one_type(type_id, shapes) else { return };
        for sub in subclasses {
            self.renew_type(sub, shapes);
        }
        for follower in followers {
            self.renew_one_type(follower, shapes);
        }
    }
    /// As `renew_type`, for this type alone; its subclasses and followers.
    fn renew_one_type(&mut self, type_id: u32, shapes: bool) -> Option<(Vec<u32>, Vec<u32>)> {
        let version = self.fresh_version();
        self.info_mut(type_id).version = version;
        let pointer = self.info(type_id).type_pointer();
        if pointer.is_null() {
            return None;
        }
        // SAFETY: as above.
        let ty = unsafe { &mut *(pointer.add(1) as *mut Type) };
        ty.specials = None;
        if shapes {
            let mut next = || self.fresh_version();
            ty.root_shape.renumber(&mut next);
            ty.dict_shape.renumber(&mut next);
        }
        self.refresh_flags(type_id);
        for variant in ty.variants.clone() {
            let (version, new_flags) = (self.fresh_version(), self.info(type_id).flags);
            let info = self.info_mut(variant);
            info.version = version;
            info.flags = new_flags;
        }
        Some((ty.subclasses.clone(), ty.followers.clone()))
    }

    /// Drops what is cached about a class that is about to lose its attributes.
    pub(crate) fn forget_lookups(&mut self, type_id: u32) {
        let version = self.fresh_version();
        self.info_mut(type_id).version = version;
        let pointer = self.info(type_id).type_pointer();
        if !pointer.is_null() {
            // SAFETY: the type object is live and its payload a `Type`; this token is exclusive.
            unsafe { (*(pointer.add(1) as *mut Type)).specials = None };
        }
    }

    /// Notes which hooks a type's own dict has. `object`'s are what the runtime does anyway.
    fn note_hooks(&mut self, type_id: u32) {
        let pointer = self.info(type_id).type_pointer();
        if pointer.is_null() || type_id == id::OBJECT {
            return;
        }
        // SAFETY: the type object is live and its payload a `Type`.
        let dict = unsafe { (*(pointer.add(1) as *const Type)).dict.clone() };
        let has = |name: &Ref<Str>| dict.get(self).find_str(self, name).is_some();
        let defines = |special: Special| self.special_names.get(special as usize).is_some_and(&has);
        let mut found = 0;
        if !dict.get(self).is_empty() {
            for (special, hook) in [
                (Special::GetAttribute, hooks::GETATTRIBUTE),
                (Special::GetAttr, hooks::GETATTR),
                (Special::SetAttr, hooks::SETATTR),
                (Special::DelAttr, hooks::SETATTR),
                (Special::Del, hooks::DEL),
            ] {
                found |= if defines(special) { hook } else { 0 };
            }
            found |= if self.class_name.as_ref().is_some_and(has) { hooks::CLASS } else { 0 };
        }
        // SAFETY: as above; this token is exclusive.
        unsafe { (*(pointer.add(1) as *mut Type)).hooks = found };
    }

    /// Recomputes the flags that depend on which special methods a type has.
    pub(crate) fn refresh_flags(&mut self, type_id: u32) {
        let mro = self.type_object(type_id).get(self).mro_items(self);
        // SAFETY: MROs hold types only.
        let found = mro.iter().fold(0, |all, t| all | unsafe { Ref::<Type>::from_value_ref_unchecked(t) }.get(self).hooks);
        let has = |hook: u8| found & hook != 0;
        let mut flags = self.info(type_id).flags;
        flags &= !(flags::PLAIN_GETATTR | flags::PLAIN_SETATTR | flags::HAS_GETATTR | flags::PLAIN_CLASS);
        if !has(hooks::GETATTRIBUTE) {
            flags |= flags::PLAIN_GETATTR;
        }
        if !has(hooks::GETATTRIBUTE | hooks::CLASS) {
            flags |= flags::PLAIN_CLASS;
        }
        if !has(hooks::SETATTR) {
            flags |= flags::PLAIN_SETATTR;
        }
        if has(hooks::GETATTR) {
            flags |= flags::HAS_GETATTR;
        }
        if has(hooks::DEL) {
            flags |= flags::FINALIZER;
        } else if self.info(type_id).needs_finalizer.is_none() {
            flags &= !flags::FINALIZER;
        }
        self.info_mut(type_id).flags = flags;
    }

    /// The name of a value's type, for messages.
    pub fn type_name(&self, value: &Value) -> String {
        let ty = self.type_of(value).get(self);
        match ty.full_name {
            Some(name) => name.to_string(),
            None => ty.name.get(self).to_string_lossy(),
        }
    }
}

fn borrowed(bits: u64) -> Option<Value> {
    if bits == 0 {
        return None;
    }
    // SAFETY: cached words are live references owned by a type's dict; the clone counts the new one.
    unsafe {
        let value = std::mem::ManuallyDrop::new(Value::from_bits(bits));
        Some(Value::clone(&value))
    }
}

impl Ref<Type> {
    pub fn id(&self, heap: &Heap) -> u32 {
        self.get(heap).id
    }
    pub fn name(&self, heap: &Heap) -> String {
        self.get(heap).name.get(heap).to_string_lossy()
    }
    pub fn is_subtype(&self, heap: &Heap, other: &Ref<Type>) -> bool {
        heap.is_subtype(self.get(heap).id, other.get(heap).id)
    }
}
