//! `property`, `classmethod`, `staticmethod` and the descriptors of builtin types: Python methods.
//!
//! Looking up and binding is in types/attr.rs; here is what Python sees of the descriptor objects themselves.

use crate::builtins::function::{BoundMethod, BuiltinFn, ClassMethod, GetSet, Member, Property, StaticMethod};
use crate::builtins::function_methods::{doc_of, text_signature};
use crate::builtins::str::Str;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Args, KwArgs, Result};
use krait_macros::methods;

struct PropertyMethods;

#[methods]
impl PropertyMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = (args, kwargs);
        let type_id = cls.id(&vm.heap);
        let empty = Property { get: None, set: None, delete: None, doc: None, name: None, getter_doc: false };
        Ok(vm.heap.alloc_typed(type_id, empty).into_value())
    }
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(fget=None, fset=None, fdel=None, doc=None)")]
    fn __init__(this: &Ref<Property>, vm: &mut Vm, fget: Option<Value>, fset: Option<Value>, fdel: Option<Value>, doc: Option<Value>) -> Result<()> {
        let mut doc = doc;
        let mut getter_doc = false;
        if doc.is_none()
            && let Some(getter) = &fget
        {
            let key = vm.names.__doc__.clone();
            if let Some(d) = vm.get_attr_opt(getter, &key)?.filter(|d| !d.is_none()) {
                doc = Some(d);
                getter_doc = true;
            }
        }
        let exact = this.as_value().is_exact::<Property>();
        let payload = this.get_mut(vm);
        let name = payload.name.take();
        let old = std::mem::replace(payload, Property { get: fget, set: fset, delete: fdel, doc: doc.clone(), name, getter_doc });
        drop((old.get, old.set, old.delete, old.doc));
        if !exact {
            // The class of a subclass has a `__doc__` of its own, which hides the property's: the instance keeps it.
            let key = vm.names.__doc__.clone();
            let stored = vm.set_attr(this.as_value(), &key, Some(doc.unwrap_or(Value::NONE)));
            if stored.is_err() {
                if getter_doc || !vm.pending_is(crate::Exc::AttributeError) {
                    return stored;
                }
                vm.take_pending();
            }
        }
        Ok(())
    }
    /// Descriptor to obtain a copy of the property with a different getter.
    #[sig("(object, /)")]
    fn getter(this: &Ref<Property>, vm: &mut Vm, object: Value) -> Result<Value> {
        copy_with(this, vm, [Some(object), None, None])
    }
    /// Descriptor to obtain a copy of the property with a different setter.
    #[sig("(object, /)")]
    fn setter(this: &Ref<Property>, vm: &mut Vm, object: Value) -> Result<Value> {
        copy_with(this, vm, [None, Some(object), None])
    }
    /// Descriptor to obtain a copy of the property with a different deleter.
    #[sig("(object, /)")]
    fn deleter(this: &Ref<Property>, vm: &mut Vm, object: Value) -> Result<Value> {
        copy_with(this, vm, [None, None, Some(object)])
    }
    /// Method to set name of a property.
    #[sig("(*args)")]
    #[slot]
    fn __set_name__(this: &Ref<Property>, vm: &mut Vm, args: &[Value]) -> Result<()> {
        let [_, name] = args else {
            return Err(vm.type_error(format!("__set_name__() takes 2 positional arguments but {} were given", args.len())));
        };
        let old = this.get_mut(vm).name.replace(name.clone());
        drop(old);
        Ok(())
    }
    /// Return an attribute of instance, which is of type owner.
    #[sig("(instance, owner=None, /)")]
    fn __get__(this: &Ref<Property>, vm: &mut Vm, instance: &Value, owner: Option<Value>) -> Result<Value> {
        let _ = owner;
        if instance.is_none() {
            return Ok(this.to_value());
        }
        match this.get(&*vm).get.clone() {
            Some(getter) => vm.call(&getter, std::slice::from_ref(instance)),
            None => Err(vm.property_error(this.as_value(), instance, "getter")),
        }
    }
    /// Set an attribute of instance to value.
    #[sig("(instance, value, /)")]
    fn __set__(this: &Ref<Property>, vm: &mut Vm, instance: &Value, value: Value) -> Result<()> {
        match this.get(&*vm).set.clone() {
            Some(setter) => vm.call(&setter, &[instance.clone(), value]).map(drop),
            None => Err(vm.property_error(this.as_value(), instance, "setter")),
        }
    }
    /// Delete an attribute of instance.
    #[sig("(instance, /)")]
    fn __delete__(this: &Ref<Property>, vm: &mut Vm, instance: &Value) -> Result<()> {
        match this.get(&*vm).delete.clone() {
            Some(deleter) => vm.call(&deleter, std::slice::from_ref(instance)).map(drop),
            None => Err(vm.property_error(this.as_value(), instance, "deleter")),
        }
    }
    #[getter]
    fn fget(this: &Ref<Property>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).get.clone())
    }
    #[getter]
    fn fset(this: &Ref<Property>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).set.clone())
    }
    #[getter]
    fn fdel(this: &Ref<Property>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).delete.clone())
    }
    #[getter]
    fn __doc__(this: &Ref<Property>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).doc.clone())
    }
    #[setter]
    fn set___doc__(this: &Ref<Property>, vm: &mut Vm, value: Value) -> Result<()> {
        let payload = this.get_mut(vm);
        let old = std::mem::replace(&mut payload.doc, if value.is_unbound() { None } else { Some(value) });
        drop(old);
        Ok(())
    }
    #[getter]
    fn __name__(this: &Ref<Property>, vm: &mut Vm) -> Result<Value> {
        let (name, getter) = { let p = this.get(&*vm); (p.name.clone(), p.get.clone()) };
        if let Some(name) = name {
            return Ok(name);
        }
        let key = vm.names.__name__.clone();
        if let Some(getter) = getter
            && let Some(name) = vm.get_attr_opt(&getter, &key)?
        {
            return Ok(name);
        }
        Err(vm.no_attribute(this.as_value(), &key))
    }
    #[setter]
    fn set___name__(this: &Ref<Property>, vm: &mut Vm, value: Value) -> Result<()> {
        let new = if value.is_unbound() { None } else { Some(value) };
        let old = std::mem::replace(&mut this.get_mut(vm).name, new);
        drop(old);
        Ok(())
    }
    #[getter]
    fn __isabstractmethod__(this: &Ref<Property>, vm: &mut Vm) -> Result<bool> {
        let parts = { let p = this.get(&*vm); [p.get.clone(), p.set.clone(), p.delete.clone()] };
        for part in parts.into_iter().flatten() {
            if vm.is_abstract(&part)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// A copy of a property (of its own class) with some functions replaced.
fn copy_with(this: &Ref<Property>, vm: &mut Vm, new: [Option<Value>; 3]) -> Result<Value> {
    let (old, doc, getter_doc, name) = {
        let p = this.get(&*vm);
        ([p.get.clone(), p.set.clone(), p.delete.clone()], p.doc.clone(), p.getter_doc, p.name.clone())
    };
    let replaced_getter = new[0].as_ref().is_some_and(|g| !g.is_none());
    let mut args: Vec<Value> = new.into_iter().zip(old).map(|(n, o)| n.filter(|n| !n.is_none()).or(o).unwrap_or(Value::NONE)).collect();
    // A doc string that came from the getter is computed anew with the new one.
    let keep_doc = !(getter_doc && (replaced_getter || !args[0].is_none()));
    args.push(if keep_doc { doc.unwrap_or(Value::NONE) } else { Value::NONE });
    let class = vm.type_of(this.as_value()).into_value();
    let copy = vm.call(&class, &args)?;
    if let Some(p) = copy.downcast::<Property>(&vm.heap).cloned() {
        p.get_mut(vm).name = name;
    }
    Ok(copy)
}

macro_rules! wrapping_methods {
    ($room:ident, $payload:ident, $python:literal) => {
        struct $room;

        #[methods]
        impl $room {
            #[sig("(*args, **kwargs)")]
            fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
                let _ = (args, kwargs);
                let type_id = cls.id(&vm.heap);
                Ok(vm.heap.alloc_typed(type_id, $payload { callable: Value::NONE, dict: None }).into_value())
            }
            /// Initialize self.  See help(type(self)) for accurate signature.
            #[sig("(*args, **kwargs)")]
            fn __init__(this: &Ref<$payload>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
                if !kwargs.items.is_empty() {
                    return Err(vm.type_error(concat!($python, "() takes no keyword arguments")));
                }
                let [function] = args else {
                    return Err(vm.type_error(format!(concat!($python, " expected 1 argument, got {}"), args.len())));
                };
                let old = std::mem::replace(&mut this.get_mut(vm).callable, function.clone());
                drop(old);
                vm.copy_function_attributes(this.as_value(), function)
            }
            /// Return repr(self).
            #[sig("()")]
            fn __repr__(this: &Ref<$payload>, vm: &mut Vm) -> Result<String> {
                let callable = this.get(&*vm).callable.clone();
                let inner = vm.repr_text(&callable)?;
                Ok(format!(concat!("<", $python, "({})>"), inner))
            }
            #[getter]
            fn __func__(this: &Ref<$payload>, vm: &mut Vm) -> Result<Value> {
                Ok(this.get(&*vm).callable.clone())
            }
            #[getter]
            fn __wrapped__(this: &Ref<$payload>, vm: &mut Vm) -> Result<Value> {
                Ok(this.get(&*vm).callable.clone())
            }
            #[getter]
            fn __isabstractmethod__(this: &Ref<$payload>, vm: &mut Vm) -> Result<bool> {
                let callable = this.get(&*vm).callable.clone();
                vm.is_abstract(&callable)
            }
            #[getter]
            fn __dict__(this: &Ref<$payload>, vm: &mut Vm) -> Result<Value> {
                if let Some(d) = &this.get(&*vm).dict {
                    return Ok(d.to_value());
                }
                let dict = vm.heap.dict();
                this.get_mut(vm).dict = Some(dict.clone());
                Ok(dict.into_value())
            }
            #[getter]
            fn __annotations__(this: &Ref<$payload>, vm: &mut Vm) -> Result<Value> {
                let key = vm.names.__annotations__.clone();
                let callable = this.get(&*vm).callable.clone();
                vm.cached_attribute_of(this.as_value(), &callable, &key)
            }
            #[setter]
            fn set___annotations__(this: &Ref<$payload>, vm: &mut Vm, value: Value) -> Result<()> {
                let key = vm.names.__annotations__.clone();
                vm.set_payload_attribute(this.as_value(), &key, value)
            }
            #[getter]
            fn __annotate__(this: &Ref<$payload>, vm: &mut Vm) -> Result<Value> {
                let key = vm.names.__annotate__.clone();
                let callable = this.get(&*vm).callable.clone();
                vm.cached_attribute_of(this.as_value(), &callable, &key)
            }
            #[setter]
            fn set___annotate__(this: &Ref<$payload>, vm: &mut Vm, value: Value) -> Result<()> {
                let key = vm.names.__annotate__.clone();
                vm.set_payload_attribute(this.as_value(), &key, value)
            }
        }
    };
}
wrapping_methods!(ClassMethodMethods, ClassMethod, "classmethod");
wrapping_methods!(StaticMethodMethods, StaticMethod, "staticmethod");

struct ClassMethodBinding;

#[methods]
impl ClassMethodBinding {
    /// Return an attribute of instance, which is of type owner.
    #[sig("(instance, owner=None, /)")]
    fn __get__(this: &Ref<ClassMethod>, vm: &mut Vm, instance: &Value, owner: Option<Value>) -> Result<Value> {
        let function = this.get(&*vm).callable.clone();
        let owner = match owner {
            Some(o) => o,
            None => vm.type_of(instance).into_value(),
        };
        Ok(vm.heap.alloc(BoundMethod { function, this: owner }).into_value())
    }
}

struct StaticMethodBinding;

#[methods]
impl StaticMethodBinding {
    /// Return an attribute of instance, which is of type owner.
    #[sig("(instance, owner=None, /)")]
    fn __get__(this: &Ref<StaticMethod>, vm: &mut Vm, instance: &Value, owner: Option<Value>) -> Result<Value> {
        let _ = (instance, owner);
        Ok(this.get(&*vm).callable.clone())
    }
    /// Call self as a function.
    #[sig("(*args, **kwargs)")]
    fn __call__(this: &Ref<StaticMethod>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let callable = this.get(&*vm).callable.clone();
        let (all, names) = super::type_methods::flatten(args, &kwargs);
        vm.call_args(&callable, Args::with_names(&all, &names))
    }
}

/// What `method_descriptor`, `wrapper_descriptor` and `classmethod_descriptor` share.
struct BuiltinDescriptors;

#[methods]
impl BuiltinDescriptors {
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<String> {
        let (name, owner) = { let f = this.get(&*vm); (f.def.name, f.owner) };
        let class = vm.core_type(owner).name(&vm.heap);
        Ok(match this.as_value().type_id() {
            id::WRAPPER_DESCRIPTOR => format!("<slot wrapper '{name}' of '{class}' objects>"),
            _ => format!("<method '{name}' of '{class}' objects>"),
        })
    }
    /// Call self as a function.
    #[sig("(*args, **kwargs)")]
    fn __call__(this: &Value, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let (all, names) = super::type_methods::flatten(args, &kwargs);
        vm.call_args(this, Args::with_names(&all, &names))
    }
    /// Return an attribute of instance, which is of type owner.
    #[sig("(instance, owner=None, /)")]
    fn __get__(this: &Ref<BuiltinFn>, vm: &mut Vm, instance: &Value, owner: Option<Value>) -> Result<Value> {
        let (name, class_id) = { let f = this.get(&*vm); (f.def.name, f.owner) };
        if this.as_value().type_id() == id::CLASSMETHOD_DESCRIPTOR {
            let target = match owner {
                Some(o) => o,
                None => vm.type_of(instance).into_value(),
            };
            let Some(target_type) = target.downcast::<Type>(&vm.heap).cloned() else {
                let (class, found) = (vm.core_type(class_id).name(&vm.heap), vm.type_name(&target));
                return Err(vm.type_error(format!("descriptor '{name}' for type '{class}' needs a type, not a '{found}' as arg 2")));
            };
            let wanted = vm.core_type(class_id);
            if !target_type.is_subtype(&vm.heap, &wanted) {
                let (class, found) = (wanted.name(&vm.heap), target_type.name(&vm.heap));
                return Err(vm.type_error(format!("descriptor '{name}' requires a subtype of '{class}' but received '{found}'")));
            }
            return vm.descriptor_get(this.as_value(), None, target_type.id(&vm.heap));
        }
        if instance.is_none() && owner.is_some() {
            return Ok(this.to_value());
        }
        if instance.is_none() && class_id != id::NONE {
            return Err(vm.type_error("__get__(None, None) is invalid"));
        }
        if !vm.heap.is_instance(instance, class_id) {
            let (class, found) = (vm.core_type(class_id).name(&vm.heap), vm.type_name(instance));
            return Err(vm.type_error(format!("descriptor '{name}' for '{class}' objects doesn't apply to a '{found}' object")));
        }
        vm.descriptor_get(this.as_value(), Some(instance), instance.type_id())
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<Value> {
        let (name, owner) = { let f = this.get(&*vm); (f.def.name, f.owner) };
        let (class, name) = (vm.core_type(owner).into_value(), vm.str(name));
        vm.reduce_as_getattr(class, name)
    }
    #[getter]
    fn __name__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<&'static str> {
        Ok(this.get(&*vm).def.name)
    }
    #[getter]
    fn __qualname__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<String> {
        let (name, owner) = { let f = this.get(&*vm); (f.def.name, f.owner) };
        let class = vm.core_type(owner).get(&*vm).qualname.get(&*vm).to_string_lossy();
        Ok(format!("{class}.{name}"))
    }
    #[getter]
    fn __objclass__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<Value> {
        let owner = this.get(&*vm).owner;
        Ok(vm.core_type(owner).into_value())
    }
    #[getter]
    fn __doc__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<Option<String>> {
        Ok(doc_of(this, vm))
    }
    #[getter]
    fn __text_signature__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<Option<String>> {
        Ok(text_signature(this, vm))
    }
}

struct GetSetMethods;

#[methods]
impl GetSetMethods {
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<GetSet>, vm: &mut Vm) -> Result<String> {
        let (name, owner) = { let g = this.get(&*vm); (g.name.clone(), g.owner) };
        let class = vm.core_type(owner).name(&vm.heap);
        let name = name.get(&*vm).to_string_lossy();
        let kind = if crate::types::attr::is_member(owner, &name) { "member" } else { "attribute" };
        Ok(format!("<{kind} '{name}' of '{class}' objects>"))
    }
    /// Return an attribute of instance, which is of type owner.
    #[sig("(instance, owner=None, /)")]
    fn __get__(this: &Value, vm: &mut Vm, instance: &Value, owner: Option<Value>) -> Result<Value> {
        descriptor_get_method(this, vm, instance, owner)
    }
    /// Set an attribute of instance to value.
    #[sig("(instance, value, /)")]
    fn __set__(this: &Value, vm: &mut Vm, instance: &Value, value: Value) -> Result<()> {
        vm.descriptor_set(this, instance, Some(value))
    }
    /// Delete an attribute of instance.
    #[sig("(instance, /)")]
    fn __delete__(this: &Value, vm: &mut Vm, instance: &Value) -> Result<()> {
        vm.descriptor_set(this, instance, None)
    }
    #[getter]
    fn __name__(this: &Ref<GetSet>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).name.to_value())
    }
    #[getter]
    fn __qualname__(this: &Ref<GetSet>, vm: &mut Vm) -> Result<String> {
        let (name, owner) = { let g = this.get(&*vm); (g.name.clone(), g.owner) };
        Ok(qualname_in(vm, owner, &name))
    }
    #[getter]
    fn __objclass__(this: &Ref<GetSet>, vm: &mut Vm) -> Result<Value> {
        let owner = this.get(&*vm).owner;
        Ok(vm.core_type(owner).into_value())
    }
    #[getter]
    fn __doc__(this: &Ref<GetSet>, vm: &mut Vm) -> Result<Option<String>> {
        Ok(this.get(&*vm).get.map(|d| d.about.doc(vm)).filter(|d| !d.is_empty()))
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Ref<GetSet>, vm: &mut Vm) -> Result<Value> {
        let (name, owner) = { let g = this.get(&*vm); (g.name.to_value(), g.owner) };
        let class = vm.core_type(owner).into_value();
        vm.reduce_as_getattr(class, name)
    }
}

