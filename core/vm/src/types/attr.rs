//! Generic attribute access: `getattr`, `setattr` and binding of descriptors, with instance slots by shape.
//!
//! The interpreter's inline caches (interp/attr_cache.rs) shortcut what is here; both must agree.

#![allow(unsafe_code, reason = "instance slots lie behind the payload")]

use crate::Result;
use crate::args::Args;
use crate::builtins::dict::Dict;
use crate::builtins::function::{BoundMethod, BuiltinFn, ClassMethod, Function, GetSet, Member, Property, StaticMethod};
use crate::builtins::list::List;
use crate::builtins::module::Module;
use crate::builtins::str::Str;
use crate::exceptions::Exc;
use crate::heap::{Heap, Instance, flags};
use crate::object::Ref;
use crate::types::shape::{MAX_SLOTS, Shape};
use crate::types::special::Special;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;

/// Where an instance keeps its attributes.
pub(crate) enum Attributes {
    /// No `__dict__`.
    None,
    Shaped(*const Shape),
    Dict(Ref<Dict>),
}

impl Heap {
    #[inline(always)]
    pub(crate) fn instance_part(&self, object: &Value) -> Option<*mut Instance> {
        let header = object.header()?;
        let offset = self.info(header.type_id).instance;
        if offset == 0 {
            return None;
        }
        // SAFETY: the type says that objects have an instance part there.
        Some(unsafe { (object.as_ptr() as *mut u8).add(offset as usize) as *mut Instance })
    }
    pub(crate) fn attributes(&self, object: &Value) -> Attributes {
        let Some(part) = self.instance_part(object) else { return self.payload_attributes(object) };
        // SAFETY: shapes live as long as their class, which the instance keeps alive.
        unsafe {
            if (*(*part).shape).is_dict {
                match (*part).overflow.as_ref().and_then(|v| v.downcast::<Dict>(self)) {
                    Some(dict) => Attributes::Dict(dict.clone()),
                    None => Attributes::None,
                }
            } else {
                Attributes::Shaped((*part).shape)
            }
        }
    }
    /// Builtin objects that keep a `__dict__` in their payload: functions, modules, class and static methods.
    fn payload_attributes(&self, object: &Value) -> Attributes {
        let Some(header) = object.header() else { return Attributes::None };
        let dict = match self.info(header.type_id).layout {
            id::FUNCTION => object.downcast::<Function>(self).and_then(|f| f.get(self).dict.clone()),
            id::MODULE => object.downcast::<Module>(self).and_then(|f| f.get(self).dict.clone()),
            id::CLASSMETHOD => object.downcast::<ClassMethod>(self).and_then(|f| f.get(self).dict.clone()),
            id::STATICMETHOD => object.downcast::<StaticMethod>(self).and_then(|f| f.get(self).dict.clone()),
            _ => None,
        };
        dict.map_or(Attributes::None, Attributes::Dict)
    }
    /// Gives such an object its dict, if it has none yet; whether it can have one.
    pub(crate) fn ensure_payload_dict(&mut self, object: &Value) -> bool {
        let layout = self.info(object.type_id()).layout;
        if !matches!(layout, id::FUNCTION | id::MODULE | id::CLASSMETHOD | id::STATICMETHOD) {
            return false;
        }
        if matches!(self.payload_attributes(object), Attributes::None) {
            let dict = Some(self.dict());
            if let Some(f) = object.downcast::<Function>(self).cloned() {
                f.get_mut(self).dict = dict;
            } else if let Some(f) = object.downcast::<Module>(self).cloned() {
                f.get_mut(self).dict = dict;
            } else if let Some(f) = object.downcast::<ClassMethod>(self).cloned() {
                f.get_mut(self).dict = dict;
            } else if let Some(f) = object.downcast::<StaticMethod>(self).cloned() {
                f.get_mut(self).dict = dict;
            }
        }
        true
    }
    /// The value in slot `index` of a shaped instance.
    pub(crate) fn slot(&self, object: &Value, index: u32) -> Option<Value> {
        let part = self.instance_part(object)?;
        let inline = self.info(object.type_id()).inline;
        // SAFETY: inline slots follow the instance part.
        unsafe {
            if index < inline {
                (*(part.add(1) as *const Option<Value>).add(index as usize)).clone()
            } else {
                let more = (*part).overflow.as_ref()?.downcast::<List>(self)?;
                more.get(self).items().get((index - inline) as usize).cloned()
            }
        }
    }
    fn set_slot(&mut self, object: &Value, index: u32, value: Value) {
        let Some(part) = self.instance_part(object) else { return };
        let inline = self.info(object.type_id()).inline;
        // SAFETY: as above; old values are dropped after the slot holds the new one.
        unsafe {
            if index < inline {
                let old = (*(part.add(1) as *mut Option<Value>).add(index as usize)).replace(value);
                drop(old);
                return;
            }
            if (*part).overflow.is_none() {
                (*part).overflow = Some(self.list(Vec::with_capacity(4)).into_value());
            }
            let more = (*part).overflow.clone();
            if let Some(more) = more.as_ref().and_then(|v| v.downcast::<List>(self)) {
                let i = (index - inline) as usize;
                let old = more.edit(self, |items| {
                    if i < items.len() {
                        Some(std::mem::replace(&mut items[i], value))
                    } else {
                        items.push(value);
                        None
                    }
                });
                drop(old);
            }
        }
    }
    /// Moves a shaped instance's attributes into a real dict, and returns it (or the dict it has already).
    pub fn materialize_dict(&mut self, object: &Value) -> Option<Ref<Dict>> {
        match self.attributes(object) {
            Attributes::None => None,
            Attributes::Dict(dict) => Some(dict),
            Attributes::Shaped(shape) => {
                let dict = self.dict();
                // SAFETY: shapes live as long as their class.
                let names = unsafe { (*shape).names() };
                for (i, name) in names.iter().enumerate() {
                    if let Some(value) = self.slot(object, i as u32) {
                        dict.set_str(self, name, value);
                    }
                }
                self.install_dict(object, dict.clone());
                Some(dict)
            }
        }
    }
    /// Puts the instance into dict mode with this dict (`obj.__dict__ = d`).
    pub fn install_dict(&mut self, object: &Value, dict: Ref<Dict>) {
        let Some(part) = self.instance_part(object) else { return };
        let type_id = object.type_id();
        let inline = self.info(type_id).inline as usize;
        let dict_shape = self.type_object(type_id).get(self).dict_shape();
        let mut dropped = Vec::new();
        // SAFETY: as above; values are dropped once the instance is consistent.
        unsafe {
            let slots = part.add(1) as *mut Option<Value>;
            for i in 0..inline {
                dropped.extend((*slots.add(i)).take());
            }
            dropped.extend((*part).overflow.replace(dict.into_value()));
            (*part).shape = dict_shape;
        }
    }
    /// An instance attribute (not the class's). `name` is interned.
    #[inline]
    pub fn instance_attribute(&self, object: &Value, name: &Ref<Str>) -> Option<Value> {
        match self.attributes(object) {
            Attributes::None => None,
            // SAFETY: shapes live as long as their class.
            Attributes::Shaped(shape) => unsafe { (*shape).find(name) }.and_then(|i| self.slot(object, i)),
            Attributes::Dict(dict) => dict.get_str(self, name),
        }
    }
    /// Sets (or with `None` deletes) an instance attribute; whether that could be done.
    pub fn set_instance_attribute(&mut self, object: &Value, name: &Ref<Str>, value: Option<Value>) -> bool {
        match (self.attributes(object), value) {
            (Attributes::None, _) => false,
            (Attributes::Dict(dict), Some(v)) => {
                dict.set_str(self, name, v);
                true
            }
            (Attributes::Dict(dict), None) => dict.remove_str(self, name).is_some(),
            (Attributes::Shaped(shape), Some(v)) => {
                // SAFETY: shapes live as long as their class.
                let shape = unsafe { &*shape };
                if let Some(i) = shape.find(name) {
                    self.set_slot(object, i, v);
                } else if shape.count >= MAX_SLOTS {
                    if let Some(dict) = self.materialize_dict(object) {
                        dict.set_str(self, name, v);
                    }
                } else {
                    let next = shape.with(name, || self.fresh_version());
                    self.set_slot(object, shape.count, v);
                    if let Some(part) = self.instance_part(object) {
                        // SAFETY: the slot of the new attribute is filled.
                        unsafe { (*part).shape = next }
                    }
                }
                true
            }
            (Attributes::Shaped(shape), None) => {
                // SAFETY: as above.
                if unsafe { (*shape).find(name) }.is_none() {
                    return false;
                }
                match self.materialize_dict(object) {
                    Some(dict) => dict.remove_str(self, name).is_some(),
                    None => false,
                }
            }
        }
    }
    /// Gives an object another class of the same layout. `false` when it cannot be done.
    ///
    /// Classes differ in how many inline slots they reserve; the attributes move to a real dict, and an object too
    /// small for its new class gets a variant of the class's layout (same type object, as many slots as it has).
    pub(crate) fn change_type(&mut self, object: &Value, new_id: u32) -> bool {
        let old_id = object.type_id();
        let (old, new) = (self.info(old_id).clone(), self.info(new_id).clone());
        if old.instance != new.instance {
            return false;
        }
        if old.instance != 0 && self.materialize_dict(object).is_none() {
            return false;
        }
        let mut target = new_id;
        if new.instance != 0 && new.inline != old.inline {
            let known = self.type_object(new_id).get(self).variants.iter().copied().find(|&v| self.info(v).inline == old.inline);
            target = match known {
                Some(v) => v,
                None => {
                    let mut info = new.clone();
                    info.inline = old.inline;
                    info.size = old.size;
                    let variant = self.add_type(info);
                    let ty = self.type_object(new_id).clone();
                    ty.get_mut(self).variants.push(variant);
                    variant
                }
            };
        }
        let (Some(header), old_type) = (object.header_ptr(), self.type_object(old_id).clone()) else { return false };
        // SAFETY: the layouts agree; the reference to the type that instances of heap types hold moves along.
        unsafe {
            if new.flags & flags::HEAP_TYPE != 0 {
                std::mem::forget(self.type_object(new_id).clone());
            }
            (*header).type_id = target;
            if let Some(part) = self.instance_part(object) {
                (*part).shape = self.type_object(new_id).get(self).dict_shape();
            }
            if old.flags & flags::HEAP_TYPE != 0 {
                drop(std::ptr::read(&raw const old_type));
            }
        }
        drop(old_type);
        true
    }
    /// A `__slots__` member's value.
    pub(crate) fn member(&self, object: &Value, offset: u32) -> Option<Value> {
        // SAFETY: the caller checked that the object is of the member's class, so the word lies inside it.
        unsafe { (*((object.as_ptr() as *const u8).add(offset as usize) as *const Option<Value>)).clone() }
    }
    pub(crate) fn set_member(&mut self, object: &Value, offset: u32, value: Option<Value>) -> Option<Value> {
        // SAFETY: as in `member`; this token is exclusive.
        unsafe { std::mem::replace(&mut *((object.as_ptr() as *mut u8).add(offset as usize) as *mut Option<Value>), value) }
    }
}

