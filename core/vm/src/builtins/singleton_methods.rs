//! `None`, `NotImplemented`, `Ellipsis` and `types.SimpleNamespace`: Python methods.

use crate::builtins::dict::Dict;
use crate::builtins::str::Str;
use crate::exceptions::Exc;
use crate::object::Ref;
use crate::types::build::Opaque;
use crate::types::{Type, id};
use crate::value::Value;
use crate::vm::Vm;
use crate::{KwArgs, Result};
use krait_macros::methods;

struct NoneMethods;

#[methods]
impl NoneMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = cls;
        no_arguments(vm, "NoneType", args, &kwargs)?;
        Ok(Value::NONE)
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Value, vm: &mut Vm) -> Result<&'static str> {
        let _ = (this, vm);
        Ok("None")
    }
    /// True if self else False
    #[sig("()")]
    fn __bool__(this: &Value, vm: &mut Vm) -> Result<bool> {
        let _ = (this, vm);
        Ok(false)
    }
    /// Return hash(self).
    #[sig("()")]
    fn __hash__(this: &Value, vm: &mut Vm) -> Result<i64> {
        vm.hash(this)
    }
}

struct EllipsisMethods;

#[methods]
impl EllipsisMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = cls;
        no_arguments(vm, "EllipsisType", args, &kwargs)?;
        Ok(Value::ELLIPSIS)
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Value, vm: &mut Vm) -> Result<&'static str> {
        let _ = (this, vm);
        Ok("Ellipsis")
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Value, vm: &mut Vm) -> Result<&'static str> {
        let _ = (this, vm);
        Ok("Ellipsis")
    }
}

struct NotImplementedMethods;

#[methods]
impl NotImplementedMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = cls;
        no_arguments(vm, "NotImplementedType", args, &kwargs)?;
        Ok(Value::NOT_IMPLEMENTED)
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Value, vm: &mut Vm) -> Result<&'static str> {
        let _ = (this, vm);
        Ok("NotImplemented")
    }
    /// True if self else False
    #[sig("()")]
    fn __bool__(this: &Value, vm: &mut Vm) -> Result<bool> {
        vm.truth(this)
    }
    /// Helper for pickle.
    #[sig("()")]
    fn __reduce__(this: &Value, vm: &mut Vm) -> Result<&'static str> {
        let _ = (this, vm);
        Ok("NotImplemented")
    }
}

fn no_arguments(vm: &mut Vm, name: &str, args: &[Value], kwargs: &KwArgs<'_>) -> Result<()> {
    if args.is_empty() && kwargs.items.is_empty() {
        return Ok(());
    }
    Err(vm.type_error(format!("{name} takes no arguments")))
}

struct NamespaceMethods;

