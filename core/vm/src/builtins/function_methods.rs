//! `function`, `method`, builtin functions and cells: Python methods and attributes.
//!
//! Annotations are computed on demand from `__annotate__` (PEP 649). Assigning `__code__` keeps the old code object
//! in `retired`, because running frames may still execute it.

use crate::builtins::code::CodeObject;
use crate::builtins::dict::Dict;
use crate::builtins::function::{BoundMethod, BuiltinFn, Cell, Function};
use crate::builtins::module::Module;
use crate::builtins::str::Str;
use crate::builtins::tuple::Tuple;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::runtime::compare::CmpOp;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Raised, Result};
use krait_bytecode::CodeFlags;
use krait_macros::methods;

struct FunctionMethods;

#[methods]
impl FunctionMethods {
    /// Create a function object.
    ///
    /// code: a code object, globals: the globals dictionary, name: overrides the code's name, argdefs: a tuple of
    /// default values, closure: a tuple of cells, kwdefaults: a dict of keyword defaults.
    #[sig("(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, code: &Value, globals: &Value, name: Option<Value>, argdefs: Option<Value>, closure: Option<Value>, kwdefaults: Option<Value>) -> Result<Value> {
        let _ = cls;
        let Some(code) = code.downcast_exact::<CodeObject>().cloned() else {
            let found = vm.type_name_or_none(code);
            return Err(vm.type_error(format!("function() argument 'code' must be code, not {found}")));
        };
        let Some(globals) = globals.downcast::<Dict>(&vm.heap).cloned() else {
            let found = vm.type_name_or_none(globals);
            return Err(vm.type_error(format!("function() argument 'globals' must be dict, not {found}")));
        };
        if name.as_ref().is_some_and(|n| !n.has_payload::<Str>(&vm.heap)) {
            return Err(vm.type_error("arg 3 (name) must be None or string"));
        }
        if argdefs.as_ref().is_some_and(|n| !n.has_payload::<Tuple>(&vm.heap)) {
            return Err(vm.type_error("arg 4 (defaults) must be None or tuple"));
        }
        vm.load_body(&code)?;
        let wanted = code.get(&*vm).freevars.len();
        let closure = match closure {
            Some(c) => match c.downcast::<Tuple>(&vm.heap).cloned() {
                Some(t) => Some(t),
                None if wanted > 0 => return Err(vm.type_error("arg 5 (closure) must be tuple")),
                None => return Err(vm.type_error("arg 5 (closure) must be None or tuple")),
            },
            None if wanted > 0 => return Err(vm.type_error("arg 5 (closure) must be tuple")),
            None => None,
        };
        let cells = closure.as_ref().map_or(0, |c| c.len(&*vm));
        if cells != wanted {
            let code_name = code.get(&*vm).name.get(&*vm).to_string_lossy();
            return Err(vm.value_error(format!("{code_name} requires closure of length {wanted}, not {cells}")));
        }
        if let Some(closure) = &closure {
            for cell in closure.items(&*vm).to_vec() {
                if !cell.is_exact::<Cell>() {
                    let found = vm.type_name(&cell);
                    return Err(vm.type_error(format!("arg 5 (closure) expected cell, found {found}")));
                }
            }
        }
        let kwdefaults = match kwdefaults {
            Some(d) => match d.downcast::<Dict>(&vm.heap).cloned() {
                Some(d) => Some(d),
                None => return Err(vm.type_error("arg 6 (kwdefaults) must be None or dict")),
            },
            None => None,
        };
        let key = vm.names.__builtins__.clone();
        let builtins = match globals.get_str(&*vm, &key) {
            Some(b) => vm.builtins_dict(&b),
            None => vm.current_builtins(),
        };
        let function = vm.new_function(&code, globals, builtins);
        let name = name.and_then(|n| n.downcast::<Str>(&vm.heap).cloned());
        let defaults = argdefs.and_then(|d| d.downcast::<Tuple>(&vm.heap).cloned());
        let payload = function.get_mut(vm);
        if let Some(name) = name {
            payload.name = name;
        }
        payload.defaults = defaults;
        payload.closure = closure;
        payload.kwdefaults = kwdefaults;
        Ok(function.into_value())
    }
    /// Call self as a function.
    #[sig("(*args, **kwargs)")]
    fn __call__(this: &Value, vm: &mut Vm, args: &[Value], kwargs: crate::KwArgs<'_>) -> Result<Value> {
        let (all, names) = super::type_methods::flatten(args, &kwargs);
        vm.call_args(this, crate::Args::with_names(&all, &names))
    }
    /// Return an attribute of instance, which is of type owner.
    #[sig("(instance, owner=None, /)")]
    fn __get__(this: &Value, vm: &mut Vm, instance: &Value, owner: Option<Value>) -> Result<Value> {
        bind(this, vm, instance, owner)
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Function>, vm: &mut Vm) -> Result<String> {
        let name = this.get(&*vm).qualname.get(&*vm).to_string_lossy();
        Ok(format!("<function {name} at {:#x}>", this.as_value().identity()))
    }
    #[getter]
    fn __name__(this: &Ref<Function>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).name.to_value())
    }
    #[setter]
    fn set___name__(this: &Ref<Function>, vm: &mut Vm, value: Value) -> Result<()> {
        let Some(s) = value.downcast::<Str>(&vm.heap).cloned() else {
            return Err(vm.type_error("__name__ must be set to a string object"));
        };
        let old = std::mem::replace(&mut this.get_mut(vm).name, s);
        drop(old);
        Ok(())
    }
    #[getter]
    fn __qualname__(this: &Ref<Function>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).qualname.to_value())
    }
    #[setter]
    fn set___qualname__(this: &Ref<Function>, vm: &mut Vm, value: Value) -> Result<()> {
        let Some(s) = value.downcast::<Str>(&vm.heap).cloned() else {
            return Err(vm.type_error("__qualname__ must be set to a string object"));
        };
        let old = std::mem::replace(&mut this.get_mut(vm).qualname, s);
        drop(old);
        Ok(())
    }
    #[getter]
    fn __module__(this: &Ref<Function>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).module.clone())
    }
    #[setter]
    fn set___module__(this: &Ref<Function>, vm: &mut Vm, value: Value) -> Result<()> {
        let new = if value.is_unbound() { None } else { Some(value) };
        let old = std::mem::replace(&mut this.get_mut(vm).module, new);
        drop(old);
        Ok(())
    }
    #[getter]
    fn __doc__(this: &Ref<Function>, vm: &mut Vm) -> Result<Value> {
        vm.function_doc(this)
    }
    #[setter]
    fn set___doc__(this: &Ref<Function>, vm: &mut Vm, value: Value) -> Result<()> {
        let new = if value.is_unbound() { Value::NONE } else { value };
        let old = std::mem::replace(&mut this.get_mut(vm).doc, Some(new));
        drop(old);
        Ok(())
    }
    #[getter]
    fn __code__(this: &Ref<Function>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).code.to_value())
    }
    #[setter]
    fn set___code__(this: &Ref<Function>, vm: &mut Vm, value: Value) -> Result<()> {
        let Some(code) = value.downcast_exact::<CodeObject>().cloned() else {
            return Err(vm.type_error("__code__ must be set to a code object"));
        };
        vm.load_body(&code)?;
        let wanted = code.get(&*vm).freevars.len();
        let cells = this.get(&*vm).closure.as_ref().map_or(0, |c| c.len(&*vm));
        if wanted != cells {
            let name = this.get(&*vm).name.get(&*vm).to_string_lossy();
            return Err(vm.value_error(format!("{name}() requires a code object with {cells} free vars, not {wanted}")));
        }
        let kind = |code: &Ref<CodeObject>, vm: &Vm| {
            let flags = code.get(vm).info.flags;
            [CodeFlags::GENERATOR, CodeFlags::COROUTINE, CodeFlags::ASYNC_GENERATOR].map(|kind| flags.has(kind))
        };
        let now = this.get(&*vm).code.clone();
        if kind(&now, vm) != kind(&code, vm) {
            let message = "Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)";
            vm.warn(crate::Exc::DeprecationWarning, message, 1)?;
        }
        let doc = vm.function_doc(this)?;
        let payload = this.get_mut(vm);
        payload.doc = Some(doc);
        let old = std::mem::replace(&mut payload.code, code);
        payload.retired.push(old.into_value());
        Ok(())
    }
    #[getter]
    fn __defaults__(this: &Ref<Function>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).defaults.as_ref().map(Ref::to_value))
    }
    #[setter]
    fn set___defaults__(this: &Ref<Function>, vm: &mut Vm, value: Value) -> Result<()> {
        let new = match value.downcast::<Tuple>(&vm.heap) {
            Some(t) => Some(t.clone()),
            None if value.is_unbound() || value.is_none() => None,
            None => return Err(vm.type_error("__defaults__ must be set to a tuple object")),
        };
        let old = std::mem::replace(&mut this.get_mut(vm).defaults, new);
        drop(old);
        Ok(())
    }
    #[getter]
    fn __kwdefaults__(this: &Ref<Function>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).kwdefaults.as_ref().map(Ref::to_value))
    }
    #[setter]
    fn set___kwdefaults__(this: &Ref<Function>, vm: &mut Vm, value: Value) -> Result<()> {
        let new = match value.downcast::<Dict>(&vm.heap) {
            Some(t) => Some(t.clone()),
            None if value.is_unbound() || value.is_none() => None,
            None => return Err(vm.type_error("__kwdefaults__ must be set to a dict object")),
        };
        let old = std::mem::replace(&mut this.get_mut(vm).kwdefaults, new);
        drop(old);
        Ok(())
    }
    #[getter]
    fn __closure__(this: &Ref<Function>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).closure.as_ref().map(Ref::to_value))
    }
    #[getter]
    fn __globals__(this: &Ref<Function>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).globals.to_value())
    }
    #[getter]
    fn __builtins__(this: &Ref<Function>, vm: &mut Vm) -> Result<Value> {
        let builtins = this.get(&*vm).builtins.clone();
        Ok(vm.visible_builtins(&builtins))
    }
    #[getter]
    fn __dict__(this: &Ref<Function>, vm: &mut Vm) -> Result<Value> {
        Ok(vm.function_dict(this).into_value())
    }
    #[setter]
    fn set___dict__(this: &Ref<Function>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(vm.type_error("cannot delete __dict__"));
        }
        let Some(dict) = value.downcast::<Dict>(&vm.heap).cloned() else {
            let found = vm.type_name(&value);
            return Err(vm.type_error(format!("__dict__ must be set to a dictionary, not a '{found}'")));
        };
        let old = this.get_mut(vm).dict.replace(dict);
        drop(old);
        Ok(())
    }
    #[getter]
    fn __annotations__(this: &Ref<Function>, vm: &mut Vm) -> Result<Value> {
        let (cached, annotate) = {
            let f = this.get(&*vm);
            (f.annotations.clone(), f.annotate.clone())
        };
        if let Some(v) = cached {
            return match v.downcast::<Tuple>(&vm.heap) {
                // Names and values alternate, as `from __future__ import annotations` compiles them.
                Some(t) => {
                    let items = t.items(&*vm).to_vec();
                    let dict = vm.heap.dict();
                    for pair in items.chunks_exact(2) {
                        dict.set_item(vm, pair[0].clone(), pair[1].clone())?;
                    }
                    this.get_mut(vm).annotations = Some(dict.to_value());
                    Ok(dict.into_value())
                }
                None => Ok(v),
            };
        }
        let annotations = match annotate {
            Some(f) if vm.is_callable(&f) => {
                let result = vm.call(&f, &[Value::int32(1)])?;
                if !result.has_payload::<Dict>(&vm.heap) {
                    let found = vm.type_name(&result);
                    return Err(vm.type_error(format!("__annotate__ returned non-dict of type '{found}'")));
                }
                result
            }
            _ => vm.heap.dict().into_value(),
        };
        this.get_mut(vm).annotations = Some(annotations.clone());
        Ok(annotations)
    }
    #[setter]
    fn set___annotations__(this: &Ref<Function>, vm: &mut Vm, value: Value) -> Result<()> {
        let new = if value.is_unbound() || value.is_none() {
            None
        } else if value.has_payload::<Dict>(&vm.heap) {
            Some(value)
        } else {
            return Err(vm.type_error("__annotations__ must be set to a dict object"));
        };
        let payload = this.get_mut(vm);
        let old = (std::mem::replace(&mut payload.annotations, new), payload.annotate.take());
        drop(old);
        Ok(())
    }
    #[getter]
    fn __annotate__(this: &Ref<Function>, vm: &mut Vm) -> Result<Option<Value>> {
        Ok(this.get(&*vm).annotate.clone())
    }
    #[setter]
    fn set___annotate__(this: &Ref<Function>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() {
            return Err(vm.type_error("__annotate__ cannot be deleted"));
        }
        if value.is_none() {
            let old = this.get_mut(vm).annotate.take();
            drop(old);
            return Ok(());
        }
        if !vm.is_callable(&value) {
            return Err(vm.type_error("__annotate__ must be callable or None"));
        }
        let payload = this.get_mut(vm);
        let old = (payload.annotate.replace(value), payload.annotations.take());
        drop(old);
        Ok(())
    }
    #[getter]
    fn __type_params__(this: &Ref<Function>, vm: &mut Vm) -> Result<Value> {
        match this.get(&*vm).type_params.clone() {
            Some(p) => Ok(p),
            None => Ok(vm.tuple(Vec::new())),
        }
    }
    #[setter]
    fn set___type_params__(this: &Ref<Function>, vm: &mut Vm, value: Value) -> Result<()> {
        if value.is_unbound() || !value.has_payload::<Tuple>(&vm.heap) {
            return Err(vm.type_error("__type_params__ must be set to a tuple"));
        }
        let old = this.get_mut(vm).type_params.replace(value);
        drop(old);
        Ok(())
    }
}