impl Vm {
    /// `object.name`.
    #[inline]
    pub fn get_attr(&mut self, object: &Value, name: &Ref<Str>) -> Result<Value> {
        let type_id = object.type_id();
        let type_flags = self.heap.info(type_id).flags;
        if type_flags & flags::PLAIN_GETATTR != 0 {
            let result = self.generic_get_attr(object, type_id, name);
            let found = if type_flags & flags::HAS_GETATTR == 0 { result? } else { self.catch(result, Exc::AttributeError)?.flatten() };
            if let Some(v) = found {
                return Ok(v);
            }
            if type_flags & flags::HAS_GETATTR == 0 {
                return Err(self.no_attribute(object, name));
            }
            // `__getattr__` sees the AttributeError as context only if it raises by itself: none is pending.
            return self.call_special(Special::GetAttr, object, &[name.to_value()]);
        }
        self.get_attr_slow(object, name)
    }
    #[cold]
    fn get_attr_slow(&mut self, object: &Value, name: &Ref<Str>) -> Result<Value> {
        if let Some(module) = object.downcast_exact::<Module>() {
            return self.module_get_attr(module, name);
        }
        let result = self.call_special(Special::GetAttribute, object, &[name.to_value()]);
        if self.heap.info(object.type_id()).flags & flags::HAS_GETATTR == 0 {
            return result;
        }
        match self.catch(result, Exc::AttributeError)? {
            Some(v) => Ok(v),
            None => self.call_special(Special::GetAttr, object, &[name.to_value()]),
        }
    }
    /// `object.name` if it exists; other exceptions pass.
    pub fn get_attr_opt(&mut self, object: &Value, name: &Ref<Str>) -> Result<Option<Value>> {
        let type_id = object.type_id();
        let type_flags = self.heap.info(type_id).flags;
        if type_flags & flags::PLAIN_GETATTR != 0 && type_flags & flags::HAS_GETATTR == 0 {
            let result = self.generic_get_attr(object, type_id, name);
            return self.catch(result, Exc::AttributeError).map(Option::flatten);
        }
        if let Some(module) = object.downcast_exact::<Module>() {
            let result = self.module_attr_opt(module, name);
            return self.catch(result, Exc::AttributeError).map(Option::flatten);
        }
        let result = self.get_attr(object, name);
        self.catch(result, Exc::AttributeError)
    }

