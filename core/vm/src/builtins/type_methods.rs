//! `type`: Python methods and attributes of classes. How classes are made is in `class_creation.rs`.
//!
//! Attribute access on a class consults its metaclass and its own MRO; writing goes through
//! `Vm::set_type_attribute`, which refreshes the caches of the class and of all its subclasses.

use crate::args::{Args, KwArgs};
use crate::builtins::dict::Dict;
use crate::builtins::iterators::MappingProxy;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::heap::flags;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::Special;
use crate::vm::Vm;
use crate::{Raised, Result};
use krait_macros::methods;

struct TypeMethods;

#[methods]
impl TypeMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let [name, bases, namespace] = args else {
            return Err(vm.type_error(format!("type.__new__() takes exactly 3 arguments ({} given)", args.len())));
        };
        let kwargs: Vec<(Value, Value)> = kwargs.items.iter().map(|(k, v)| ((*k).clone(), (*v).clone())).collect();
        vm.make_class(cls, name, bases, namespace, &kwargs)
    }
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        let _ = this;
        if args.len() == 1 && !kwargs.items.is_empty() {
            return Err(vm.type_error("type.__init__() takes no keyword arguments"));
        }
        if args.len() != 1 && args.len() != 3 {
            return Err(vm.type_error("type.__init__() takes 1 or 3 arguments"));
        }
        Ok(())
    }
    /// Call self as a function.
    #[sig("(*args, **kwargs)")]
    fn __call__(this: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let (all, names) = flatten(args, &kwargs);
        vm.call_type(this, Args::with_names(&all, &names))
    }
    /// Return getattr(self, name).
    #[sig("(name, /)")]
    fn __getattribute__(this: &Ref<Type>, vm: &mut Vm, name: &Value) -> Result<Value> {
        let name = vm.attribute_name(name)?;
        match vm.type_get_attr(this, &name)? {
            Some(v) => Ok(v),
            None => Err(vm.no_attribute(this.as_value(), &name)),
        }
    }
    /// Implement setattr(self, name, value).
    #[sig("(name, value, /)")]
    fn __setattr__(this: &Ref<Type>, vm: &mut Vm, name: &Value, value: Value) -> Result<()> {
        let name = vm.attribute_name(name)?;
        vm.type_set_attr(this, &name, Some(value))
    }
    /// Implement delattr(self, name).
    #[sig("(name, /)")]
    fn __delattr__(this: &Ref<Type>, vm: &mut Vm, name: &Value) -> Result<()> {
        let name = vm.attribute_name(name)?;
        vm.type_set_attr(this, &name, None)
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Type>, vm: &mut Vm) -> Result<String> {
        let name = vm.full_type_name(this);
        Ok(format!("<class '{name}'>"))
    }
    /// Return self|value.
    #[sig("(value, /)")]
    fn __or__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.union_of(this, value)
    }
    /// Return value|self.
    #[sig("(value, /)")]
    fn __ror__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        vm.union_of(value, this)
    }
    /// Return a type's method resolution order.
    #[sig("()")]
    fn mro(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        let bases: Vec<Ref<Type>> = {
            let heap = &vm.heap;
            this.get(heap).bases.items(heap).iter().filter_map(|b| b.downcast::<Type>(heap).cloned()).collect()
        };
        let mut mro = vec![this.to_value()];
        mro.extend(vm.linearize(&bases)?);
        Ok(vm.list(mro))
    }
    /// Return a list of immediate subclasses.
    #[sig("()")]
    fn __subclasses__(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        let ids = this.get(&*vm).subclasses.clone();
        let live = ids.into_iter().filter(|&i| vm.heap.info(i).type_object != 0).map(|i| vm.core_type(i).into_value()).collect();
        Ok(vm.list(live))
    }
    /// Create the namespace for the class statement
    #[classmethod]
    #[sig("(*args, **kwargs)")]
    fn __prepare__(cls: &Value, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = (cls, args, kwargs);
        Ok(vm.heap.dict().into_value())
    }
    /// Check if an object is an instance.
    #[sig("(instance, /)")]
    fn __instancecheck__(this: &Value, vm: &mut Vm, instance: &Value) -> Result<bool> {
        vm.real_is_instance(instance, this)
    }
    /// Check if a class is a subclass.
    #[sig("(subclass, /)")]
    fn __subclasscheck__(this: &Value, vm: &mut Vm, subclass: &Value) -> Result<bool> {
        vm.real_is_subclass(subclass, this)
    }
    /// Specialized __dir__ implementation for types.
    #[sig("()")]
    fn __dir__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let names = vm.heap.dict();
        vm.merge_class_names(&names, this, 0)?;
        let keys = names.items(&*vm).into_iter().map(|(k, _)| k).collect();
        Ok(vm.list(keys))
    }
    /// Return memory consumption of the type object.
    #[sig("()")]
    fn __sizeof__(this: &Ref<Type>, vm: &mut Vm) -> Result<usize> {
        let _ = (this, vm);
        Ok(size_of::<Type>() + 8)
    }

    #[getter]
    fn __name__(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).name.to_value())
    }
    #[setter]
    fn set___name__(this: &Ref<Type>, vm: &mut Vm, value: Value) -> Result<()> {
        vm.check_settable_special(this, &value, "__name__")?;
        let Some(name) = value.downcast::<Str>(&vm.heap).cloned() else {
            let (owner, found) = (this.name(&vm.heap), vm.type_name(&value));
            return Err(vm.type_error(format!("can only assign string to {owner}.__name__, not '{found}'")));
        };
        vm.check_type_name(&name)?;
        let old = std::mem::replace(&mut this.get_mut(vm).name, name);
        drop(old);
        Ok(())
    }
    #[getter]
    fn __qualname__(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).qualname.to_value())
    }
    #[setter]
    fn set___qualname__(this: &Ref<Type>, vm: &mut Vm, value: Value) -> Result<()> {
        vm.check_settable_special(this, &value, "__qualname__")?;
        let Some(name) = value.downcast::<Str>(&vm.heap).cloned() else {
            let (owner, found) = (this.name(&vm.heap), vm.type_name(&value));
            return Err(vm.type_error(format!("can only assign string to {owner}.__qualname__, not '{found}'")));
        };
        let old = std::mem::replace(&mut this.get_mut(vm).qualname, name);
        drop(old);
        Ok(())
    }
    #[getter]
    fn __module__(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        let key = vm.names.__module__.clone();
        match vm.type_dict(this).get_str(&*vm, &key) {
            // A native type's own `__module__` may be a getset for its instances.
            Some(m) if vm.is_heap_type(this) || m.has_payload::<Str>(&vm.heap) => Ok(m),
            None if vm.is_heap_type(this) => Err(vm.no_attribute(this.as_value(), &key)),
            _ => {
                let full = FULL_NAMES.iter().find(|(type_id, _)| *type_id == this.id(&vm.heap));
                let module = full.and_then(|(_, name)| name.rsplit_once('.')).map_or("builtins", |(module, _)| module);
                Ok(vm.str(module))
            }
        }
    }
    #[setter]
    fn set___module__(this: &Ref<Type>, vm: &mut Vm, value: Value) -> Result<()> {
        vm.check_settable_special(this, &value, "__module__")?;
        let key = vm.names.__module__.clone();
        vm.set_type_attribute(this, &key, Some(value));
        let first_line = vm.names.__firstlineno__.clone();
        if vm.type_dict(this).get_str(&*vm, &first_line).is_some() {
            vm.set_type_attribute(this, &first_line, None);
        }
        Ok(())
    }
    #[getter]
    fn __bases__(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).bases.to_value())
    }
    #[setter]
    fn set___bases__(this: &Ref<Type>, vm: &mut Vm, value: Value) -> Result<()> {
        vm.check_settable_special(this, &value, "__bases__")?;
        vm.assign_bases(this, &value)
    }
    #[getter]
    fn __base__(this: &Ref<Type>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).base.as_ref().map(Ref::to_value))
    }
    #[getter]
    fn __mro__(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        let mro = &this.get(&*vm).mro;
        Ok(if mro.len(&vm.heap) == 0 { Value::NONE } else { mro.to_value() })
    }
    #[getter]
    fn __dict__(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        let mapping = vm.type_dict(this).into_value();
        Ok(vm.heap.alloc(MappingProxy { mapping }).into_value())
    }
    #[getter]
    fn __doc__(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        let type_id = this.id(&vm.heap);
        if let Some((_, doc)) = super::type_docs::DOCS.iter().find(|(t, _)| *t == type_id) {
            return Ok(vm.str(doc));
        }
        let key = vm.names.__doc__.clone();
        match vm.type_dict(this).get_str(&*vm, &key) {
            Some(doc) if !vm.is_heap_type(this) && !doc.has_payload::<Str>(&vm.heap) => Ok(Value::NONE),
            Some(doc) => vm.descriptor_get(&doc, None, this.id(&vm.heap)),
            None => Ok(Value::NONE),
        }
    }
    #[setter]
    fn set___doc__(this: &Ref<Type>, vm: &mut Vm, value: Value) -> Result<()> {
        vm.check_settable_special(this, &value, "__doc__")?;
        let key = vm.names.__doc__.clone();
        vm.set_type_attribute(this, &key, Some(value));
        Ok(())
    }
    #[getter]
    fn __text_signature__(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        let key = vm.names.__new__.clone();
        if vm.is_heap_type(this) {
            return Ok(Value::NONE);
        }
        let new = vm.type_dict(this).get_str(&*vm, &key);
        let signature = new.as_ref().and_then(|f| f.downcast_exact::<crate::builtins::function::BuiltinFn>()).map(|f| f.get(&*vm).def.about.signature(vm));
        Ok(match signature {
            Some(s) if !s.is_empty() && s != "(*args, **kwargs)" && !s.contains("<unrepresentable>") => vm.str(&s),
            _ => Value::NONE,
        })
    }
    #[getter]
    fn __abstractmethods__(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        let key = vm.names.__abstractmethods__.clone();
        let found = if this.id(&vm.heap) == id::TYPE { None } else { vm.type_dict(this).get_str(&*vm, &key) };
        match found {
            Some(v) => Ok(v),
            None => Err(vm.error_with_name(&key)),
        }
    }
    #[setter]
    fn set___abstractmethods__(this: &Ref<Type>, vm: &mut Vm, value: Value) -> Result<()> {
        let key = vm.names.__abstractmethods__.clone();
        let abstract_now = if value.is_unbound() {
            if this.id(&vm.heap) == id::TYPE || !vm.set_type_attribute(this, &key, None) {
                return Err(vm.error_with_name(&key));
            }
            false
        } else {
            let truth = vm.truth(&value)?;
            vm.set_type_attribute(this, &key, Some(value));
            truth
        };
        let type_id = this.id(&vm.heap);
        let info = vm.heap.info_mut(type_id);
        if abstract_now { info.flags |= flags::ABSTRACT } else { info.flags &= !flags::ABSTRACT }
        Ok(())
    }
    #[getter]
    fn __annotations__(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        vm.class_annotations(this)
    }
    #[setter]
    fn set___annotations__(this: &Ref<Type>, vm: &mut Vm, value: Value) -> Result<()> {
        vm.set_class_annotations(this, value)
    }
    #[getter]
    fn __annotate__(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        vm.class_annotate(this)
    }
    #[setter]
    fn set___annotate__(this: &Ref<Type>, vm: &mut Vm, value: Value) -> Result<()> {
        vm.set_class_annotate(this, value)
    }
    #[getter]
    fn __type_params__(this: &Ref<Type>, vm: &mut Vm) -> Result<Value> {
        let key = vm.names.__type_params__.clone();
        let found = if this.id(&vm.heap) == id::TYPE { None } else { vm.type_dict(this).get_str(&*vm, &key) };
        Ok(match found {
            Some(v) => v,
            None => vm.tuple(Vec::new()),
        })
    }
    #[setter]
    fn set___type_params__(this: &Ref<Type>, vm: &mut Vm, value: Value) -> Result<()> {
        vm.check_settable_special(this, &value, "__type_params__")?;
        let key = vm.names.__type_params__.clone();
        vm.set_type_attribute(this, &key, Some(value));
        Ok(())
    }
    #[getter]
    fn __basicsize__(this: &Ref<Type>, vm: &mut Vm) -> Result<u32> {
        let info = vm.heap.info(this.id(&vm.heap));
        // What `int.__sizeof__` counts, with `__itemsize__` per digit.
        Ok(if info.layout == id::INT { 24 } else { info.size + 8 })
    }
    #[getter]
    fn __itemsize__(this: &Ref<Type>, vm: &mut Vm) -> Result<u32> {
        let type_id = this.id(&vm.heap);
        Ok(match vm.heap.info(type_id).layout {
            id::TUPLE => 8,
            id::BYTES => 1,
            id::INT => 4,
            id::TYPE => 40,
            _ => 0,
        })
    }
    #[getter]
    fn __flags__(this: &Ref<Type>, vm: &mut Vm) -> Result<u64> {
        Ok(vm.public_flags(this))
    }
    #[getter]
    fn __dictoffset__(this: &Ref<Type>, vm: &mut Vm) -> Result<i64> {
        let type_id = this.id(&vm.heap);
        if vm.heap.info(type_id).layout == id::TYPE {
            // Classes keep their dictionary inside.
            return Ok(264);
        }
        let instance = vm.heap.info(type_id).instance;
        Ok(if instance != 0 { -1 } else { 0 })
    }
    #[getter]
    fn __weakrefoffset__(this: &Ref<Type>, vm: &mut Vm) -> Result<u32> {
        let type_id = this.id(&vm.heap);
        let info = vm.heap.info(type_id);
        Ok(if info.flags & flags::WEAKREFABLE != 0 { info.size } else { 0 })
    }
}