struct MemberMethods;

#[methods]
impl MemberMethods {
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Member>, vm: &mut Vm) -> Result<String> {
        let (name, owner) = { let g = this.get(&*vm); (g.name.clone(), g.owner) };
        let class = vm.core_type(owner).name(&vm.heap);
        Ok(format!("<member '{}' of '{class}' objects>", name.get(&*vm).to_string_lossy()))
    }
    /// Return an attribute of instance, which is of type owner.
    #[sig("(instance, owner=None, /)")]
    fn __get__(this: &Value, vm: &mut Vm, instance: &Value, owner: Option<Value>) -> Result<Value> {
        descriptor_get_method(this, vm, instance, owner)
    }
    /// Set an attribute of instance to value.
    #[sig("(instance, value, /)")]
    fn __set__(this: &Value, vm: &mut Vm, instance: &Value, value: Value) -> Result<()> {
        vm.descriptor_set(this, instance, Some(value))
    }
    /// Delete an attribute of instance.
    #[sig("(instance, /)")]
    fn __delete__(this: &Value, vm: &mut Vm, instance: &Value) -> Result<()> {
        vm.descriptor_set(this, instance, None)
    }
    #[getter]
    fn __name__(this: &Ref<Member>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).name.to_value())
    }
    #[getter]
    fn __qualname__(this: &Ref<Member>, vm: &mut Vm) -> Result<String> {
        let (name, owner) = { let g = this.get(&*vm); (g.name.clone(), g.owner) };
        Ok(qualname_in(vm, owner, &name))
    }
    #[getter]
    fn __objclass__(this: &Ref<Member>, vm: &mut Vm) -> Result<Value> {
        let owner = this.get(&*vm).owner;
        Ok(vm.core_type(owner).into_value())
    }
    #[getter]
    fn __doc__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let _ = (this, vm);
        Ok(Value::NONE)
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Ref<Member>, vm: &mut Vm) -> Result<Value> {
        let (name, owner) = { let g = this.get(&*vm); (g.name.to_value(), g.owner) };
        let class = vm.core_type(owner).into_value();
        vm.reduce_as_getattr(class, name)
    }
}