    /// `object.__getattribute__(name)`, with `None` instead of AttributeError when nothing is found.
    pub fn generic_get_attr(&mut self, object: &Value, type_id: u32, name: &Ref<Str>) -> Result<Option<Value>> {
        let name = &self.interned(name);
        let class_value = self.heap.type_lookup(type_id, name);
        if let Some(descriptor) = &class_value
            && self.is_data_descriptor(descriptor)
            && (descriptor.type_id() < id::COUNT || self.heap.special(descriptor.type_id(), Special::Get).is_some())
        {
            return self.descriptor_get(descriptor, Some(object), type_id).map(Some);
        }
        if let Some(v) = self.heap.instance_attribute(object, name) {
            return Ok(Some(v));
        }
        match class_value {
            Some(descriptor) => self.descriptor_get(&descriptor, Some(object), type_id).map(Some),
            None => Ok(None),
        }
    }
    fn interned(&mut self, name: &Ref<Str>) -> Ref<Str> {
        if name.get(&self.heap).is_interned() { name.clone() } else { self.heap.intern_str(name) }
    }

    /// AttributeError with CPython's wording; carries name and object for suggestions.
    #[cold]
    pub fn no_attribute(&mut self, object: &Value, name: &Ref<Str>) -> crate::Raised {
        let text = name.get(&self.heap).to_string_lossy();
        let message = if let Some(ty) = object.downcast::<Type>(&self.heap) {
            format!("type object '{}' has no attribute '{text}'", ty.name(&self.heap))
        } else {
            format!("'{}' object has no attribute '{text}'", self.heap.type_name(object))
        };
        self.attribute_error(message, object, name)
    }
    #[cold]
    pub fn attribute_error(&mut self, message: String, object: &Value, name: &Ref<Str>) -> crate::Raised {
        let text = self.str(&message);
        let exception = self.new_exception(Exc::AttributeError, vec![text]);
        self.set_exception_field(&exception, "name", name.to_value());
        self.set_exception_field(&exception, "obj", object.clone());
        self.raise_with_context(exception)
    }