/// Positional and keyword arguments as one list with names.
pub(crate) fn flatten(args: &[Value], kwargs: &KwArgs<'_>) -> (Vec<Value>, Vec<Value>) {
    let mut all = args.to_vec();
    all.extend(kwargs.items.iter().map(|(_, v)| (*v).clone()));
    (all, kwargs.items.iter().map(|(k, _)| (*k).clone()).collect())
}

impl Vm {
    pub(crate) fn is_heap_type(&self, ty: &Ref<Type>) -> bool {
        self.heap.info(ty.id(&self.heap)).flags & flags::HEAP_TYPE != 0
    }
    /// `type.__getattribute__`, with `None` for AttributeError when nothing is found.
    pub(crate) fn type_get_attr(&mut self, ty: &Ref<Type>, name: &Ref<Str>) -> Result<Option<Value>> {
        let meta_id = ty.as_value().type_id();
        let on_meta = self.heap.type_lookup(meta_id, name);
        if let Some(descriptor) = &on_meta
            && self.is_data_descriptor(descriptor)
            && (descriptor.type_id() < id::COUNT || self.heap.special(descriptor.type_id(), Special::Get).is_some())
        {
            return self.descriptor_get(descriptor, Some(ty.as_value()), meta_id).map(Some);
        }
        let type_id = ty.id(&self.heap);
        if let Some(value) = self.heap.type_lookup(type_id, name) {
            return self.descriptor_get(&value, None, type_id).map(Some);
        }
        match on_meta {
            Some(value) => self.descriptor_get(&value, Some(ty.as_value()), meta_id).map(Some),
            None => Ok(None),
        }
    }
    /// `type.__setattr__` / `type.__delattr__`.
    pub(crate) fn type_set_attr(&mut self, ty: &Ref<Type>, name: &Ref<Str>, value: Option<Value>) -> Result<()> {
        let type_id = ty.id(&self.heap);
        if self.heap.info(type_id).flags & flags::IMMUTABLE != 0 {
            let (text, owner) = (name.get(&self.heap).to_string_lossy(), self.type_tp_name(ty));
            return Err(self.type_error(format!("cannot set '{text}' attribute of immutable type '{owner}'")));
        }
        let meta_id = ty.as_value().type_id();
        if let Some(descriptor) = self.heap.type_lookup(meta_id, name)
            && self.is_data_descriptor(&descriptor)
        {
            return self.descriptor_set(&descriptor, ty.as_value(), value);
        }
        let deleting = value.is_none();
        let found = self.set_type_attribute(ty, name, value);
        if deleting && !found {
            return Err(self.no_attribute(ty.as_value(), name));
        }
        Ok(())
    }
    /// The name errors about builtin types use: with the module for types outside of builtins.
    pub(crate) fn type_tp_name(&mut self, ty: &Ref<Type>) -> String {
        if self.is_heap_type(ty) { ty.name(&self.heap) } else { self.full_type_name(ty) }
    }
    /// Writing an attribute that is part of the type object itself.
    fn check_settable_special(&mut self, ty: &Ref<Type>, value: &Value, name: &str) -> Result<()> {
        let owner = self.type_tp_name(ty);
        if self.heap.info(ty.id(&self.heap)).flags & flags::IMMUTABLE != 0 {
            return Err(self.type_error(format!("cannot set '{name}' attribute of immutable type '{owner}'")));
        }
        if value.is_unbound() {
            return Err(self.type_error(format!("cannot delete '{name}' attribute of immutable type '{owner}'")));
        }
        Ok(())
    }
    fn error_with_name(&mut self, name: &Ref<Str>) -> Raised {
        self.error_args(Exc::AttributeError, vec![name.to_value()])
    }
    /// `cls.__bases__ = bases`.
    fn assign_bases(&mut self, ty: &Ref<Type>, value: &Value) -> Result<()> {
        let owner = ty.name(&self.heap);
        let Some(tuple) = value.downcast::<Tuple>(&self.heap).cloned() else {
            let found = self.type_name(value);
            return Err(self.type_error(format!("can only assign tuple to {owner}.__bases__, not {found}")));
        };
        let items = tuple.items(&self.heap).to_vec();
        if items.is_empty() {
            return Err(self.type_error(format!("can only assign non-empty tuple to {owner}.__bases__, not ()")));
        }
        let mut bases = Vec::new();
        for item in &items {
            let Some(base) = item.downcast::<Type>(&self.heap).cloned() else {
                let found = self.type_name(item);
                return Err(self.type_error(format!("{owner}.__bases__ must be tuple of classes, not '{found}'")));
            };
            if base.is_subtype(&self.heap, ty) || self.derives_from(&base, ty) {
                return Err(self.type_error("a __bases__ item causes an inheritance cycle"));
            }
            bases.push(base);
        }
        let new_base = self.best_base(&items)?;
        let Some(old_base) = ty.get(&self.heap).base.clone() else { return Ok(()) };
        if self.is_heap_type(&new_base) != self.is_heap_type(&old_base) {
            let (new, old) = (new_base.name(&self.heap), old_base.name(&self.heap));
            return Err(self.type_error(format!("__bases__ assignment: '{new}' deallocator differs from '{old}'")));
        }
        let (new_solid, old_solid) = (self.solid_base(&new_base), self.solid_base(&old_base));
        let instance = |vm: &Vm, t: &Ref<Type>| vm.heap.info(t.id(&vm.heap)).instance != 0;
        if !new_solid.is(&old_solid) || (instance(self, &new_base) && !instance(self, ty)) {
            let (new, old) = (new_base.name(&self.heap), old_base.name(&self.heap));
            return Err(self.type_error(format!("__bases__ assignment: '{new}' object layout differs from '{old}'")));
        }
        let old_bases = ty.get(&self.heap).bases.clone();
        {
            let payload = ty.get_mut(self);
            payload.bases = tuple.clone();
            payload.base = Some(new_base);
        }
        // A metaclass's `mro()` may assign bases itself: then that assignment counts, and this one is forgotten.
        let mut replaced = Vec::new();
        let outcome = self.recompute_mros(ty, &mut replaced);
        let current = ty.get(&self.heap).bases.is(&tuple);
        if let Err(e) = outcome {
            if current {
                let payload = ty.get_mut(self);
                payload.bases = old_bases;
                payload.base = Some(old_base);
            }
            for (class, old, new) in replaced {
                if class.get(&self.heap).mro.is(&new) {
                    class.get_mut(self).mro = old;
                    let type_id = class.id(&self.heap);
                    self.heap.type_modified(type_id, true);
                }
            }
            return Err(e);
        }
        if !current {
            return Ok(());
        }
        let own = ty.id(&self.heap);
        for base in old_bases.items(&self.heap).to_vec() {
            if let Some(base) = base.downcast::<Type>(&self.heap).cloned() {
                base.get_mut(self).subclasses.retain(|&s| s != own);
            }
        }
        for base in &bases {
            base.get_mut(self).subclasses.push(own);
        }
        self.heap.type_modified(own, true);
        Ok(())
    }
    /// Whether a class comes from another by way of first bases, whatever the MROs say so far.
    fn derives_from(&self, class: &Ref<Type>, ancestor: &Ref<Type>) -> bool {
        let mut current = Some(class.clone());
        while let Some(t) = current {
            if t.is(ancestor) {
                return true;
            }
            current = t.get(&self.heap).base.clone();
        }
        false
    }
    /// New MROs for a class and everything below it.
    fn recompute_mros(&mut self, ty: &Ref<Type>, replaced: &mut Vec<(Ref<Type>, Ref<Tuple>, Ref<Tuple>)>) -> Result<()> {
        let old = ty.get(&self.heap).mro.clone();
        self.recompute_mro(ty)?;
        let new = ty.get(&self.heap).mro.clone();
        replaced.push((ty.clone(), old, new));
        for sub in ty.get(&self.heap).subclasses.clone() {
            if self.heap.info(sub).type_object != 0 {
                let sub = self.core_type(sub);
                self.nested(" in mro()", |vm| vm.recompute_mros(&sub, replaced))?;
            }
        }
        Ok(())
    }
    /// `__flags__` with CPython's bits.
    fn public_flags(&self, ty: &Ref<Type>) -> u64 {
        let own = self.heap.info(ty.id(&self.heap)).flags;
        let table = [
            (flags::LONG_SUBCLASS, 24),
            (flags::LIST_SUBCLASS, 25),
            (flags::TUPLE_SUBCLASS, 26),
            (flags::BYTES_SUBCLASS, 27),
            (flags::UNICODE_SUBCLASS, 28),
            (flags::DICT_SUBCLASS, 29),
            (flags::BASE_EXC_SUBCLASS, 30),
            (flags::TYPE_SUBCLASS, 31),
            (flags::SEQUENCE, 5),
            (flags::MAPPING, 6),
            (flags::DISALLOW_INSTANTIATION, 7),
            (flags::IMMUTABLE, 8),
            (flags::HEAP_TYPE, 9),
            (flags::BASETYPE, 10),
            (flags::CONTAINER, 14),
            (flags::ABSTRACT, 20),
        ];
        // `Generic` counts as a class that was made at run time.
        let mut bits = 1 << 12 | if ty.id(&self.heap) == id::GENERIC { 1 << 9 } else { 0 };
        // What class statements added: a `__dict__`, for whose values objects of a fixed size have room, and weak references.
        let info = self.heap.info(ty.id(&self.heap));
        let base = self.heap.info(self.builtin_base(ty.id(&self.heap)));
        if info.instance != 0 && base.instance == 0 {
            bits |= 1 << 4 | if matches!(info.layout, id::INT | id::TUPLE | id::BYTES) { 0 } else { 1 << 2 };
        }
        if own & !base.flags & flags::WEAKREFABLE != 0 {
            bits |= 1 << 3;
        }
        table.iter().filter(|(f, _)| own & f != 0).fold(bits, |bits, (_, n)| bits | 1u64 << n)
    }