fn qualname_in(vm: &Vm, owner: u32, name: &Ref<Str>) -> String {
    let class = vm.core_type(owner).get(&vm.heap).qualname.get(&vm.heap).to_string_lossy();
    format!("{class}.{}", name.get(&vm.heap).to_string_lossy())
}
fn descriptor_get_method(this: &Value, vm: &mut Vm, instance: &Value, owner: Option<Value>) -> Result<Value> {
    if instance.is_none() {
        if owner.is_none() {
            return Err(vm.type_error("__get__(None, None) is invalid"));
        }
        return Ok(this.clone());
    }
    vm.descriptor_get(this, Some(instance), instance.type_id())
}

impl Vm {
    /// Whether `__isabstractmethod__` of an object is true.
    pub(crate) fn is_abstract(&mut self, value: &Value) -> Result<bool> {
        let key = self.names.__isabstractmethod__.clone();
        match self.get_attr_opt(value, &key)? {
            Some(v) => self.truth(&v),
            None => Ok(false),
        }
    }
    /// Copies what `functools.update_wrapper` would: names and doc string.
    fn copy_function_attributes(&mut self, wrapper: &Value, function: &Value) -> Result<()> {
        let n = &self.names;
        for key in [n.__module__.clone(), n.__name__.clone(), n.__qualname__.clone(), n.__doc__.clone()] {
            if let Some(v) = self.get_attr_opt(function, &key)? {
                self.heap.ensure_payload_dict(wrapper);
                self.heap.set_instance_attribute(wrapper, &key, Some(v));
            }
        }
        Ok(())
    }
    /// An attribute of the wrapped function, kept in the wrapper's dict from then on.
    fn cached_attribute_of(&mut self, wrapper: &Value, function: &Value, name: &Ref<Str>) -> Result<Value> {
        if let Some(v) = self.heap.instance_attribute(wrapper, name) {
            return Ok(v);
        }
        let v = self.get_attr(function, name)?;
        self.heap.ensure_payload_dict(wrapper);
        self.heap.set_instance_attribute(wrapper, name, Some(v.clone()));
        Ok(v)
    }
    fn set_payload_attribute(&mut self, wrapper: &Value, name: &Ref<Str>, value: Value) -> Result<()> {
        self.heap.ensure_payload_dict(wrapper);
        let new = if value.is_unbound() { None } else { Some(value) };
        let deleting = new.is_none();
        if !self.heap.set_instance_attribute(wrapper, name, new) && deleting {
            return Err(self.error_args(Exc::AttributeError, vec![name.to_value()]));
        }
        Ok(())
    }
}

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<PropertyMethods>(id::PROPERTY);
    vm.attach::<ClassMethodMethods>(id::CLASSMETHOD);
    vm.attach::<ClassMethodBinding>(id::CLASSMETHOD);
    vm.attach::<StaticMethodMethods>(id::STATICMETHOD);
    vm.attach::<StaticMethodBinding>(id::STATICMETHOD);
    for type_id in [id::METHOD_DESCRIPTOR, id::WRAPPER_DESCRIPTOR, id::CLASSMETHOD_DESCRIPTOR] {
        vm.attach::<BuiltinDescriptors>(type_id);
    }
    vm.attach::<GetSetMethods>(id::GETSET_DESCRIPTOR);
    vm.attach::<MemberMethods>(id::MEMBER_DESCRIPTOR);
}