    /// Whether a class attribute takes precedence over instance attributes.
    #[inline]
    pub fn is_data_descriptor(&mut self, value: &Value) -> bool {
        match value.type_id() {
            id::FUNCTION | id::METHOD_DESCRIPTOR | id::WRAPPER_DESCRIPTOR | id::BUILTIN_FUNCTION | id::CLASSMETHOD
            | id::STATICMETHOD | id::INT | id::STR | id::NONE | id::TYPE => false,
            id::PROPERTY | id::GETSET_DESCRIPTOR | id::MEMBER_DESCRIPTOR => true,
            t => self.heap.special(t, Special::Set).is_some() || self.heap.special(t, Special::Delete).is_some(),
        }
    }

    /// What a class attribute gives when looked up on `object` (or on the class itself when `None`).
    #[inline]
    pub fn descriptor_get(&mut self, descriptor: &Value, object: Option<&Value>, type_id: u32) -> Result<Value> {
        match (descriptor.type_id(), object) {
            (id::FUNCTION | id::METHOD_DESCRIPTOR | id::WRAPPER_DESCRIPTOR, None) => Ok(descriptor.clone()),
            (id::FUNCTION, Some(object)) => {
                Ok(self.heap.alloc(BoundMethod { function: descriptor.clone(), this: object.clone() }).into_value())
            }
            (id::METHOD_DESCRIPTOR | id::WRAPPER_DESCRIPTOR, Some(object)) => Ok(self.bind_builtin(descriptor, object)),
            (id::INT | id::STR | id::NONE | id::BOOL | id::FLOAT | id::BUILTIN_FUNCTION | id::TYPE, _) => Ok(descriptor.clone()),
            _ => self.descriptor_get_slow(descriptor, object, type_id),
        }
    }
    fn bind_builtin(&mut self, descriptor: &Value, object: &Value) -> Value {
        let Some(function) = descriptor.downcast::<BuiltinFn>(&self.heap) else { return descriptor.clone() };
        let (def, owner) = { let f = function.get(&self.heap); (f.def, f.owner) };
        let bound_type = if descriptor.type_id() == id::METHOD_DESCRIPTOR { id::BUILTIN_FUNCTION } else { id::METHOD_WRAPPER };
        self.heap.alloc_typed(bound_type, BuiltinFn { def, owner, this: Some(object.clone()), module: None }).into_value()
    }
    fn descriptor_get_slow(&mut self, descriptor: &Value, object: Option<&Value>, type_id: u32) -> Result<Value> {
        match descriptor.type_id() {
            id::CLASSMETHOD => {
                let Some(method) = descriptor.downcast_exact::<ClassMethod>() else { return Ok(descriptor.clone()) };
                let function = method.get(&self.heap).callable.clone();
                let this = self.heap.type_object(type_id).to_value();
                return Ok(self.heap.alloc(BoundMethod { function, this }).into_value());
            }
            id::STATICMETHOD => {
                let Some(method) = descriptor.downcast_exact::<StaticMethod>() else { return Ok(descriptor.clone()) };
                return Ok(method.get(&self.heap).callable.clone());
            }
            id::CLASSMETHOD_DESCRIPTOR => {
                let Some(function) = descriptor.downcast::<BuiltinFn>(&self.heap) else { return Ok(descriptor.clone()) };
                let (def, owner) = { let f = function.get(&self.heap); (f.def, f.owner) };
                let this = Some(self.heap.type_object(type_id).to_value());
                return Ok(self.heap.alloc(BuiltinFn { def, owner, this, module: None }).into_value());
            }
            _ => {}
        }
        let Some(object) = object else {
            if matches!(descriptor.type_id(), id::PROPERTY | id::GETSET_DESCRIPTOR | id::MEMBER_DESCRIPTOR) {
                return Ok(descriptor.clone());
            }
            return self.call_descriptor_get(descriptor, None, type_id);
        };
        match descriptor.type_id() {
            id::PROPERTY => {
                if let Some(property) = descriptor.downcast_exact::<Property>() {
                    return match property.get(&self.heap).get.clone() {
                        Some(getter) => self.call(&getter, &[object.clone()]),
                        None => Err(self.property_error(descriptor, object, "getter")),
                    };
                }
            }
            id::GETSET_DESCRIPTOR => {
                if let Some(getset) = descriptor.downcast_exact::<GetSet>() {
                    let (get, owner) = { let g = getset.get(&self.heap); (g.get, g.owner) };
                    self.check_owner(descriptor, object, owner)?;
                    return match get {
                        Some(def) => def.call(self, Args::positional(std::slice::from_ref(object))),
                        None => Err(self.unreadable(descriptor, object)),
                    };
                }
            }
            id::MEMBER_DESCRIPTOR => {
                if let Some(member) = descriptor.downcast_exact::<Member>() {
                    let (offset, owner, name) = { let m = member.get(&self.heap); (m.offset, m.owner, m.name.clone()) };
                    self.check_owner(descriptor, object, owner)?;
                    return match self.heap.member(object, offset) {
                        Some(v) => Ok(v),
                        None => {
                            let ty = self.type_of(object);
                            let (ty, text) = (self.shown_type_name(&ty), name.get(&self.heap).to_string_lossy());
                            Err(self.attribute_error(format!("'{ty}' object has no attribute '{text}'"), object, &name))
                        }
                    };
                }
            }
            _ => {}
        }
        self.call_descriptor_get(descriptor, Some(object), type_id)
    }
    fn call_descriptor_get(&mut self, descriptor: &Value, object: Option<&Value>, type_id: u32) -> Result<Value> {
        if let (Some(native), Some(object)) = (self.heap.info(descriptor.type_id()).descriptor, object) {
            return (native.get)(self, descriptor, object);
        }
        let Some(get) = self.heap.special(descriptor.type_id(), Special::Get) else { return Ok(descriptor.clone()) };
        let owner = self.heap.type_object(type_id).to_value();
        let object = object.cloned().unwrap_or(Value::NONE);
        self.call_unbound(&get, descriptor, &[object, owner])
    }
    fn unreadable(&mut self, descriptor: &Value, object: &Value) -> crate::Raised {
        let name = self.descriptor_name(descriptor);
        let ty = self.heap.type_name(object);
        self.error(Exc::AttributeError, format!("attribute '{name}' of '{ty}' objects is not readable"))
    }
    fn descriptor_name(&self, descriptor: &Value) -> String {
        let heap = &self.heap;
        let name = match (descriptor.downcast::<GetSet>(heap), descriptor.downcast::<Member>(heap)) {
            (Some(g), _) => g.get(heap).name.clone(),
            (_, Some(m)) => m.get(heap).name.clone(),
            _ => return String::new(),
        };
        name.get(heap).to_string_lossy()
    }
    /// "property 'x' of 'C' object has no setter".
    #[cold]
    pub fn property_error(&mut self, property: &Value, object: &Value, what: &str) -> crate::Raised {
        let (name, getter) = match property.downcast::<Property>(&self.heap) {
            Some(p) => { let p = p.get(&self.heap); (p.name.clone(), p.get.clone()) }
            None => (None, None),
        };
        let name = match (name, getter) {
            (Some(n), _) => Some(n),
            (None, Some(getter)) => {
                let key = self.names.__name__.clone();
                match self.get_attr_opt(&getter, &key) {
                    Ok(n) => n,
                    Err(e) => return e,
                }
            }
            (None, None) => None,
        };
        let qualname = self.heap.type_of(object).get(&self.heap).qualname.get(&self.heap).to_string_lossy();
        let message = match name {
            Some(name) => match self.repr(&name) {
                Ok(name) => format!("property {} of '{qualname}' object has no {what}", name.get(&self.heap).to_string_lossy()),
                Err(e) => return e,
            },
            None => format!("property of '{qualname}' object has no {what}"),
        };
        self.error(Exc::AttributeError, message)
    }
    /// TypeError unless a builtin descriptor of type `owner` applies to `object`.
    #[inline]
    pub fn check_owner(&mut self, descriptor: &Value, object: &Value, owner: u32) -> Result<()> {
        if self.heap.is_instance(object, owner) {
            return Ok(());
        }
        let (name, wanted) = (self.descriptor_name(descriptor), self.heap.type_object(owner).name(&self.heap));
        let found = self.heap.type_name(object);
        Err(self.type_error(format!("descriptor '{name}' for '{wanted}' objects doesn't apply to a '{found}' object")))
    }