/// `f.__get__(instance, owner)` of functions and builtin method descriptors.
fn bind(this: &Value, vm: &mut Vm, instance: &Value, owner: Option<Value>) -> Result<Value> {
    let none_type = owner.as_ref().and_then(|o| o.downcast::<Type>(&vm.heap)).is_some_and(|t| t.id(&vm.heap) == id::NONE);
    if instance.is_none() && !none_type {
        if owner.is_none() {
            return Err(vm.type_error("__get__(None, None) is invalid"));
        }
        return Ok(this.clone());
    }
    vm.descriptor_get(this, Some(instance), instance.type_id())
}

struct MethodMethods;

#[methods]
impl MethodMethods {
    /// Create a bound instance method object.
    #[sig("(function, instance, /)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, function: Value, instance: Value) -> Result<Value> {
        let _ = cls;
        if !vm.is_callable(&function) {
            return Err(vm.type_error("first argument must be callable"));
        }
        if instance.is_none() {
            return Err(vm.type_error("instance must not be None"));
        }
        Ok(vm.heap.alloc(BoundMethod { function, this: instance }).into_value())
    }
    /// Call self as a function.
    #[sig("(*args, **kwargs)")]
    fn __call__(this: &Value, vm: &mut Vm, args: &[Value], kwargs: crate::KwArgs<'_>) -> Result<Value> {
        let (all, names) = super::type_methods::flatten(args, &kwargs);
        vm.call_args(this, crate::Args::with_names(&all, &names))
    }
    /// Return getattr(self, name).
    #[sig("(name, /)")]
    fn __getattribute__(this: &Ref<BoundMethod>, vm: &mut Vm, name: &Value) -> Result<Value> {
        let name = vm.attribute_name(name)?;
        // What the method type itself has comes first, everything else is the function's.
        if let Some(v) = vm.heap.type_lookup(id::METHOD, &name) {
            return vm.descriptor_get(&v, Some(this.as_value()), id::METHOD);
        }
        let function = this.get(&*vm).function.clone();
        vm.get_attr(&function, &name)
    }
    /// Return an attribute of instance, which is of type owner.
    #[sig("(instance, owner=None, /)")]
    fn __get__(this: &Value, vm: &mut Vm, instance: &Value, owner: Option<Value>) -> Result<Value> {
        let _ = (vm, instance, owner);
        Ok(this.clone())
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<BoundMethod>, vm: &mut Vm) -> Result<String> {
        let (function, object) = { let m = this.get(&*vm); (m.function.clone(), m.this.clone()) };
        let mut shown = None;
        for key in [vm.names.__qualname__.clone(), vm.names.__name__.clone()] {
            if shown.is_none() {
                shown = vm.get_attr_opt(&function, &key)?;
            }
        }
        let name = match shown.as_ref().and_then(|n| n.downcast::<Str>(&vm.heap)) {
            Some(n) => n.get(&*vm).to_string_lossy(),
            None => "?".into(),
        };
        let object = vm.repr_text(&object)?;
        Ok(format!("<bound method {name} of {object}>"))
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<BoundMethod>, vm: &mut Vm, value: &Value) -> Result<Value> {
        let Some(other) = value.downcast_exact::<BoundMethod>().cloned() else { return Ok(Value::NOT_IMPLEMENTED) };
        let (f, a) = { let m = this.get(&*vm); (m.function.clone(), m.this.clone()) };
        let (g, b) = { let m = other.get(&*vm); (m.function.clone(), m.this.clone()) };
        Ok(Value::bool(a.is(&b) && vm.equal(&f, &g)?))
    }
    /// Return hash(self).
    #[sig("()")]
    fn __hash__(this: &Ref<BoundMethod>, vm: &mut Vm) -> Result<i64> {
        let (f, a) = { let m = this.get(&*vm); (m.function.clone(), m.this.clone()) };
        let h = vm.identity_hash(&a) ^ vm.hash(&f)?;
        Ok(if h == -1 { -2 } else { h })
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Ref<BoundMethod>, vm: &mut Vm) -> Result<Value> {
        let (function, object) = { let m = this.get(&*vm); (m.function.clone(), m.this.clone()) };
        let key = vm.names.__name__.clone();
        let name = vm.get_attr(&function, &key)?;
        vm.reduce_as_getattr(object, name)
    }
    /// the instance to which a method is bound
    #[getter]
    fn __self__(this: &Ref<BoundMethod>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).this.clone())
    }
    /// the function (or other callable) implementing a method
    #[getter]
    fn __func__(this: &Ref<BoundMethod>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).function.clone())
    }
    #[getter]
    fn __doc__(this: &Ref<BoundMethod>, vm: &mut Vm) -> Result<Value> {
        let function = this.get(&*vm).function.clone();
        let key = vm.names.__doc__.clone();
        vm.get_attr(&function, &key)
    }
}