    // ---- annotations (PEP 649) ----

    fn class_annotate(&mut self, ty: &Ref<Type>) -> Result<Value> {
        if !self.is_heap_type(ty) {
            let name = self.names.__annotate__.clone();
            return Err(self.no_attribute(ty.as_value(), &name));
        }
        let dict = self.type_dict(ty);
        // A body that has annotations may define a function of its own all the same.
        for key in [self.names.__annotate__.clone(), self.names.__annotate_func__.clone()] {
            if let Some(v) = dict.get_str(&*self, &key) {
                return self.descriptor_get(&v, None, ty.id(&self.heap));
            }
        }
        Ok(Value::NONE)
    }
    fn set_class_annotate(&mut self, ty: &Ref<Type>, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(self.type_error("cannot delete __annotate__ attribute"));
        }
        if self.heap.info(ty.id(&self.heap)).flags & flags::IMMUTABLE != 0 {
            let owner = self.type_tp_name(ty);
            return Err(self.type_error(format!("cannot set '__annotate__' attribute of immutable type '{owner}'")));
        }
        if !value.is_none() && !self.is_callable(&value) {
            return Err(self.type_error("__annotate__ must be callable or None"));
        }
        let (func, cache) = (self.names.__annotate_func__.clone(), self.names.__annotations_cache__.clone());
        let clear = !value.is_none();
        self.set_type_attribute(ty, &func, Some(value));
        if clear {
            self.set_type_attribute(ty, &cache, None);
        }
        Ok(())
    }
    fn class_annotations(&mut self, ty: &Ref<Type>) -> Result<Value> {
        let name = self.names.__annotations__.clone();
        if !self.is_heap_type(ty) {
            return Err(self.no_attribute(ty.as_value(), &name));
        }
        let dict = self.type_dict(ty);
        let cache = self.names.__annotations_cache__.clone();
        for key in [name, cache.clone()] {
            if let Some(v) = dict.get_str(&*self, &key) {
                return self.descriptor_get(&v, None, ty.id(&self.heap));
            }
        }
        let annotate = self.class_annotate(ty)?;
        let annotations = if self.is_callable(&annotate) {
            let result = self.call(&annotate, &[Value::int32(1)])?;
            if !result.has_payload::<Dict>(&self.heap) {
                let found = self.type_name(&result);
                return Err(self.type_error(format!("__annotate__ returned non-dict of type '{found}'")));
            }
            result
        } else {
            self.heap.dict().into_value()
        };
        self.set_type_attribute(ty, &cache, Some(annotations.clone()));
        Ok(annotations)
    }
    fn set_class_annotations(&mut self, ty: &Ref<Type>, value: Value) -> Result<()> {
        if self.heap.info(ty.id(&self.heap)).flags & flags::IMMUTABLE != 0 {
            let owner = self.type_tp_name(ty);
            return Err(self.type_error(format!("cannot set '__annotations__' attribute of immutable type '{owner}'")));
        }
        let (name, cache) = (self.names.__annotations__.clone(), self.names.__annotations_cache__.clone());
        let dict = self.type_dict(ty);
        if value.is_unbound() {
            let first = self.set_type_attribute(ty, &name, None);
            let second = self.set_type_attribute(ty, &cache, None);
            if !first && !second {
                return Err(self.error_with_name(&name));
            }
        } else {
            // Where the class body made `__annotations__` itself, that entry is the one in use.
            let key = if dict.get_str(&*self, &name).is_some() { name } else { cache };
            self.set_type_attribute(ty, &key, Some(value));
        }
        for key in [self.names.__annotate_func__.clone(), self.names.__annotate__.clone()] {
            self.set_type_attribute(ty, &key, None);
        }
        Ok(())
    }
}