    /// `object.name = value`, or `del object.name` for `None`.
    pub fn set_attr(&mut self, object: &Value, name: &Ref<Str>, value: Option<Value>) -> Result<()> {
        let type_id = object.type_id();
        if self.heap.info(type_id).flags & flags::PLAIN_SETATTR != 0 {
            return self.generic_set_attr(object, name, value);
        }
        match value {
            Some(v) => self.call_special(Special::SetAttr, object, &[name.to_value(), v])?,
            None => self.call_special(Special::DelAttr, object, &[name.to_value()])?,
        };
        Ok(())
    }

    /// `object.__setattr__` / `object.__delattr__`.
    pub fn generic_set_attr(&mut self, object: &Value, name: &Ref<Str>, value: Option<Value>) -> Result<()> {
        let name = &self.interned(name);
        let type_id = object.type_id();
        let class_value = self.heap.type_lookup(type_id, name);
        if let Some(descriptor) = &class_value
            && self.is_data_descriptor(descriptor)
        {
            return self.descriptor_set(descriptor, object, value);
        }
        let mut has_dict = self.heap.info(type_id).instance != 0;
        if !has_dict {
            has_dict = self.heap.ensure_payload_dict(object);
        }
        if self.heap.set_instance_attribute(object, name, value) {
            return Ok(());
        }
        let (ty, text) = (self.heap.type_name(object), name.get(&self.heap).to_string_lossy());
        let message = match class_value {
            Some(_) if !has_dict => format!("'{ty}' object attribute '{text}' is read-only"),
            None if !has_dict => {
                format!("'{ty}' object has no attribute '{text}' and no __dict__ for setting new attributes")
            }
            _ => format!("'{ty}' object has no attribute '{text}'"),
        };
        Err(self.attribute_error(message, object, name))
    }