#[methods]
impl NamespaceMethods {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let _ = (args, kwargs);
        let type_id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(type_id, Opaque::<{ id::SIMPLE_NAMESPACE }>).into_value())
    }
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(*args, **kwargs)")]
    fn __init__(this: &Value, vm: &mut Vm, args: &[Value], kwargs: KwArgs<'_>) -> Result<()> {
        if args.len() > 1 {
            let name = vm.type_name(this);
            let short = name.rsplit('.').next().unwrap_or(&name).to_string();
            return Err(vm.type_error(format!("{short} expected at most 1 argument, got {}", args.len())));
        }
        if let Some(source) = args.first() {
            let dict = match source.downcast_exact::<Dict>() {
                Some(d) => d.clone(),
                None => {
                    let dict_type = vm.core_type(id::DICT).into_value();
                    let made = vm.call(&dict_type, std::slice::from_ref(source))?;
                    match made.downcast::<Dict>(&vm.heap) {
                        Some(d) => d.clone(),
                        None => return Ok(()),
                    }
                }
            };
            for (k, v) in dict.items(&*vm) {
                let Some(name) = k.downcast::<Str>(&vm.heap).cloned() else {
                    return Err(vm.type_error("keywords must be strings"));
                };
                let name = vm.heap.intern_str(&name);
                vm.heap.set_instance_attribute(this, &name, Some(v));
            }
        }
        for (k, v) in &kwargs.items {
            let name = vm.attribute_name(k)?;
            vm.heap.set_instance_attribute(this, &name, Some((*v).clone()));
        }
        Ok(())
    }
    /// Return repr(self).
    #[sig("()")]
    fn __repr__(this: &Value, vm: &mut Vm) -> Result<String> {
        let name = if this.type_id() == id::SIMPLE_NAMESPACE { "namespace".to_string() } else { vm.type_name(this) };
        if !vm.repr_enter(this) {
            return Ok(format!("{name}(...)"));
        }
        let result = namespace_parts(this, vm);
        vm.repr_leave(this);
        Ok(format!("{name}({})", result?.join(", ")))
    }
    /// Return self==value.
    #[sig("(value, /)")]
    fn __eq__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(this, vm, value, crate::runtime::compare::CmpOp::Eq)
    }
    /// Return self!=value.
    #[sig("(value, /)")]
    fn __ne__(this: &Value, vm: &mut Vm, value: &Value) -> Result<Value> {
        compare(this, vm, value, crate::runtime::compare::CmpOp::Ne)
    }
    /// Return state information for pickling
    #[sig("()")]
    fn __reduce__(this: &Value, vm: &mut Vm) -> Result<Value> {
        let class = vm.type_of(this).into_value();
        let empty = vm.tuple(Vec::new());
        let dict = vm.heap.materialize_dict(this).map_or(Value::NONE, Ref::into_value);
        Ok(vm.tuple(vec![class, empty, dict]))
    }
    /// Return a copy of the namespace object with new values for the specified attributes.
    #[sig("(**kwargs)")]
    fn __replace__(this: &Value, vm: &mut Vm, kwargs: KwArgs<'_>) -> Result<Value> {
        let class = vm.type_of(this).into_value();
        let copy = vm.call(&class, &[])?;
        if !vm.heap.is_instance(&copy, id::SIMPLE_NAMESPACE) {
            let (expected, class) = (vm.core_type(id::SIMPLE_NAMESPACE), vm.type_of(this));
            let (expected, class) = (vm.full_type_name(&expected), vm.full_type_name(&class));
            let found = vm.type_name(&copy);
            return Err(vm.type_error(format!("expect {expected} type, but {class}() returned '{found}' object")));
        }
        if let Some(dict) = vm.heap.materialize_dict(this) {
            for (k, v) in dict.items(&*vm) {
                let name = vm.attribute_name(&k)?;
                vm.heap.set_instance_attribute(&copy, &name, Some(v));
            }
        }
        for (k, v) in &kwargs.items {
            let name = vm.attribute_name(k)?;
            vm.heap.set_instance_attribute(&copy, &name, Some((*v).clone()));
        }
        Ok(copy)
    }
    #[getter]
    fn __dict__(this: &Value, vm: &mut Vm) -> Result<Value> {
        Ok(vm.heap.materialize_dict(this).map_or(Value::NONE, Ref::into_value))
    }
}

fn namespace_parts(this: &Value, vm: &mut Vm) -> Result<Vec<String>> {
    let mut parts = Vec::new();
    let Some(dict) = vm.heap.materialize_dict(this) else { return Ok(parts) };
    for (k, v) in dict.items(&*vm) {
        let Some(name) = k.downcast::<Str>(&vm.heap).map(|s| s.get(&*vm).to_string_lossy()) else { continue };
        if !name.is_empty() {
            parts.push(format!("{name}={}", vm.repr_text(&v)?));
        }
    }
    Ok(parts)
}
fn compare(this: &Value, vm: &mut Vm, value: &Value, op: crate::runtime::compare::CmpOp) -> Result<Value> {
    let both = vm.heap.is_instance(this, id::SIMPLE_NAMESPACE) && vm.heap.is_instance(value, id::SIMPLE_NAMESPACE);
    if !both {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    match (vm.heap.materialize_dict(this), vm.heap.materialize_dict(value)) {
        (Some(a), Some(b)) => vm.compare(op, a.as_value(), b.as_value()),
        _ => Err(vm.error(Exc::SystemError, "namespace without a dict")),
    }
}

#[inline]
pub(crate) fn init(vm: &mut Vm) {
    vm.attach::<NoneMethods>(id::NONE);
    vm.attach::<EllipsisMethods>(id::ELLIPSIS);
    vm.attach::<NotImplementedMethods>(id::NOT_IMPLEMENTED);
    vm.attach::<NamespaceMethods>(id::SIMPLE_NAMESPACE);
    for (name, value) in [("NotImplemented", Value::NOT_IMPLEMENTED), ("Ellipsis", Value::ELLIPSIS)] {
        let name = vm.intern(name);
        vm.builtins.clone().set_str(vm, &name, value);
    }
}