/// Full names of core types that do not live in `builtins`.
const FULL_NAMES: &[(u32, &str)] = &[
    (id::WEAKREF, "weakref.ReferenceType"),
    (id::WEAK_PROXY, "weakref.ProxyType"),
    (id::WEAK_CALLABLE_PROXY, "weakref.CallableProxyType"),
    (id::UNION, "typing.Union"),
    (id::GENERIC_ALIAS, "types.GenericAlias"),
    (id::TYPE_ALIAS, "typing.TypeAliasType"),
    (id::TYPE_VAR, "typing.TypeVar"),
    (id::PARAM_SPEC, "typing.ParamSpec"),
    (id::PARAM_SPEC_ARGS, "typing.ParamSpecArgs"),
    (id::PARAM_SPEC_KWARGS, "typing.ParamSpecKwargs"),
    (id::TYPE_VAR_TUPLE, "typing.TypeVarTuple"),
    (id::GENERIC, "typing.Generic"),
    (id::TEMPLATE, "string.templatelib.Template"),
    (id::TEMPLATE_ITERATOR, "string.templatelib.TemplateIter"),
    (id::INTERPOLATION, "string.templatelib.Interpolation"),
    (id::SIMPLE_NAMESPACE, "types.SimpleNamespace"),
];

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    let key = vm.names.__doc__.clone();
    for type_id in 1..id::COUNT {
        let doc = super::type_docs::DOCS.iter().find(|(t, _)| *t == type_id).map(|(_, d)| *d);
        let doc = doc.map_or(Value::NONE, |d| vm.str(d));
        let ty = vm.core_type(type_id);
        if vm.type_dict(&ty).get_str(&*vm, &key).is_none() {
            vm.type_dict(&ty).set_str(vm, &key, doc);
        }
    }
    vm.attach::<TypeMethods>(id::TYPE);
    for &(type_id, full) in FULL_NAMES {
        let ty = vm.core_type(type_id);
        ty.get_mut(vm).full_name = Some(full);
        let module = full.rsplit_once('.').map_or(full, |(m, _)| m);
        let (key, module) = (vm.names.__module__.clone(), vm.str(module));
        vm.type_dict(&ty).set_str(vm, &key, module);
    }
}