    /// `__set__` / `__delete__` of a data descriptor.
    pub fn descriptor_set(&mut self, descriptor: &Value, object: &Value, value: Option<Value>) -> Result<()> {
        let heap = &self.heap;
        if let Some(member) = descriptor.downcast_exact::<Member>() {
            let (offset, owner, name) = { let m = member.get(heap); (m.offset, m.owner, m.name.clone()) };
            self.check_owner(descriptor, object, owner)?;
            let deleting = value.is_none();
            let old = self.heap.set_member(object, offset, value);
            if deleting && old.is_none() {
                return Err(self.error_args(Exc::AttributeError, vec![name.to_value()]));
            }
            return Ok(());
        }
        if let Some(property) = descriptor.downcast_exact::<Property>() {
            let (set, delete) = { let p = property.get(heap); (p.set.clone(), p.delete.clone()) };
            match (value, set, delete) {
                (Some(v), Some(set), _) => self.call(&set, &[object.clone(), v])?,
                (None, _, Some(delete)) => self.call(&delete, &[object.clone()])?,
                (Some(_), None, _) => return Err(self.property_error(descriptor, object, "setter")),
                (None, _, None) => return Err(self.property_error(descriptor, object, "deleter")),
            };
            return Ok(());
        }
        if let Some(getset) = descriptor.downcast_exact::<GetSet>() {
            let (set, owner) = { let g = getset.get(heap); (g.set, g.owner) };
            self.check_owner(descriptor, object, owner)?;
            let Some(def) = set else {
                let (name, ty) = (self.descriptor_name(descriptor), self.heap.type_object(owner).name(&self.heap));
                if is_member(owner, &name) {
                    return Err(self.error(Exc::AttributeError, "readonly attribute"));
                }
                return Err(self.error(Exc::AttributeError, format!("attribute '{name}' of '{ty}' objects is not writable")));
            };
            // Deletion passes UNBOUND, which setters see as an absent `Option<Value>` via `DELETE`.
            let args = [object.clone(), value.unwrap_or(Value::UNBOUND)];
            def.call(self, Args::positional(&args))?;
            return Ok(());
        }
        let t = descriptor.type_id();
        if let (Some(native), Some(v)) = (self.heap.info(t).descriptor, &value) {
            return (native.set)(self, descriptor, object, v);
        }
        match value {
            Some(v) => match self.heap.special(t, Special::Set) {
                Some(set) => self.call_unbound(&set, descriptor, &[object.clone(), v])?,
                None => return Err(self.error(Exc::AttributeError, "__set__")),
            },
            None => match self.heap.special(t, Special::Delete) {
                Some(delete) => self.call_unbound(&delete, descriptor, &[object.clone()])?,
                None => return Err(self.error(Exc::AttributeError, "__delete__")),
            },
        };
        Ok(())
    }
}