struct BuiltinMethods;

#[methods]
impl BuiltinMethods {
    /// Call self as a function.
    #[sig("(*args, **kwargs)")]
    fn __call__(this: &Value, vm: &mut Vm, args: &[Value], kwargs: crate::KwArgs<'_>) -> Result<Value> {
        let (all, names) = super::type_methods::flatten(args, &kwargs);
        vm.call_args(this, crate::Args::with_names(&all, &names))
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<String> {
        let (def, bound) = { let f = this.get(&*vm); (f.def, f.this.clone().or_else(|| f.static_class(vm).map(Ref::to_value))) };
        let name = def.name;
        Ok(match (this.as_value().type_id(), bound) {
            (id::METHOD_WRAPPER, Some(o)) => {
                let ty = vm.type_name(&o);
                format!("<method-wrapper '{name}' of {ty} object at {:#x}>", o.identity())
            }
            (_, Some(o)) => {
                let ty = vm.type_name(&o);
                format!("<built-in method {name} of {ty} object at {:#x}>", o.identity())
            }
            _ => format!("<built-in function {name}>"),
        })
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<BuiltinFn>, vm: &mut Vm, value: &Value) -> Result<Value> {
        if value.type_id() != this.as_value().type_id() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let Some(other) = value.downcast::<BuiltinFn>(&vm.heap) else { return Ok(Value::NOT_IMPLEMENTED) };
        let (a, b) = (this.get(&*vm), other.get(&*vm));
        let same_receiver = match (&a.this, &b.this) {
            (Some(x), Some(y)) => x.is(y),
            (None, None) => true,
            _ => false,
        };
        Ok(Value::bool(std::ptr::eq(a.def, b.def) && same_receiver))
    }
    /// Return hash(self).
    #[sig("()")]
    fn __hash__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<i64> {
        let f = this.get(&*vm);
        let receiver = f.this.as_ref().map_or(0, |t| vm.identity_hash(t));
        let h = (std::ptr::from_ref(f.def) as usize as i64 >> 4) ^ receiver;
        Ok(if h == -1 { -2 } else { h })
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<Value> {
        let (name, object) = { let f = this.get(&*vm); (f.def.name, f.this.clone().or_else(|| f.static_class(vm).map(Ref::to_value))) };
        let name = vm.str(name);
        match object {
            Some(o) if !o.has_payload::<Module>(&vm.heap) => vm.reduce_as_getattr(o, name),
            _ => Ok(name),
        }
    }
    #[getter]
    fn __name__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<&'static str> {
        Ok(this.get(&*vm).def.name)
    }
    #[getter]
    fn __qualname__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<String> {
        let (name, owner, bound) = { let f = this.get(&*vm); (f.def.name, f.owner, f.this.clone()) };
        let class = match &bound {
            Some(b) if this.as_value().type_id() == id::METHOD_WRAPPER && owner != 0 => {
                let _ = b;
                Some(vm.core_type(owner))
            }
            Some(b) => match b.downcast::<Type>(&vm.heap) {
                Some(t) => Some(t.clone()),
                None if b.has_payload::<Module>(&vm.heap) => None,
                None => Some(vm.type_of(b)),
            },
            None => this.get(&*vm).static_class(vm).cloned(),
        };
        Ok(match class {
            Some(c) => format!("{}.{name}", c.get(&*vm).qualname.get(&*vm).to_string_lossy()),
            None => name.to_string(),
        })
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

impl BuiltinFn {
    /// The class whose static method this is.
    fn static_class<'a>(&'a self, vm: &'a Vm) -> Option<&'a Ref<Type>> {
        self.module.as_ref()?.downcast::<Type>(&vm.heap)
    }
}

/// The doc string of a builtin; `None` when it has none.
pub(crate) fn doc_of(f: &Ref<BuiltinFn>, vm: &Vm) -> Option<String> {
    let def = f.get(vm).def;
    Some(def.about.doc(vm)).filter(|doc| !doc.is_empty()).or_else(|| super::slot_docs::slot_doc(def.name))
}
/// The signature of a builtin with the receiver as CPython writes it: `($self, …)`.
pub(crate) fn text_signature(f: &Ref<BuiltinFn>, vm: &Vm) -> Option<String> {
    let f = f.get(vm);
    let signature = f.def.about.signature(vm);
    if signature.is_empty() || signature.contains("<unrepresentable>") {
        return None;
    }
    use crate::args::MethodKind as K;
    let receiver = match f.def.kind {
        K::Method | K::Slot => "$self, /",
        K::ClassMethod | K::New => "$type, /",
        K::StaticMethod if f.module.is_some() && f.static_class(vm).is_none() => "$module, /",
        _ => return Some(signature),
    };
    let inner = signature.trim_start_matches('(').trim_end_matches(')').trim();
    if inner.is_empty() {
        return Some(format!("({receiver})"));
    }
    // The receiver is positional-only together with what precedes the first "/".
    let has_slash = inner.split(',').any(|p| p.trim() == "/");
    let name = receiver.trim_end_matches(", /");
    Some(if has_slash { format!("({name}, {inner})") } else { format!("({receiver}, {inner})") })
}

/// Attributes only `builtin_function_or_method` and `method-wrapper` have.
struct BoundBuiltinMethods;

#[methods]
impl BoundBuiltinMethods {
    #[getter]
    fn __self__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<Value> {
        let (bound, module) = { let f = this.get(&*vm); (f.this.clone(), f.module.clone()) };
        if let Some(b) = bound {
            return Ok(b);
        }
        // Module functions are bound to their module.
        match module {
            Some(m) if m.has_payload::<Str>(&vm.heap) => Ok(vm.modules.clone().get_item(vm, &m)?.unwrap_or(Value::NONE)),
            Some(m) if !m.has_payload::<Type>(&vm.heap) => Ok(m),
            _ => Ok(Value::NONE),
        }
    }
}

struct ModuleFunctionMethods;

#[methods]
impl ModuleFunctionMethods {
    #[getter]
    fn __module__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<Option<Value>> {
        let f = this.get(&*vm);
        Ok(f.module.clone().filter(|_| f.static_class(vm).is_none()))
    }
    #[setter]
    fn set___module__(this: &Ref<BuiltinFn>, vm: &mut Vm, value: Value) -> Result<()> {
        let new = if value.is_unbound() { None } else { Some(value) };
        let old = std::mem::replace(&mut this.get_mut(vm).module, new);
        drop(old);
        Ok(())
    }
}

struct WrapperMethods;

#[methods]
impl WrapperMethods {
    #[getter]
    fn __objclass__(this: &Ref<BuiltinFn>, vm: &mut Vm) -> Result<Value> {
        let owner = this.get(&*vm).owner;
        Ok(vm.core_type(owner).into_value())
    }
}

struct CellMethods;

#[methods]
impl CellMethods {
    /// Create a new cell object.
    ///
    /// contents: the contents of the cell; without it the cell is empty.
    #[sig("(contents=<unrepresentable>, /)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, contents: Option<Value>) -> Result<Value> {
        let _ = cls;
        Ok(vm.heap.alloc(Cell { content: contents }).into_value())
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Ref<Cell>, vm: &mut Vm) -> Result<String> {
        let at = this.as_value().identity();
        Ok(match this.get(&*vm).content.clone() {
            None => format!("<cell at {at:#x}: empty>"),
            Some(v) => format!("<cell at {at:#x}: {} object at {:#x}>", vm.type_name(&v), v.identity()),
        })
    }
    #[getter]
    fn cell_contents(this: &Ref<Cell>, vm: &mut Vm) -> Result<Value> {
        match this.get(&*vm).content.clone() {
            Some(v) => Ok(v),
            None => Err(vm.value_error("Cell is empty")),
        }
    }
    #[setter]
    fn set_cell_contents(this: &Ref<Cell>, vm: &mut Vm, value: Value) -> Result<()> {
        let new = if value.is_unbound() { None } else { Some(value) };
        let old = std::mem::replace(&mut this.get_mut(vm).content, new);
        drop(old);
        Ok(())
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Ref<Cell>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare_cells(this, vm, value, CmpOp::Eq)
    }
    /// Return self!=value.
    #[sig("(value, /)")]
    fn __ne__(this: &Ref<Cell>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare_cells(this, vm, value, CmpOp::Ne)
    }
    /// Return self<value.
    #[sig("(value, /)")]
    fn __lt__(this: &Ref<Cell>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare_cells(this, vm, value, CmpOp::Lt)
    }
    /// Return self<=value.
    #[sig("(value, /)")]
    fn __le__(this: &Ref<Cell>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare_cells(this, vm, value, CmpOp::Le)
    }
    /// Return self>value.
    #[sig("(value, /)")]
    fn __gt__(this: &Ref<Cell>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare_cells(this, vm, value, CmpOp::Gt)
    }
    /// Return self>=value.
    #[sig("(value, /)")]
    fn __ge__(this: &Ref<Cell>, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare_cells(this, vm, value, CmpOp::Ge)
    }
}

/// Cells compare by content; an empty one is less than any other.
fn compare_cells(this: &Ref<Cell>, vm: &mut Vm, value: &Value, op: CmpOp) -> Result<Value> {
    let Some(other) = value.downcast_exact::<Cell>() else { return Ok(Value::NOT_IMPLEMENTED) };
    match (this.get(&*vm).content.clone(), other.get(&*vm).content.clone()) {
        (Some(a), Some(b)) => vm.compare(op, &a, &b),
        (a, b) => Ok(Value::bool(op.test(a.is_some().cmp(&b.is_some())))),
    }
}

impl Vm {
    /// The `__dict__` of a function.
    pub(crate) fn function_dict(&mut self, f: &Ref<Function>) -> Ref<Dict> {
        if let Some(d) = &f.get(&*self).dict {
            return d.clone();
        }
        let dict = self.heap.dict();
        f.get_mut(self).dict = Some(dict.clone());
        dict
    }
    pub(crate) fn reduce_as_getattr(&mut self, object: Value, name: Value) -> Result<Value> {
        let key = self.intern("getattr");
        let Some(getattr) = self.builtins.clone().get_str(&*self, &key) else {
            return Err(self.missing_getattr());
        };
        let args = self.tuple(vec![object, name]);
        Ok(self.tuple(vec![getattr, args]))
    }
    fn missing_getattr(&mut self) -> Raised {
        self.error(Exc::AttributeError, "getattr")
    }
}

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<FunctionMethods>(id::FUNCTION);
    vm.attach::<MethodMethods>(id::METHOD);
    vm.attach::<BuiltinMethods>(id::BUILTIN_FUNCTION);
    vm.attach::<BoundBuiltinMethods>(id::BUILTIN_FUNCTION);
    vm.attach::<ModuleFunctionMethods>(id::BUILTIN_FUNCTION);
    vm.attach::<BuiltinMethods>(id::METHOD_WRAPPER);
    vm.attach::<BoundBuiltinMethods>(id::METHOD_WRAPPER);
    vm.attach::<WrapperMethods>(id::METHOD_WRAPPER);
    vm.attach::<CellMethods>(id::CELL);
}