/// Builtin attributes that CPython declares as plain members of the object: writing them has an error of its own.
pub(crate) fn is_member(owner: u32, name: &str) -> bool {
    let names: &[&str] = match owner {
        id::PROPERTY => &["fget", "fset", "fdel"],
        id::TYPE => &["__basicsize__", "__itemsize__", "__flags__", "__weakrefoffset__", "__base__", "__dictoffset__"],
        id::SUPER => &["__thisclass__", "__self__", "__self_class__"],
        id::FUNCTION => &["__closure__", "__globals__", "__builtins__"],
        id::METHOD => &["__func__", "__self__"],
        id::CLASSMETHOD | id::STATICMETHOD => &["__func__", "__wrapped__"],
        id::GENERIC_ALIAS => &["__origin__", "__args__", "__unpacked__"],
        id::UNION => &["__args__"],
        id::TYPE_VAR | id::PARAM_SPEC => &["__name__", "__covariant__", "__contravariant__", "__infer_variance__"],
        id::TYPE_VAR_TUPLE | id::TYPE_ALIAS => &["__name__"],
        id::METHOD_DESCRIPTOR | id::WRAPPER_DESCRIPTOR | id::CLASSMETHOD_DESCRIPTOR | id::GETSET_DESCRIPTOR | id::MEMBER_DESCRIPTOR | id::METHOD_WRAPPER => &["__objclass__", "__name__"],
        id::MODULE => &["__dict__"],
        id::SLICE | id::RANGE => &["start", "stop", "step"],
        id::COMPLEX => &["real", "imag"],
        id::CODE => return !matches!(name, "co_code" | "co_varnames" | "co_cellvars" | "co_freevars" | "_co_code_adaptive"),
        id::INTERPOLATION | id::TEMPLATE => return name != "values",
        _ => &[],
    };
    names.contains(&name)
}
